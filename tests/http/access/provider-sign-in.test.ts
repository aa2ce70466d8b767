import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MutableRedirectUri, MutableResponse, TokenRequestIncomingMessage } from 'oauth2-mock-server';
import type { IdentityProvider } from '../../../src/access/oidc/identity-provider.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  connectTo,
  type MockProvider,
  settingsFor,
  startMockProvider,
} from '../../access/oidc/mock-provider.ts';
import { openAccess } from '../../access/open-access.ts';
import { briefing, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

const PUBLIC_URL = 'https://record.example.org';
const PAGE = { accept: 'text/html' };

let provider: MockProvider;
let monotonicMs = 0;
let chancery: Harness;

beforeAll(async () => {
  provider = await startMockProvider();
  const options = {
    publicUrl: PUBLIC_URL,
    provider: connectTo(provider, { monotonicMs: () => monotonicMs }),
  };
  chancery = await startHarness(undefined, {}, true, options);
});
beforeEach(() => {
  provider.user = { sub: 'anna', groups: ['desk'] };
});
afterAll(async () => {
  await chancery.close();
  await provider.stop();
});

/** The cookies that a browser sends back. */
function cookiesOf({ headers }: Answer): { readonly cookie: string } {
  const set = (headers['set-cookie'] ?? []).filter((cookie) => !cookie.includes('Max-Age=0'));
  return { cookie: set.map((cookie) => cookie.split(';')[0]).join('; ') };
}

const show = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(chancery.url, path, { headers });

async function begin(query = '') {
  const begun = await show(`/sign-in/oidc${query}`, PAGE);
  return { begun, url: new URL(begun.headers.location ?? ''), cookies: cookiesOf(begun) };
}

/** Goes to the provider, which sends the browser back at once. */
async function authorize(url: URL): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.origin).toBe(PUBLIC_URL);
  return `${back.pathname}${back.search}`;
}

async function signIn(query = ''): Promise<Answer> {
  const { url, cookies } = await begin(query);
  return show(await authorize(url), { ...PAGE, ...cookies });
}

async function refusalOf(answer: Answer): Promise<string> {
  expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  expect(answer.text).toContain('You are not signed in');
  return answer.text;
}

describe('signing in with the identity provider', () => {
  test('asks it for a code with PKCE, state and nonce, to be sent to the public URL', async () => {
    const { begun, url } = await begin('?return=/countries');
    expect([begun.status, begun.headers['cache-control']]).toEqual([302, 'no-store']);
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: `${PUBLIC_URL}/sign-in/oidc/callback`,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(begun.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-chancery-sign-in=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    expect((await begin()).url.searchParams.get('state')).not.toBe(url.searchParams.get('state'));
  });

  test('sends the verifier of the challenge and the secret of the client for the code', async () => {
    let sent: TokenRequestIncomingMessage | undefined;
    provider.server.service.once('beforeResponse', (_response, request) => {
      sent = request;
    });
    const { url, cookies } = await begin();
    await show(await authorize(url), cookies);
    const verifier = sent?.body.code_verifier ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(challenge).toBe(url.searchParams.get('code_challenge'));
    const credentials = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
    expect(sent?.headers.authorization).toBe(`Basic ${credentials}`);
  });

  test('sends the secret in the body if the provider takes it there only', async () => {
    const strict = await startMockProvider();
    const places: string[] = [];
    const front = createServer((req, res) => {
      if (req.url === '/token') places.push(req.headers.authorization === undefined ? 'body' : 'header');
      if (req.headers.authorization === undefined) return strict.server.service.requestHandler(req, res);
      return res
        .writeHead(401, { 'WWW-Authenticate': 'Basic', 'Content-Type': 'application/json' })
        .end('{}');
    }).listen(0, 'localhost');
    await once(front, 'listening');
    const issuer = `http://localhost:${(front.address() as AddressInfo).port}`;
    strict.server.issuer.url = issuer;
    const options = { publicUrl: PUBLIC_URL, provider: connectTo({ issuer }) };
    const other = await startHarness(undefined, {}, false, options);
    for (const expected of [['header', 'body'], ['body']]) {
      places.length = 0;
      const begun = await ask(other.url, '/sign-in/oidc');
      const back = await authorize(new URL(begun.headers.location ?? ''));
      expect((await ask(other.url, back, { headers: cookiesOf(begun) })).status).toBe(303);
      expect(places).toEqual(expected);
    }
    await other.close();
    front.close();
    front.closeAllConnections();
    await strict.stop();
  });

  test('begins a new session each time, whose user has the role of the group', async () => {
    const signedIn = await signIn('?return=/countries/PK');
    expect([signedIn.status, signedIn.headers.location]).toEqual([303, '/sign-in?return=%2Fcountries%2FPK']);
    expect(signedIn.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-chancery=chancery_session_\w+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure$/,
      ),
      expect.stringMatching(/^__Host-chancery-sign-in=; .*Max-Age=0; /),
    ]);
    const cookies = cookiesOf(signedIn);
    expect((await post(chancery.url, { ...briefing, id: uuid(1) }, cookies)).status).toBe(201);
    expect((await show(`/events/${uuid(1)}`, cookies)).json.event.actor).toBe('anna');
    expect(cookiesOf(await signIn()).cookie).not.toBe(cookies.cookie);
  });

  test('asks about the user if the ID token says nothing of groups', async () => {
    const sub = 'anna';
    provider.user = { sub };
    for (const groups of [['desk'], ['strangers']]) {
      provider.server.service.once('beforeUserinfo', (response: MutableResponse) => {
        response.body = { sub, groups };
      });
      expect((await signIn()).status).toBe(groups.includes('desk') ? 303 : 403);
    }
    provider.server.service.once('beforeUserinfo', (response: MutableResponse) => {
      response.body = { sub: 'eve', groups: ['desk'] };
    });
    await refusalOf(await signIn());
  });

  test('shows the account of the user, who has no key for feed URLs', async () => {
    const headers = { ...PAGE, ...cookiesOf(await signIn()) };
    const timeline = await show('/countries/PK', headers);
    expect(timeline.text).toContain('href="/countries/PK.atom"');
    expect(timeline.text).not.toContain('/account?feed=');
    const { text } = await show('/account', headers);
    expect(text).toContain('anna');
    expect(text).toContain('Sign out');
    expect(text).toContain('Feed URLs belong to keys');
    expect(text).not.toContain('Make a feed URL');
  });

  test('is offered on the page for signing in, with the page to come back to', async () => {
    const { text } = await show('/sign-in?return=/countries/PK', PAGE);
    expect(text).toContain('href="/sign-in/oidc?return=%2Fcountries%2FPK"');
  });

  test('goes to no other server afterwards', async () => {
    for (const path of ['https://evil.example', '//evil.example', '/%5Cevil.example', '/%09/evil.example']) {
      expect((await signIn(`?return=${path}`)).headers.location).toBe('/sign-in?return=%2F');
    }
    expect((await show('/sign-in/oidc?next=/countries')).status).toBe(400);
  });

  test('ends when the user signs out', async () => {
    const cookies = cookiesOf(await signIn());
    expect((await show('/countries', cookies)).status).toBe(200);
    const headers = { ...cookies, 'content-type': 'application/x-www-form-urlencoded' };
    await ask(chancery.url, '/sign-out', { method: 'POST', headers, body: '' });
    expect((await show('/countries', cookies)).status).toBe(401);
  });
});

describe('nobody is signed in', () => {
  test('without a group that has a role', async () => {
    provider.user = { sub: 'eve', groups: ['strangers'] };
    expect(await refusalOf(await signIn())).toContain('None of your groups has a role here.');
  });

  test('without a name that could be an actor', async () => {
    provider.user = { sub: 'public', groups: ['desk'] };
    expect(await refusalOf(await signIn())).toContain('no name that could be an actor');
  });

  test('in a browser in which the sign-in has not begun', async () => {
    const { url } = await begin();
    const back = await authorize(url);
    expect(await refusalOf(await show(back, PAGE))).toContain('It has begun in another browser');
    const other = await begin();
    expect(await refusalOf(await show(back, { ...PAGE, ...other.cookies }))).toContain('does not belong');
    const tossed = { cookie: other.cookies.cookie.replace('__Host-', '') };
    expect(await refusalOf(await show(back, { ...PAGE, ...tossed }))).toContain('in another browser');
  });

  test.each(['state', 'nonce', 'codeVerifier'])('if the %s of the browser is another one', async (name) => {
    const { url, cookies } = await begin();
    const forged = cookies.cookie.replace(new RegExp(`${name}=([^&;]{42})[^&;]`), `${name}=$1_`);
    expect(forged).not.toBe(cookies.cookie);
    await refusalOf(await show(await authorize(url), { ...PAGE, cookie: forged }));
  });

  test('if the provider refuses, as when the user cancels', async () => {
    provider.server.service.once('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri) => {
      url.searchParams.delete('code');
      url.searchParams.set('error', 'access_denied');
      url.searchParams.set('error_description', 'Call 555-0100');
    });
    const text = await refusalOf(await signIn());
    expect(text).toContain('The identity provider refuses it: access_denied.');
    expect(text).not.toContain('555-0100');
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['for another client', { aud: 'another-client' }],
    ['of another issuer', { iss: 'https://sso.example.org' }],
    ['that has expired', { exp: 1 }],
    ['for another sign-in', { nonce: 'another' }],
  ])('by an ID token %s', async (_name, claims) => {
    provider.user = { ...provider.user, ...claims };
    await refusalOf(await signIn());
  });

  test('by an ID token whose signature is wrong', async () => {
    provider.server.service.once('beforeResponse', ({ body }: MutableResponse) => {
      const token = body === '' ? '' : String(body['id_token']);
      if (body !== '') body['id_token'] = token.replace(/.{10}$/, 'AAAAAAAAAA');
    });
    expect(await refusalOf(await signIn())).toContain('Its signature is wrong.');
  });

  test('while the provider fails', async () => {
    const { url, cookies } = await begin();
    const back = await authorize(url);
    provider.server.service.once('beforeResponse', (response: MutableResponse) => {
      response.statusCode = 502;
    });
    const { status, headers } = await show(back, { ...PAGE, ...cookies });
    expect([status, headers['retry-after'], headers['set-cookie']]).toEqual([503, '5', undefined]);
    monotonicMs += 5_000;
  });
});

test('neither codes nor tokens nor secrets are in the log', async () => {
  const { url, cookies } = await begin();
  const back = await authorize(url);
  expect((await show(back, cookies)).status).toBe(303);
  const log = JSON.stringify(chancery.signals);
  expect(log).toContain('/sign-in/oidc/callback');
  for (const secret of [new URLSearchParams(back.split('?')[1]).get('code') ?? back, CLIENT_SECRET, 'eyJ']) {
    expect(log).not.toContain(secret);
  }
});

test('a session has the role that the setting gives its group after a restart, and ends after an hour', async () => {
  const secret = /chancery_session_\w+/.exec(cookiesOf(await signIn()).cookie)?.[0] ?? '';
  const restartedWith = (provider?: IdentityProvider) =>
    openAccess({ store: chancery.access.store, provider }).bySession(secret)?.role;
  const roleFor = (group: string) => {
    const settings = { ...settingsFor(provider), roles: [{ group, role: 'curator' } as const] };
    return restartedWith(connectTo(provider, { settings }));
  };
  const later = () => new Date(Date.now() + 3_600_000);
  const { store } = chancery.access;
  expect(
    openAccess({ store, provider: connectTo(provider), clock: later }).bySession(secret),
  ).toBeUndefined();
  expect([roleFor('desk'), roleFor('guests'), restartedWith()]).toEqual(['curator', 'visitor', undefined]);
});

test('a server without a client has no such pages', async () => {
  const settings = { ...settingsFor(provider), client: undefined };
  const other = await startHarness(undefined, {}, false, { provider: connectTo(provider, { settings }) });
  for (const path of ['/sign-in/oidc', '/sign-in/oidc/callback?code=x&state=y']) {
    expect((await ask(other.url, path)).json.type).toBe('/problems/unknown-resource');
  }
  await other.close();
});
