import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KEY_ROLES } from '../../../src/access/keys.ts';
import { hasPermission, PERMISSIONS, type Permission } from '../../../src/access/permissions.ts';
import {
  bearer,
  connectTo,
  type MockProvider,
  settingsFor,
  startMockProvider,
} from '../../access/oidc/mock-provider.ts';
import { giveKey } from '../../access/open-access.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { documentedRequests } from './permissions.ts';

type Headers = Readonly<Record<string, string>>;

const WAYS = ['key', 'cookie', 'token'] as const;

let chancery: Harness;
/** A session is a new one each time, as signing out ends it. */
let headersOf: Readonly<Record<string, Readonly<Record<(typeof WAYS)[number], () => Headers>>>>;
let provider: MockProvider;
const requests = documentedRequests(await apiDocument());

beforeAll(async () => {
  provider = await startMockProvider();
  const roles = KEY_ROLES.map((role) => ({ group: role, role }));
  const settings = { ...settingsFor(provider), roles };
  chancery = await startHarness(undefined, {}, false, { provider: connectTo(provider, { settings }) });
  const { access } = chancery;
  const pairs = KEY_ROLES.map(async (role) => {
    const { id, headers } = giveKey(access, { role });
    const token = bearer(await provider.token({ groups: [role] }));
    const cookie = () => ({ cookie: `chancery=${access.signIn(id)}` });
    return [role, { key: () => headers, cookie, token: () => token.headers }] as const;
  });
  headersOf = Object.fromEntries(await Promise.all(pairs));
});
afterAll(async () => {
  await chancery.close();
  await provider.stop();
});

/** Resolves to the status, without waiting for the end of a stream. */
function statusOf(method: string, path: string, headers: Headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${chancery.url}${path}`, { method, headers, agent: false }, (res) => {
      resolve(res.statusCode ?? 0);
      if (res.headers['content-type'] === 'text/event-stream') res.destroy();
      else res.resume();
    });
    sent.on('error', reject).end();
  });
}

describe.each(requests)('$method $path', ({ method, path, permission }) => {
  test(`needs ${permission ?? 'no permission'}`, async () => {
    const withoutKey = await statusOf(method, path);
    expect(withoutKey === 401).toBe(permission !== undefined);
    for (const role of KEY_ROLES) {
      const isPermitted = permission === undefined || hasPermission(role, permission as Permission);
      for (const way of WAYS) {
        const status = await statusOf(method, path, headersOf[role]?.[way]());
        expect([role, way, status !== 403]).toEqual([role, way, isPermitted]);
        expect(status).not.toBe(401);
        expect(status).toBeLessThan(500);
      }
    }
  });
});

test('every permission of the route table is one that roles have', () => {
  const needed = requests.flatMap(({ permission }) => permission ?? []);
  expect(needed.filter((permission) => !(permission in PERMISSIONS))).toEqual([]);
});
