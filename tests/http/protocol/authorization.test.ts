import { describe, expect, test } from '@jest/globals';
import type { AccessRole } from '../../../src/access/permissions.ts';
import { healthDescription } from '../../../src/http/operations/descriptions.ts';
import { Router } from '../../../src/http/protocol/router.ts';
import { ask } from '../support/client.ts';
import { idleRouterContext, stubServer } from '../support/stub-server.ts';

const { serve } = stubServer();

function serveAs(role: AccessRole): Promise<string> {
  const authenticatedBy = role === 'visitor' ? 'public' : 'key';
  return serve({ authenticate: async () => ({ name: 'somebody', role, scope: [''], authenticatedBy }) });
}

describe('a principal', () => {
  test('gets a problem that names the permission it lacks', async () => {
    const { status, json } = await ask(await serveAs('reader'), '/metrics');
    expect(status).toBe(403);
    expect(json).toMatchObject({ type: '/problems/not-permitted', permission: 'operate' });
  });

  test('is asked for a key if it has none', async () => {
    const { status, json } = await ask(await serveAs('visitor'), '/countries');
    expect(status).toBe(401);
    expect(json.type).toBe('/problems/authentication-required');
  });
});

describe('a route', () => {
  test('cannot be registered without the permission that it needs', () => {
    const router = new Router(idleRouterContext(), () => {});
    const { permission, ...description } = healthDescription;
    const get = description as typeof healthDescription;
    expect(() => router.register('/things', { get: () => {} }, { get })).toThrow(/permission/);
  });
});
