import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { formIn } from '../support/sent-forms.ts';

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness(undefined, {}, false, { webhooks: { allowsPrivate: false } });
  await post(chancery.url, mou);
});

afterAll(() => chancery.close());

afterEach(async () => {
  const { subscriptions } = (await ask(chancery.url, '/subscriptions')).json;
  for (const { id } of subscriptions) await ask(chancery.url, `/subscriptions/${id}`, { method: 'DELETE' });
});

const JSON_TYPE = { 'content-type': 'application/json' };
/** A public address that is reserved for nobody here to be called: nothing is recorded, so nothing is sent. */
const URL = 'https://8.8.8.8/hook';

function send(method: string, path: string, body: unknown, headers = JSON_TYPE): Promise<Answer> {
  return ask(chancery.url, path, { method, headers, body: JSON.stringify(body) });
}

function subscribe(fields: object): Promise<Answer> {
  return send('POST', '/subscriptions', { query: '/events', url: URL, ...fields });
}

describe('POST /subscriptions', () => {
  test('answers with the subscription and, once, its secret', async () => {
    const { status, json, headers } = await subscribe({ query: '/countries/Pakistan?topics=Rare%20Earths' });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `/subscriptions/${json.id}`, 'cache-control': 'no-store' });
    const { secret, ...shown } = json;
    expect(secret).toMatch(/^whsec_/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      query: '/countries/PK?topics=Rare+Earths',
      url: URL,
      state: 'active',
      reason: null,
      createdAt: expect.any(String),
      cursor: { position: '1', instant: expect.any(String) },
      queued: 0,
      nextAttemptAt: null,
      deadLetters: 0,
      lastDeliveredAt: null,
      lastFailure: null,
    });
    expect((await ask(chancery.url, `/subscriptions/${json.id}`)).json).toEqual(shown);
    expect((await ask(chancery.url, '/subscriptions')).json).toEqual({ subscriptions: [shown] });
  });

  test.each([
    [{ query: undefined }, '/query', 'missing-field', 'This field is required'],
    [{ url: undefined }, '/url', 'missing-field', 'This field is required'],
    [{ colour: 'red' }, '/colour', 'unknown-field', 'There is no such field'],
    [{ url: 7 }, '/url', 'wrong-type', 'Expected a string'],
    [{ url: 'example.org' }, '/url', 'invalid-url', 'Expected an http or https URL'],
    [{ url: 'ftp://example.org/' }, '/url', 'invalid-url', 'Expected an http or https URL'],
    [{ url: 'https://me:secret@8.8.8.8/' }, '/url', 'invalid-url', 'without a user name'],
    [{ url: 'https://8.8.8.8/#a' }, '/url', 'invalid-url', 'and a fragment'],
    [
      { url: 'http://127.0.0.1:9/' },
      '/url',
      'invalid-url',
      'not on the public internet; PRIVATE_WEBHOOKS=true',
    ],
    [{ url: 'http://localhost/' }, '/url', 'invalid-url', 'not on the public internet'],
    [{ url: 'http://[::ffff:10.0.0.1]/' }, '/url', 'invalid-url', 'not on the public internet'],
    [{ url: `https://8.8.8.8/${'a'.repeat(2_000)}` }, '/url', 'too-long', 'At most 2000'],
    [{ query: 'countries/PK' }, '/query', 'unknown-value', 'Expected the path of a timeline'],
    [{ query: '/countries' }, '/query', 'unknown-value', 'Expected the path of a timeline'],
    [{ query: '/countries/%FF' }, '/query', 'unknown-value', 'Expected the path of a timeline'],
    [{ query: '/countries/Atlantis' }, '/query', 'unknown-value', 'Atlantis'],
    [{ query: '/relations/PK/PK' }, '/query', 'unknown-value', 'Both are Pakistan'],
    [{ query: '/projections/nothing/timelines/a' }, '/query', 'unknown-value', 'no projection nothing'],
    [{ query: '/countries/PK?types=Mou' }, '/query', 'invalid-value', 'Expected one or more of'],
    [
      { query: '/countries/PK?colour=red' },
      '/query',
      'unknown-parameter',
      'The query parameters of this URL',
    ],
    [{ query: '/countries/PK?limit=5' }, '/query', 'unknown-parameter', 'The query parameters of this URL'],
    [{ query: '/countries/PK?asOf=1' }, '/query', 'unknown-parameter', 'The query parameters of this URL'],
    [{ query: `/mous/${mou.stream}?topics=a` }, '/query', 'unknown-parameter', 'are q, outlet, relay'],
    [{ after: 'yesterday' }, '/after', 'unknown-value', 'Expected the position of an event'],
    [{ after: '99' }, '/after', 'beyond-log', 'The log ends at 1'],
    [{ after: '1.01234567.0123456789ab' }, '/after', 'another-history', 'another log'],
  ])('refuses %j', async (fields, pointer, code, detail) => {
    const { status, json } = await subscribe(fields);
    expect([status, json.type]).toEqual([400, '/problems/invalid-subscription']);
    expect(json.errors).toMatchObject([{ pointer, code, detail: expect.stringContaining(detail) }]);
  });

  test.each([
    ['text', { 'content-type': 'text/plain' }, '{}', 415],
    ['NDJSON', { 'content-type': 'application/x-ndjson' }, '{}', 415],
    ['no JSON', JSON_TYPE, '{', 400],
    ['a list', JSON_TYPE, '[]', 400],
    ['a duplicate key', JSON_TYPE, '{"url":"a","url":"b"}', 400],
  ])('refuses %s', async (_name, headers, body, status) => {
    expect((await ask(chancery.url, '/subscriptions', { method: 'POST', headers, body })).status).toBe(
      status,
    );
  });

  test('refuses more than 100', async () => {
    for (let count = 0; count < 100; count += 1) expect((await subscribe({})).status).toBe(201);
    expect(await subscribe({})).toMatchObject({
      status: 409,
      json: { type: '/problems/too-many-subscriptions' },
    });
  });
});

describe('PATCH /subscriptions/{id}', () => {
  test('changes nothing if a field is refused', async () => {
    const { id } = (await subscribe({})).json;
    const path = `/subscriptions/${id}`;
    const before = (await ask(chancery.url, path)).json;
    const changes = { url: 'https://1.1.1.1/', state: 'paused', query: '/nowhere' };
    expect(await send('PATCH', path, changes)).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/query' }] },
    });
    expect(await send('PATCH', path, { state: 'failing' })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/state', code: 'unknown-value' }] },
    });
    expect((await ask(chancery.url, path)).json).toEqual(before);
  });

  test('changes what is given', async () => {
    const { id, query } = (await subscribe({})).json;
    const changed = await send('PATCH', `/subscriptions/${id}`, { url: 'https://1.1.1.1/', state: 'paused' });
    expect(changed).toMatchObject({ status: 200, json: { url: 'https://1.1.1.1/', state: 'paused', query } });
    expect(changed.json.secret).toBeUndefined();
  });
});

const HTML = { accept: 'text/html' };
const FORM = { ...HTML, 'content-type': 'application/x-www-form-urlencoded' };

describe('the page of the subscriptions', () => {
  test('makes a subscription and shows its secret once', async () => {
    const empty = await ask(chancery.url, '/subscriptions?query=/countries/PK', { headers: HTML });
    expect([empty.status, empty.headers['vary'], empty.headers['cache-control']]).toEqual([
      200,
      'Accept, Accept-Encoding',
      'no-store',
    ]);
    expect(empty.text).toContain('There are no subscriptions.');
    expect(empty.text).toContain('name="query" type="text" value="/countries/PK"');

    const body = new URLSearchParams({
      query: '/countries/PK?types=MouSigned',
      url: `${URL}?a="><b>`,
    }).toString();
    const made = await ask(chancery.url, '/subscriptions', { method: 'POST', headers: FORM, body });
    const [, secret = ''] = /<code>(whsec_[A-Za-z0-9+/]{43}=)<\/code>/.exec(made.text) ?? [];
    expect([made.status, secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);

    const { text } = await ask(chancery.url, '/subscriptions', { headers: HTML });
    expect(text).toContain(`<a href="${made.headers['location']}">/countries/PK?types=MouSigned</a>`);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('"><b>');
  });

  test('says what is wrong with the form, which keeps what was typed', async () => {
    const body = new URLSearchParams({ query: '/countries/PK', url: 'http://127.0.0.1/' }).toString();
    const refused = await ask(chancery.url, '/subscriptions', { method: 'POST', headers: FORM, body });
    expect(refused.status).toBe(400);
    expect(refused.headers['content-type']).toBe('text/html; charset=utf-8');
    const { values } = formIn(refused.text);
    expect([values.get('query'), values.get('url')]).toEqual(['/countries/PK', 'http://127.0.0.1/']);
    expect(refused.text).toMatch(
      /<p class="error" id="error-url"[^>]*>127\.0\.0\.1 is not on the public internet/,
    );
    expect(refused.text).toContain('<a href="#url">URL of the receiver</a>');
    const both = new URLSearchParams({ query: '/nowhere', url: 'ftp://a.example' }).toString();
    const { text } = await ask(chancery.url, '/subscriptions', { method: 'POST', headers: FORM, body: both });
    expect(text).toContain('2 problems to fix');
    const elsewhere = { ...FORM, origin: 'https://evil.example' };
    const forged = await ask(chancery.url, '/subscriptions', { method: 'POST', headers: elsewhere, body });
    expect(forged.status).toBe(403);
  });
});

describe('the page of a subscription', () => {
  let path: string;

  beforeEach(async () => {
    path = `/subscriptions/${(await subscribe({ query: '/countries/PK' })).json.id}`;
  });

  const page = async () => (await ask(chancery.url, path, { headers: HTML })).text;
  const submit = (fields: Record<string, string>) =>
    ask(chancery.url, path, { method: 'POST', headers: FORM, body: new URLSearchParams(fields).toString() });
  const shown = async () => (await ask(chancery.url, path)).json;

  test('pauses it and resumes it', async () => {
    expect(await page()).toContain('<button name="state" value="paused">');
    const paused = await submit({ state: 'paused' });
    expect([paused.status, paused.headers['location']]).toEqual([303, path]);
    expect((await shown()).state).toBe('paused');
    expect(await page()).toContain('<button name="state" value="active">');
    await submit({ state: 'active' });
    expect((await shown()).state).toBe('active');
  });

  test('replays it from a position, and says which event was matched last', async () => {
    await submit({ state: 'paused' });
    expect(await page()).toContain('Events up to position 1, of ');
    expect((await submit({ after: 'start' })).status).toBe(303);
    expect((await shown()).cursor).toBe(null);
    expect((await submit({ after: ' 1 ' })).status).toBe(303);
    expect((await shown()).cursor).toMatchObject({ position: '1' });
    const refused = await submit({ after: '99' });
    expect([refused.status, refused.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(refused.text).toMatch(/<p class="error" id="error-after"[^>]*>[^<]*The log ends at 1/);
    expect(formIn(refused.text).values.get('after')).toBe('99');
  });

  test('changes its filter and its receiver', async () => {
    expect(await page()).toContain(`value="${URL}"`);
    await submit({ query: '/topics/rare-earths', url: 'https://1.1.1.1/' });
    expect(await shown()).toMatchObject({ query: '/topics/rare-earths', url: 'https://1.1.1.1/' });
    const refused = await submit({ query: '/nowhere', url: URL });
    expect(refused.text).toContain('Expected the path of a timeline');
    const { values } = formIn(refused.text);
    expect([values.get('query'), values.get('url')]).toEqual(['/nowhere', URL]);
    const unknown = await submit({ secret: 'mine' });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('<bdi>secret</bdi>')]);
    expect((await shown()).query).toBe('/topics/rare-earths');
  });

  test('removes it', async () => {
    const removed = await submit({ do: 'remove' });
    expect([removed.status, removed.headers['location']]).toEqual([303, '/subscriptions']);
    expect((await ask(chancery.url, path)).status).toBe(404);
    expect((await submit({ do: 'remove' })).status).toBe(404);
  });

  test('is linked from the list, and takes no form of another site', async () => {
    expect((await ask(chancery.url, '/subscriptions', { headers: HTML })).text).toContain(`href="${path}"`);
    const headers = { ...FORM, origin: 'https://evil.example' };
    expect((await ask(chancery.url, path, { method: 'POST', headers, body: 'do=remove' })).status).toBe(403);
    expect((await shown()).state).toBe('active');
  });
});

test.each([
  ['GET', '/subscriptions/none', 'unknown-subscription'],
  ['POST', '/subscriptions/none', 'unknown-subscription'],
  ['DELETE', '/subscriptions/none', 'unknown-subscription'],
  ['PATCH', '/subscriptions/none', 'unknown-subscription'],
  ['GET', '/subscriptions/none/dead-letters', 'unknown-subscription'],
  ['POST', '/subscriptions/none/dead-letters/msg_1', 'unknown-subscription'],
])('%s %s answers %s', async (method, path, code) => {
  expect(await ask(chancery.url, path, { method })).toMatchObject({
    status: 404,
    json: { type: `/problems/${code}` },
  });
});
