import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UNLIMITED } from '../../src/http/limits/client-quotas.ts';
import { mou } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type Harness, startHarness } from '../harness.ts';
import { post } from './support/client.ts';
import { DocumentedProxy, isInstalled, type ProxyName } from './support/documented-proxy.ts';

const PUBLIC_URL = 'https://localhost';
const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness(undefined, {}, true, {
    publicUrl: PUBLIC_URL,
    trustedProxies: ['127.0.0.1'],
    clientLimits: { ...UNLIMITED, requestsPerMinute: 10_000 },
  });
  await post(chancery.url, mou, { 'x-forwarded-for': '192.0.2.1' });
});
afterAll(() => chancery.close());

describe.each<ProxyName>(['nginx', 'caddy'])('behind %s, as documented', (name) => {
  let proxy: DocumentedProxy | undefined;
  beforeAll(async () => {
    if (isInstalled(name)) proxy = await DocumentedProxy.start(name, new URL(chancery.url).port);
  });
  afterAll(() => proxy?.close());

  /** Defines a test that is skipped without the proxy. */
  const withProxy = (title: string, body: (started: DocumentedProxy) => Promise<void>): void => {
    test(title, async () => {
      if (proxy !== undefined) await body(proxy);
    });
  };

  withProxy('pages have public URLs, and browsers are told to stay with TLS', async (server) => {
    const page = await server.ask('/countries/PK', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.text).toContain(`${PUBLIC_URL}/countries/PK`);
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  withProxy('cached answers are validated', async (server) => {
    const { headers } = await server.ask('/countries/PK');
    const again = await server.ask('/countries/PK', { headers: { 'if-none-match': headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  withProxy('forms are taken from own pages only', async (server) => {
    const preview = (origin: string) =>
      server.ask('/record/mou', { method: 'POST', headers: { ...FORM, origin }, body: 'do=preview' });
    expect((await preview(PUBLIC_URL)).status).toBe(400);
    expect((await preview('https://elsewhere.example')).status).toBe(403);
  });

  withProxy('no header of a client changes who it seems to be, or is refused', async (server) => {
    const chosen = [
      { 'x-forwarded-for': '198.51.100.7' },
      { forwarded: 'for=198.51.100.7;host=elsewhere.example;proto=http' },
      { 'x-forwarded-host': 'elsewhere.example', 'x-forwarded-proto': 'http' },
    ];
    const left: number[] = [];
    for (const headers of chosen) {
      const { status, headers: received } = await server.ask('/readyz', { headers });
      expect(status).toBe(200);
      left.push(Number(/r=(\d+)/.exec(received['ratelimit']?.toString() ?? '')?.[1]));
    }
    const [first = 0] = left;
    expect(left).toEqual([first, first - 1, first - 2]);
    const logged = chancery.signals.flatMap((signal) => ('address' in signal ? [signal.address] : []));
    expect(logged).not.toContain('198.51.100.7');
  });

  withProxy('each line of a bulk request has an outcome', async (server) => {
    const headers = { 'content-type': 'application/x-ndjson' };
    for (const count of [1, 100, 1_000]) {
      const body = `${JSON.stringify({ ...mou, stream: undefined })}\n`.repeat(count);
      const { status, text } = await server.ask('/events', { method: 'POST', headers, body });
      expect([status, text.trimEnd().split('\n').at(-1)]).toEqual([
        200,
        JSON.stringify({ summary: { recorded: count, repeated: 0, refused: 0 } }),
      ]);
    }
  });

  withProxy('what is added arrives as a live update, which ends with its reader', async (server) => {
    const answer = await server.begin('/events', { headers: { accept: 'text/event-stream' } });
    let received = '';
    answer.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    const event = JSON.stringify({ ...mou, stream: undefined });
    const headers = { 'content-type': 'application/json' };
    const { status, text } = await server.ask('/events', { method: 'POST', headers, body: event });
    expect(status).toBe(201);
    await until(() => received.includes(JSON.parse(text).events[0].id));
    const open = chancery.sockets.size;
    answer.destroy();
    await until(() => chancery.sockets.size < open);
  });
});
