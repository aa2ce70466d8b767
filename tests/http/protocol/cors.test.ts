import { describe, expect, test } from '@jest/globals';
import { mou } from '../../domain/events.ts';
import { type Answer, ask } from '../support/client.ts';
import { stubServer } from '../support/stub-server.ts';

const { serve } = stubServer();

const ORIGIN = 'https://desk.example';
const OTHER = 'https://other.example';

const allowed = ({ headers }: Answer): unknown => headers['access-control-allow-origin'];

function preflight(url: string, path: string, method: string, host?: string): Promise<Answer> {
  const headers = {
    origin: ORIGIN,
    'sec-fetch-site': 'cross-site',
    'access-control-request-method': method,
    'access-control-request-headers': 'if-none-match',
    ...(host !== undefined && { host }),
  };
  return ask(url, path, { method: 'OPTIONS', headers });
}

describe('a page of another origin', () => {
  test('cannot read, unless a setting allows it', async () => {
    const url = await serve();
    expect(allowed(await ask(url, '/countries/PK', { headers: { origin: ORIGIN } }))).toBeUndefined();
    const { status, headers } = await preflight(url, '/countries/PK', 'GET');
    expect(status).toBe(403);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test.each(['*', ORIGIN])('can read if %s may, also what needs a preflight', async (corsOrigin) => {
    const url = await serve({ corsOrigin });
    const read = await ask(url, '/countries', { headers: { origin: ORIGIN } });
    expect(allowed(read)).toBe(corsOrigin);
    expect(read.headers['access-control-expose-headers']).toBe('*');
    expect(allowed(await ask(url, '/nothing', { headers: { origin: ORIGIN } }))).toBe(corsOrigin);
    const answer = await preflight(url, '/countries', 'GET');
    expect([answer.status, allowed(answer), answer.text]).toEqual([204, corsOrigin, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'Authorization, *',
    });
  });

  test('cannot write, even if it may read', async () => {
    const url = await serve({ corsOrigin: '*' });
    const headers = { origin: ORIGIN, 'content-type': 'text/plain' };
    const answer = await ask(url, '/events', { method: 'POST', headers, body: JSON.stringify(mou) });
    expect([answer.status, allowed(answer)]).toEqual([403, undefined]);
    const asked = await preflight(url, '/events', 'POST');
    expect([asked.status, allowed(asked)]).toEqual([403, undefined]);
  });

  test('is told which other origin may read', async () => {
    const url = await serve({ corsOrigin: OTHER });
    expect(allowed(await ask(url, '/countries', { headers: { origin: ORIGIN } }))).toBe(OTHER);
  });

  test('cannot read by a name that it makes resolve to this machine', async () => {
    const url = await serve({ corsOrigin: ORIGIN });
    const answer = await preflight(url, '/countries', 'GET', 'evil.example');
    expect([answer.status, allowed(answer)]).toEqual([421, undefined]);
  });
});
