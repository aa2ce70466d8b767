import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../../src/access/principal.ts';
import type { ClientLimits } from '../../../src/http/limits/client-quota.ts';
import { networkOf, UNLIMITED } from '../../../src/http/limits/client-quotas.ts';
import { mou } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { askRaw, RawConnection } from '../support/raw-connection.ts';

let chancery: Harness;
afterEach(() => chancery.close());

/** Keys in these tests are the names of their owners. Without one, a request is public. */
const authenticate = async ({ headers: { authorization } }: IncomingMessage): Promise<Principal> => {
  return {
    name: authorization ?? 'public',
    role: 'admin',
    scope: [''],
    authenticatedBy: authorization === undefined ? 'public' : 'key',
  };
};

/** Behind a proxy on this machine, so that requests can come from any address. */
async function start(limits: Partial<ClientLimits>): Promise<void> {
  chancery = await startHarness(undefined, {}, false, {
    trustedProxies: ['127.0.0.1'],
    clientLimits: { ...UNLIMITED, ...limits },
    authenticate,
  });
}

const from = (address: string, key?: string) => ({
  'x-forwarded-for': address,
  ...(key !== undefined && { authorization: key }),
});

const get = (headers: Readonly<Record<string, string>>, path = '/countries'): Promise<Answer> =>
  ask(chancery.url, path, { headers });

const remaining = ({ headers }: Answer): string | undefined => headers['ratelimit']?.toString().split(';')[1];

describe('the requests of a client in a minute', () => {
  test('are counted, and refused beyond the limit, whatever they ask for', async () => {
    await start({ requestsPerMinute: 3 });
    const first = await get(from('192.0.2.1'));
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"requests";q=3;w=60',
      ratelimit: '"requests";r=2;t=60',
    });
    expect(remaining(await get({ ...from('192.0.2.1'), host: 'evil.example' }))).toBe('r=1');
    expect(remaining(await get(from('192.0.2.1'), '/nothing'))).toBe('r=0');
    const refused = await get(from('192.0.2.1'));
    expect(refused).toMatchObject({
      status: 429,
      json: { type: '/problems/too-many-requests', status: 429 },
    });
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(50);
    expect(refused.headers['ratelimit']).toBe(`"requests";r=0;t=${wait}`);
    expect((await get(from('192.0.2.2'))).status).toBe(200);
  });

  test('are those of a network with IPv6', async () => {
    await start({ requestsPerMinute: 1 });
    expect((await get(from('2001:db8::1'))).status).toBe(200);
    expect((await get(from('2001:db8:0:0:ffff::2'))).status).toBe(429);
    expect((await get(from('2001:db8:0:1::1'))).status).toBe(200);
  });

  test('count for the key, from whatever address, and not for the address', async () => {
    await start({ requestsPerMinute: 2 });
    const key = (address: string) => get(from(address, 'desk'));
    expect([await key('192.0.2.1'), await key('192.0.2.1')].map(remaining)).toEqual(['r=1', 'r=0']);
    expect((await key('192.0.2.9')).status).toBe(429);
    expect((await get(from('192.0.2.1', 'archive'))).status).toBe(200);
    expect(remaining(await get(from('192.0.2.1')))).toBe('r=1');
  });

  test('are not limited on this machine, unless a key or a proxy is used', async () => {
    await start({ requestsPerMinute: 1 });
    for (let count = 0; count < 3; count += 1) {
      const { status, headers } = await get({});
      expect([status, headers['ratelimit']]).toEqual([200, undefined]);
    }
    expect([await get({ authorization: 'desk' }), await get({ authorization: 'desk' })]).toMatchObject([
      { status: 200 },
      { status: 429 },
    ]);
    expect([await get(from('127.0.0.1')), await get(from('127.0.0.1'))]).toMatchObject([
      { status: 200 },
      { status: 429 },
    ]);
  });

  test('are limited on this machine if a proxy that is not trusted publishes the server', async () => {
    chancery = await startHarness(undefined, {}, false, {
      publicUrl: 'https://record.example.org',
      clientLimits: { ...UNLIMITED, requestsPerMinute: 1 },
    });
    expect([await get({}), await get({})]).toMatchObject([{ status: 200 }, { status: 429 }]);
  });
});

describe('what a client has open', () => {
  const HEAD = 'Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n';

  /** Begins a request whose body does not arrive. */
  const begin = async (body = '') =>
    (await RawConnection.open(chancery.url)).send(
      `POST /events HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n${body}`,
    );

  test('is a limited number of requests, until one is answered or its client has gone', async () => {
    await start({ concurrentRequests: 2 });
    const open = [await begin(), await begin()];
    await until(async () => (await get(from('192.0.2.1'))).status === 429);
    const refused = await get(from('192.0.2.1'));
    expect(refused.headers['retry-after']).toBe('1');
    expect((await get(from('192.0.2.2'))).status).toBe(200);
    expect((await get(from('192.0.2.1', 'desk'))).status).toBe(429);
    open[0]?.socket.destroy();
    await until(async () => (await get(from('192.0.2.1'))).status === 200);
    // A request with a key is one of the address only until the key is known.
    for (let count = 0; count < 5; count += 1)
      expect((await get(from('192.0.2.1', 'desk'))).status).toBe(200);
    open[1]?.socket.destroy();
  });

  test('is a limited number of live updates, which are no requests that are being answered', async () => {
    await start({ streams: 2, concurrentRequests: 1 });
    await post(chancery.url, mou);
    await until(async () => (await get({}, '/countries/PK')).status === 200);
    const follow = async (path: string) => {
      const stream = (await RawConnection.open(chancery.url)).send(`GET ${path} HTTP/1.1\r\n${HEAD}\r\n`);
      await stream.untilReceived((received) => received.includes('\r\n\r\n'));
      return stream;
    };
    const timeline = await follow('/countries/PK/live');
    const log = await follow('/events?format=x');
    expect(log.received).toContain('400');
    const second = await follow('/countries/PK/live');
    expect([timeline, second].map(({ received }) => received.slice(0, 12))).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
    ]);
    const third = await get({ ...from('192.0.2.1'), accept: 'text/event-stream' }, '/events');
    expect(third).toMatchObject({ status: 429, json: { type: '/problems/too-many-requests' } });
    expect((await get(from('192.0.2.1'))).status).toBe(200);
    timeline.socket.destroy();
    await until(async () => {
      const again = await follow('/countries/PK/live');
      const isOpen = again.received.startsWith('HTTP/1.1 200');
      again.socket.destroy();
      return isOpen;
    });
    second.socket.destroy();
    log.socket.destroy();
  });

  test('is limited memory for bodies, while others have the rest', async () => {
    await start({ bodyBytes: 1 << 18 });
    const greedy = await begin('a'.repeat(1 << 19));
    await greedy.ended;
    expect(greedy.received).toMatch(/^HTTP\/1\.1 429 /);
    expect(greedy.received).toContain('Retry-After: 1');
    const small = await post(chancery.url, { ...mou, stream: undefined }, from('192.0.2.1'));
    expect(small.status).toBe(201);
    const large = { ...mou, stream: undefined, data: { ...mou.data, summary: 'a'.repeat(1 << 18) } };
    expect((await post(chancery.url, large, from('192.0.2.2'))).status).toBe(429);
    const lines = `${JSON.stringify({ ...mou, stream: undefined })}\n`.repeat(3);
    const bulk = await post(chancery.url, lines, {
      'content-type': 'application/x-ndjson',
      ...from('192.0.2.1'),
    });
    expect(bulk.text).toContain('{"summary":{"recorded":3,"repeated":0,"refused":0}}');
  });
});

test('many addresses take limited memory', async () => {
  await start({ requestsPerMinute: 1 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => get(from(`198.51.100.${index}`), '/healthz')),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const malformed = await askRaw(chancery.url, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(malformed.status).toBe(400);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0DB8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['fe80::', 'fe80:0:0:0'],
  ['2001:db8:1:2:3::', '2001:db8:1:2'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
])('the client at %s is %s', async (address, network) => {
  await start({});
  expect(networkOf(address)).toBe(network);
});
