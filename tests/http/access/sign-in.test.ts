import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KeyRole } from '../../../src/access/access-store.ts';
import { KEY_ROLES } from '../../../src/access/keys.ts';
import { hasPermission, type Permission } from '../../../src/access/permissions.ts';
import { localPath } from '../../../src/http/account/local-path.ts';
import { type GivenKey, giveKey } from '../../access/open-access.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

let now = new Date('2025-11-01T12:00:00Z');
let chancery: Harness;
let reader: GivenKey;

beforeAll(async () => {
  chancery = await startHarness(() => now);
  reader = giveKey(chancery.access, { role: 'reader', name: 'Anna' });
});
afterAll(() => chancery.close());

const PAGE = { accept: 'text/html' };

function send(path: string, fields: Readonly<Record<string, string>>, headers = {}): Promise<Answer> {
  const sent = { ...PAGE, 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return ask(chancery.url, path, {
    method: 'POST',
    headers: sent,
    body: String(new URLSearchParams(fields)),
  });
}

/** The cookie as a browser sends it back. */
function cookieOf({ headers }: Answer): { readonly cookie: string } {
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

async function signIn(key: GivenKey, headers = {}): Promise<{ readonly cookie: string }> {
  return cookieOf(await send('/sign-in', { key: key.secret, return: '/countries' }, headers));
}

const show = (path: string, headers: Readonly<Record<string, string>>) =>
  ask(chancery.url, path, { headers: { ...PAGE, ...headers } });

describe('a browser that has not signed in', () => {
  test('is sent to the page for signing in, and from there to the page that it asked for', async () => {
    const redirect = await show('/countries?limit=5', {});
    expect([redirect.status, redirect.headers.location]).toEqual([
      302,
      '/sign-in?return=%2Fcountries%3Flimit%3D5',
    ]);
    const form = await show(redirect.headers.location ?? '', {});
    expect(form.text).toContain('<input type="hidden" name="return" value="/countries?limit=5">');
    const signedIn = await send('/sign-in', { key: ` ${reader.secret}\n`, return: '/countries?limit=5' });
    expect([signedIn.status, signedIn.headers.location]).toEqual([303, '/countries?limit=5']);
    expect(signedIn.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^chancery=chancery_session_\w+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect((await show('/countries', cookieOf(signedIn))).status).toBe(200);
  });

  test('gets the form again for a wrong key, and no cookie', async () => {
    const { status, headers, text } = await send('/sign-in', {
      key: 'chancery_key_wrong',
      return: '/topics',
    });
    expect([status, headers['set-cookie']]).toEqual([401, undefined]);
    expect(text).toContain('The key is not in force');
    expect(text).toContain('value="/topics"');
    expect(text).not.toContain('chancery_key_wrong');
  });

  test('asks again at once if it followed a link of another site, which it sends no cookie with', async () => {
    const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const from = async (site: string) => (await show('/sign-in', { ...link, 'sec-fetch-site': site })).text;
    expect(await from('cross-site')).toContain('http-equiv="refresh"');
    expect(await from('same-origin')).not.toContain('http-equiv');
    const back = await show('/sign-in?return=/topics', await signIn(reader));
    expect([back.status, back.headers.location]).toEqual([302, '/topics']);
  });

  test('does not get in by a page of another site', async () => {
    const forged = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await send('/sign-in', { key: reader.secret }, forged)).status).toBe(403);
  });
});

describe('a session', () => {
  test('has a new id at each sign-in, and ends the one before', async () => {
    const before = await signIn(reader);
    const after = await signIn(reader, before);
    expect(after.cookie).not.toBe(before.cookie);
    expect((await show('/countries', before)).status).toBe(302);
    expect((await show('/countries', after)).status).toBe(200);
  });

  test('cannot be fixed by who sets a cookie beforehand', async () => {
    const set = { cookie: `chancery=chancery_session_${'0'.repeat(12)}_${'0'.repeat(64)}` };
    expect((await signIn(reader, set)).cookie).not.toBe(set.cookie);
    expect((await show('/countries', set)).status).toBe(302);
  });

  test('ends when the browser signs out', async () => {
    const cookie = await signIn(reader);
    expect((await show('/account', cookie)).text).toContain('Sign out');
    const out = await send('/sign-out', {}, cookie);
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([303, expect.stringContaining('Max-Age=0')]);
    expect((await show('/countries', cookie)).status).toBe(302);
  });

  test('ends with its key, and after twelve hours', async () => {
    const [key, other] = [giveKey(chancery.access, { role: 'reader' }), await signIn(reader)];
    const cookie = await signIn(key);
    chancery.access.store.revokeKey(key.id, now.getTime());
    expect((await show('/countries', cookie)).status).toBe(302);
    now = new Date(now.getTime() + 12 * 3_600_000);
    expect((await show('/countries', other)).status).toBe(302);
  });
});

describe('a page', () => {
  const roles = ['reader', 'recorder', 'operator', 'admin'] as const;

  test.each(roles)('shows a %s what it may do, also from the cache', async (role) => {
    const cookie = await signIn(giveKey(chancery.access, { role }));
    const may = {
      read: role !== 'operator',
      record: ['recorder', 'admin'].includes(role),
      webhooks: role === 'admin',
    };
    for (const path of ['/account', '/countries', '/countries/PK', '/countries/PK', '/docs', '/unknown']) {
      const { text, status } = await show(path, cookie);
      expect([path, text.includes('href="/record"')]).toEqual([path, may.record]);
      expect([path, text.includes('href="/topics"')]).toEqual([path, may.read]);
      expect([path, text.includes('>Account<')]).toEqual([path, true]);
      expect(text).not.toMatch(/<!--|Sign in/);
      if (path === '/countries/PK' && status === 200) expect(text.includes('>Webhook<')).toBe(may.webhooks);
    }
  });

  test.each(KEY_ROLES)('leads a %s to the places of its permissions, and to no other', async (role) => {
    await post(chancery.url, { ...mou, id: uuid(1) }, giveKey(chancery.access, { role: 'admin' }).headers);
    const cookie = await signIn(giveKey(chancery.access, { role }));
    const expectLink = async (path: string, url: string, permission: Permission) => {
      const { text } = await show(path, cookie);
      expect([path, url, text.includes(`href="${url}"`)]).toEqual([
        path,
        url,
        hasPermission(role, permission),
      ]);
    };
    await expectLink('/account', '/subscriptions', 'manage-webhooks');
    await expectLink('/account', '/redactions', 'remove');
    await expectLink('/account', '/audit', 'read-audit');
    await expectLink(`/events/${uuid(1)}`, `/redactions?event=${uuid(1)}`, 'remove');
    await expectLink('/', '/events.atom', 'read');
    for (const format of ['csv', 'ndjson']) await expectLink('/', `/events.${format}`, 'export');
  });

  test('that every role may open follows the page for signing in', async () => {
    const landing = async (role: KeyRole): Promise<string | undefined> => {
      const key = giveKey(chancery.access, { role });
      const signedIn = await send('/sign-in', { key: key.secret, return: '/' });
      expect((await show('/sign-in', cookieOf(signedIn))).headers.location).toBe(signedIn.headers.location);
      return signedIn.headers.location;
    };
    expect(await landing('reader')).toBe('/');
    expect(await landing('auditor')).toBe('/account');
  });

  test('offers to sign in only where that is needed', async () => {
    const open = await startHarness(undefined, {}, false, { publicRead: true });
    expect((await ask(open.url, '/countries', { headers: PAGE })).text).not.toMatch(/Sign in|Account/);
    expect((await ask(open.url, '/account', { headers: PAGE })).text).not.toContain('/redactions');
    giveKey(open.access, { role: 'reader' });
    const { text } = await ask(open.url, '/countries', { headers: PAGE });
    expect(text).toContain('href="/sign-in"');
    expect(text).not.toContain('href="/record"');
    await open.close();
  });

  test('lists the forms for the streams of the scope', async () => {
    const cookie = await signIn(
      giveKey(chancery.access, { role: 'recorder', scope: ['mou-', 'meeting-held-2025'] }),
    );
    const { text } = await show('/record', cookie);
    expect(text).toContain('href="/record/mou-amended"');
    expect(text).toContain('href="/record/mou"');
    expect(text).not.toContain('href="/record/briefing"');
  });
});

test('behind https, the cookie is for this host only, and another one is not read', async () => {
  const secure = await startHarness(undefined, {}, false, { publicUrl: 'https://record.example.org' });
  const { secret } = giveKey(secure.access, { role: 'reader' });
  const body = String(new URLSearchParams({ key: secret }));
  const headers = { 'content-type': 'application/x-www-form-urlencoded', host: 'record.example.org' };
  const answer = await ask(secure.url, '/sign-in', { method: 'POST', headers, body });
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^__Host-chancery=.*; Path=\/; .*; HttpOnly; SameSite=Strict; Secure$/,
  );
  const { cookie } = cookieOf(answer);
  expect((await ask(secure.url, '/countries', { headers: { cookie } })).status).toBe(200);
  const tossed = { cookie: cookie.replace('__Host-', '') };
  expect((await ask(secure.url, '/countries', { headers: tossed })).status).toBe(401);
  await secure.close();
});

describe('the path after signing in', () => {
  test.each([
    ['/countries/PK?types=MouSigned', '/countries/PK?types=MouSigned'],
    ['/', '/'],
    [undefined, '/'],
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('of %j is %j', (text, path) => {
    expect(localPath(text)).toBe(path);
  });

  test('is on this server, whatever the link says', () => {
    const base = 'https://record.example.org';
    const text = fc.string({
      unit: fc.constantFrom('/', '\\', '.', '\t', '\n', '@', ':', '?', '#', '%2f', 'a', '/..'),
    });
    fc.assert(
      fc.property(text, (path) => {
        expect(new URL(localPath(path), base).origin).toBe(base);
        expect(localPath(path)).toMatch(/^\/(?![/\\])/);
      }),
    );
  });
});
