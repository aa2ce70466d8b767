import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenKey, giveKey } from '../../access/open-access.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

let chancery: Harness;
let reader: GivenKey;

beforeAll(async () => {
  chancery = await startHarness();
  for (let number = 1; number <= 3; number += 1) {
    await post(chancery.url, { ...mou, stream: `mou-${number}`, id: uuid(number) });
  }
  reader = giveKey(chancery.access, { role: 'reader' });
});
afterAll(() => chancery.close());

function add(feed: unknown, headers: Readonly<Record<string, string>> = reader.headers): Promise<Answer> {
  const sent = { 'content-type': 'application/json', ...headers };
  return ask(chancery.url, '/feed-urls', { method: 'POST', headers: sent, body: JSON.stringify({ feed }) });
}

const pathOf = (url: string) => url.replace(chancery.url, '');

describe('a feed URL', () => {
  test.each(['/countries/PK.atom', '/countries/PK.jsonfeed?types=MouSigned', '/countries/PK.ics'])(
    'reads %s without a key, and nothing else',
    async (feed) => {
      const { status, json } = await add(feed);
      expect([status, json.feed]).toEqual([201, feed]);
      const path = pathOf(json.url);
      expect((await ask(chancery.url, path)).status).toBe(200);
      for (const other of [
        '/countries/US.atom',
        '/countries/PK',
        '/countries/PK.csv',
        '/events',
        '/metrics',
      ]) {
        expect([other, (await ask(chancery.url, `${other}${path.replace(/^[^?]*/, '')}`)).status]).toEqual([
          other,
          401,
        ]);
      }
    },
  );

  test('has links to its other pages that need no key either', async () => {
    const { json } = await add('/countries/PK.jsonfeed?limit=2');
    const { text } = await ask(chancery.url, pathOf(json.url));
    const { feed_url: self, next_url: next } = JSON.parse(text);
    expect((await ask(chancery.url, pathOf(self))).status).toBe(200);
    const { status, text: older } = await ask(chancery.url, pathOf(next));
    expect([status, JSON.parse(older).items.length]).toEqual([200, 1]);
    expect(JSON.stringify(JSON.parse(text).items)).not.toContain('chancery_feed_');
  });

  test('is listed without its secret, to the key that it belongs to', async () => {
    const { json: added } = await add('/topics/critical-minerals.atom');
    const list = await ask(chancery.url, '/feed-urls', reader);
    expect(list.json.feedUrls).toContainEqual({ id: added.id, feed: added.feed, createdAt: added.createdAt });
    expect(list.text).not.toContain('chancery_feed_');
    const other = giveKey(chancery.access, { role: 'admin' });
    expect((await ask(chancery.url, '/feed-urls', other)).json.feedUrls).toEqual([]);
    expect((await ask(chancery.url, `/feed-urls/${added.id}`, other)).json.type).toBe(
      '/problems/unknown-feed-url',
    );
    expect((await ask(chancery.url, `/feed-urls/${added.id}`, reader)).status).toBe(200);
  });

  test('can be revoked, and ends with its key', async () => {
    const { json: one } = await add('/countries/PK.atom');
    const removed = await ask(chancery.url, `/feed-urls/${one.id}`, { method: 'DELETE', ...reader });
    expect([removed.status, (await ask(chancery.url, pathOf(one.url))).status]).toEqual([204, 401]);
    const key = giveKey(chancery.access, { role: 'reader' });
    const { json: other } = await add('/countries/PK.atom', key.headers);
    chancery.access.store.revokeKey(key.id, Date.now());
    expect((await ask(chancery.url, pathOf(other.url))).status).toBe(401);
  });

  test.each([
    '/countries/PK',
    '/countries/PK.csv',
    '//evil.example/a.atom',
    'https://evil.example/a.atom',
    '',
    7,
  ])('cannot be made for %j', async (feed) => {
    const { status, json } = await add(feed);
    expect([status, json.type, json.errors[0].pointer]).toEqual([400, '/problems/invalid-feed-url', '/feed']);
  });

  test('cannot be made by who may not read, nor in any number', async () => {
    const operator = giveKey(chancery.access, { role: 'operator' });
    expect((await add('/countries/PK.atom', operator.headers)).status).toBe(403);
    const many = giveKey(chancery.access, { role: 'reader' });
    for (let count = 0; count < 100; count += 1) chancery.access.addFeedUrl(many.id, '/countries/PK.atom');
    expect((await add('/countries/PK.atom', many.headers)).json.type).toBe('/problems/too-many-feed-urls');
  });

  test('is made and revoked on the page of the account', async () => {
    const { id } = giveKey(chancery.access, { role: 'reader' });
    const page = { accept: 'text/html', cookie: `chancery=${chancery.access.signIn(id)}` };
    const form = { ...page, 'content-type': 'application/x-www-form-urlencoded' };
    const offered = await ask(chancery.url, '/countries/PK', { headers: page });
    expect(offered.text).toContain('href="/account?feed=%2Fcountries%2FPK.ics%3Forder%3Ddesc"');
    const body = 'feed=%2Fcountries%2FPK.atom';
    const added = await ask(chancery.url, '/feed-urls', { method: 'POST', headers: form, body });
    const url = /<code>([^<]+)<\/code>/.exec(added.text)?.[1] ?? '';
    expect((await ask(chancery.url, pathOf(url))).status).toBe(200);
    const account = await ask(chancery.url, '/account', { headers: page });
    const action = /action="(\/feed-urls\/[^"]+)"/.exec(account.text)?.[1] ?? '';
    const revoked = await ask(chancery.url, action, { method: 'POST', headers: form });
    expect([revoked.status, revoked.headers.location]).toEqual([303, '/account']);
    expect((await ask(chancery.url, pathOf(url))).status).toBe(401);
  });
});
