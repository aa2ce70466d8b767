import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import {
  AUDIENCE,
  bearer,
  CLIENT_ID,
  connectTo,
  type MockProvider,
  startMockProvider,
} from '../../access/oidc/mock-provider.ts';
import { giveKey } from '../../access/open-access.ts';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

const NOW_S = Math.floor(Date.now() / 1_000);

let provider: MockProvider;
let chancery: Harness;
let failures: string[] = [];
let monotonicMs = 0;
let lateMs = 0;
const clock = () => new Date(Date.now() + lateMs);

beforeAll(async () => {
  provider = await startMockProvider();
  const options = {
    clock,
    keysCooldownMs: 0,
    monotonicMs: () => monotonicMs,
    onFailure: (reason: string) => failures.push(reason),
  };
  chancery = await startHarness(clock, {}, true, { provider: connectTo(provider, options) });
});
afterAll(async () => {
  await chancery.close();
  await provider.stop();
});

async function countriesWith(token: string) {
  const { status, json, headers } = await ask(chancery.url, '/countries', bearer(token));
  return { status, json, headers };
}

describe('a server with an identity provider', () => {
  test('is not open, although it has no keys', async () => {
    expect((await ask(chancery.url, '/countries')).json.type).toBe('/problems/authentication-required');
  });

  test('takes the claim for the actor of the events that a user of a group adds', async () => {
    const { headers } = bearer(await provider.token());
    expect((await post(chancery.url, { ...briefing, id: uuid(1) }, headers)).status).toBe(201);
    expect((await ask(chancery.url, `/events/${uuid(1)}`, { headers })).json.event.actor).toBe('anna');
  });

  test('gives the role that is listed first of those of all groups', async () => {
    const guest = bearer(await provider.token({ groups: ['guests'] }));
    expect((await post(chancery.url, mou, guest.headers)).json.permission).toBe('record');
    const both = bearer(await provider.token({ groups: ['guests', 'desk'] }));
    expect((await post(chancery.url, mou, both.headers)).status).toBe(201);
  });

  test('permits nothing to a user without a group that has a role', async () => {
    for (const groups of [[], ['strangers'], undefined, 'Desk', { desk: true }, null, [['desk']]]) {
      const { status, json } = await countriesWith(await provider.token({ groups }));
      expect([groups, status, json.permission]).toEqual([groups, 403, 'read']);
    }
    expect((await countriesWith(await provider.token({ groups: 'desk' }))).status).toBe(200);
  });

  test('still takes keys', async () => {
    expect((await ask(chancery.url, '/countries', giveKey(chancery.access, { role: 'reader' }))).status).toBe(
      200,
    );
  });

  test.each<[string, string, Parameters<MockProvider['token']>]>([
    ['from another issuer', 'It is from another issuer.', [{ iss: 'https://sso.example.org' }]],
    ['from an issuer that is spelled otherwise', 'It is from another issuer.', [{ iss: 'http://LOCALHOST' }]],
    ['for another audience', 'It is for another audience.', [{ aud: 'https://elsewhere.example' }]],
    ['for the client of the pages, as an ID token is', 'It is for another audience.', [{ aud: CLIENT_ID }]],
    ['for nobody', 'It is for another audience.', [{ aud: undefined }]],
    ['that has expired', 'It has expired.', [{ exp: NOW_S - 60 }]],
    ['that never expires', 'It does not say when it expires.', [{ exp: undefined }]],
    ['that is not valid yet', 'It is not valid yet.', [{ nbf: NOW_S + 3_600 }]],
    ['that is bound to a key', 'It needs a proof that is not supported.', [{ cnf: { jkt: 'x' } }]],
    ['without a subject', 'It does not say whom it is about.', [{ sub: undefined }]],
    ['for another purpose', 'It has another purpose.', [{}, { header: { typ: 'logout+jwt' } }]],
    [
      'of which the issuer has no key',
      'The identity provider has no such key.',
      [{}, { header: { kid: 'x' } }],
    ],
    [
      'of a user with a reserved name',
      'The claim sub has no name that could be an actor.',
      [{ sub: 'local' }],
    ],
    [
      'of a user with a hidden name',
      'The claim sub has no name that could be an actor.',
      [{ sub: 'a\u202eb' }],
    ],
  ])('refuses a token %s, also where no permission is needed', async (_name, detail, token) => {
    const { status, json, headers } = (await ask(
      chancery.url,
      '/healthz',
      bearer(await provider.token(...token)),
    )) as Awaited<ReturnType<typeof ask>>;
    expect([status, json.type, json.detail]).toEqual([401, '/problems/invalid-token', detail]);
    expect(headers).toMatchObject({
      'www-authenticate': 'Bearer realm="Chancery", error="invalid_token"',
      'cache-control': 'no-store',
    });
  });

  test('tolerates clocks that differ by less than half a minute', async () => {
    for (const claims of [
      { exp: Math.floor(Date.now() / 1_000) - 10 },
      { nbf: Math.floor(Date.now() / 1_000) + 10 },
    ]) {
      expect((await countriesWith(await provider.token(claims))).status).toBe(200);
    }
  });

  test('refuses tokens without a signature, or signed with another algorithm than those that are set', async () => {
    const claims = { iss: provider.issuer, aud: AUDIENCE, sub: 'eve', groups: ['chiefs'], exp: NOW_S + 600 };
    const [jwk] = provider.server.issuer.keys.toJSON();
    const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const secret = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const shared = (alg: string) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: 'first' }).sign(secret);
    await provider.server.issuer.keys.generate('ES256', { kid: 'curve' });
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await shared('HS256'),
      await shared('HS512'),
      await provider.token({ groups: ['chiefs'] }, { kid: 'curve' }),
    ];
    for (const token of forged) {
      const { status, json } = await countriesWith(token);
      expect([status, json.detail]).toEqual([401, 'It must be signed with RS256.']);
    }
  });

  test('refuses a token whose content was changed', async () => {
    const [header, , signature] = (await provider.token()).split('.');
    const claims = { iss: provider.issuer, aud: AUDIENCE, sub: 'eve', groups: ['chiefs'], exp: NOW_S + 600 };
    const content = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const { status, json } = await countriesWith(`${header}.${content}.${signature}`);
    expect([status, json.detail]).toEqual([401, 'Its signature is wrong.']);
  });

  test('cuts live updates when the token expires', async () => {
    const updates = await fetch(`${chancery.url}/countries/PK/live`, bearer(await provider.token()));
    expect(updates.status).toBe(200);
    lateMs = 2 * 3_600_000;
    await updates.text().catch(() => 'cut');
    lateMs = 0;
  });

  test('writes no token into its log', async () => {
    const good = await provider.token();
    await countriesWith(good);
    await countriesWith(`${good}x`);
    const log = JSON.stringify(chancery.signals);
    expect(log).toContain('request-completed');
    expect(log).not.toContain(good.split('.')[1]);
  });
});

describe('when the provider changes its keys', () => {
  test('tokens of the new key are accepted, and those of the old one no longer', async () => {
    const [known, unseen] = [await provider.token(), await provider.token({ jti: 'unseen' })];
    expect((await countriesWith(known)).status).toBe(200);
    const { port } = provider;
    await provider.stop();
    provider = await startMockProvider('second', port);
    expect((await countriesWith(await provider.token())).status).toBe(200);
    expect((await countriesWith(unseen)).json.detail).toBe('The identity provider has no such key.');
  });
});

describe('while the provider is down', () => {
  test('tokens of known keys are accepted, others are not, and the answer is no error of the server', async () => {
    const known = await provider.token();
    const unknown = await provider.token({}, { header: { kid: 'third' } });
    const { port } = provider;
    await provider.stop();
    failures = [];
    expect((await countriesWith(known)).status).toBe(200);
    const { status, json, headers } = await countriesWith(unknown);
    expect([status, json.type]).toEqual([503, '/problems/identity-provider-unavailable']);
    expect(headers).toMatchObject({ 'retry-after': '5', 'cache-control': 'no-store' });
    provider = await startMockProvider('third', port);
    expect((await countriesWith(unknown)).status).toBe(503);
    monotonicMs += 5_000;
    expect((await countriesWith(await provider.token())).status).toBe(200);
    expect(failures).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
  });

  test('a server starts, and serves those who need no provider', async () => {
    const provider = connectTo({ issuer: 'http://localhost:9' });
    const alone = await startHarness(undefined, {}, false, { provider, publicRead: true });
    expect((await ask(alone.url, '/countries')).status).toBe(200);
    expect((await ask(alone.url, '/countries', bearer('a.b.c'))).status).toBe(503);
    await alone.close();
  });

  test('an answer of somebody else is none of the provider', async () => {
    const failures: string[] = [];
    const onFailure = (reason: string) => failures.push(reason);
    const other = connectTo({ issuer: provider.issuer.replace('localhost', '127.0.0.1') }, { onFailure });
    await expect(other.authenticate(await provider.token())).rejects.toThrow('issuer');
    await expect(connectTo({ issuer: chancery.url }, { onFailure }).authenticate('a.b.c')).rejects.toThrow(
      'unexpected HTTP response status code',
    );
    expect(failures).toHaveLength(2);
  });
});

test('a server without a provider accepts no tokens', async () => {
  const chancery = await startHarness();
  giveKey(chancery.access, { role: 'reader' });
  const { status, json } = await ask(chancery.url, '/countries', bearer(await provider.token()));
  expect([status, json.detail]).toEqual([401, 'This server accepts no tokens.']);
  await chancery.close();
});
