import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  AUDIENCE,
  bearer,
  connectTo,
  type MockProvider,
  startMockProvider,
} from '../access/oidc/mock-provider.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask } from '../http/support/client.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(150);

let provider: MockProvider;
let chancery: Harness;

beforeAll(async () => {
  provider = await startMockProvider();
  const options = { keysCooldownMs: 0 };
  chancery = await startHarness(undefined, {}, false, { provider: connectTo(provider, options) });
});
afterAll(async () => {
  await chancery.close();
  await provider.stop();
});

const base64url = (text: string) => Buffer.from(text).toString('base64url');
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const header = fc
  .record(
    {
      alg: fc.constantFrom('RS256', 'none', 'HS256', 'ES256', '', 1, null),
      kid: fc.constantFrom('first', 'x', '', 1, null, ['first']),
      typ: fc.constantFrom('JWT', 'at+jwt', 1, null),
      crit: fc.constantFrom([], ['b64'], 'b64', null),
      b64: fc.boolean(),
      zip: fc.constantFrom('DEF', 1),
      jwk: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const part = fc.oneof(json, header, fc.string({ unit: 'binary', minLength: 1 })).map(base64url);
const garbage = fc
  .tuple(fc.oneof(header, json).map(base64url), part, fc.oneof(part, fc.constant('')))
  .map((parts) => parts.join('.'));

async function statusWith(token: string): Promise<number> {
  return (await ask(chancery.url, '/countries', bearer(token))).status;
}

test('whatever is sent for a token, it is refused and not an error of the server', async () => {
  await fc.assert(
    fc.asyncProperty(garbage, async (token) => {
      expect([token, await statusWith(token)]).toEqual([token, 401]);
    }),
    { numRuns },
  );
});

test('a good token of which one character is another one gives no access', async () => {
  const good = await provider.token({}, { header: { typ: 'at+jwt' } });
  expect(await statusWith(good)).toBe(200);
  // The last character of a part holds bits that base64url leaves unused.
  const index = fc.nat(good.length - 2).filter((at) => !/[.]/.test(good.slice(at, at + 2)));
  await fc.assert(
    fc.asyncProperty(index, fc.constantFrom(...'AZaz09-_'), async (at, character) => {
      fc.pre(good[at] !== character);
      expect(await statusWith(`${good.slice(0, at)}${character}${good.slice(at + 1)}`)).toBe(401);
    }),
    { numRuns },
  );
});

test('whatever claims the provider has signed, the answer is 200, 401 or 403', async () => {
  const claim = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const claims = fc.record(
    {
      iss: fc.oneof(claim, fc.constant(provider.issuer)),
      aud: fc.oneof(claim, fc.constant(AUDIENCE)),
      exp: claim,
      nbf: claim,
      iat: claim,
      sub: claim,
      groups: fc.oneof(claim, fc.array(fc.oneof(claim, fc.constantFrom('desk', 'chiefs')))),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      claims,
      fc.record({ typ: fc.jsonValue(), cty: fc.jsonValue() }),
      async (sent, header) => {
        expect([200, 401, 403]).toContain(await statusWith(await provider.token(sent, { header })));
      },
    ),
    { numRuns },
  );
});
