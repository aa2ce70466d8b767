import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KEY_ROLES } from '../../../src/access/keys.ts';
import { hasPermission, PERMISSIONS, type Permission } from '../../../src/access/permissions.ts';
import { giveKey } from '../../access/open-access.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { documentedRequests } from './permissions.ts';

type Headers = Readonly<Record<string, string>>;

let chancery: Harness;
/** A session is a new one each time, as signing out ends it. */
let headersOf: Readonly<Record<string, { readonly key: () => Headers; readonly cookie: () => Headers }>>;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const requests = documentedRequests(await apiDocument());

beforeAll(async () => {
  chancery = await startHarness();
  const { access } = chancery;
  const pairs = KEY_ROLES.map((role) => {
    const { id, headers } = giveKey(access, { role });
    return [
      role,
      { key: () => headers, cookie: () => ({ cookie: `chancery=${access.signIn(id)}` }) },
    ] as const;
  });
  headersOf = Object.fromEntries(pairs);
});
afterAll(async () => {
  agent.destroy();
  await chancery.close();
});

/** Resolves to the status, without waiting for the end of a stream. */
function statusOf(method: string, path: string, headers: Headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${chancery.url}${path}`, { method, headers, agent }, (res) => {
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
      for (const way of ['key', 'cookie'] as const) {
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
