import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, post } from './support/client.ts';
import { askRaw, RawConnection } from './support/raw-connection.ts';

let chancery: Harness;
afterEach(() => chancery.close());

const HALF = 1 << 19;
const MEMORY = { bodyMemoryBytesMax: 3 << 20 };

/** The head of a request whose body is longer than what is sent. */
const begun = (type: string, path = '/events') =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${2 * HALF}\r\n\r\n`;

async function hold(type: string): Promise<RawConnection> {
  return (await RawConnection.open(chancery.url)).send(begun(type)).send('a'.repeat(HALF));
}

async function untilRefused(connections: readonly RawConnection[]): Promise<RawConnection> {
  return Promise.race(
    connections.map(async (connection) => {
      await connection.untilReceived((received) => received.includes('server-busy'));
      return connection;
    }),
  );
}

async function heldBytes(): Promise<number> {
  const { text } = await ask(chancery.url, '/metrics');
  return Number(/^chancery_body_memory_bytes (\d+)/m.exec(text)?.[1]);
}

/** An event whose JSON has this many bytes. */
function eventOf(bytes: number): string {
  const json = JSON.stringify({ ...mou, stream: undefined });
  return json + ' '.repeat(bytes - json.length);
}

describe('unfinished bodies', () => {
  test('of JSON wait for memory, unread, while smaller ones are recorded', async () => {
    chancery = await startHarness(undefined, MEMORY);
    const held = [await hold('application/json'), await hold('application/json')];
    const body = eventOf(2 * HALF);
    const waiting = await RawConnection.open(chancery.url);
    waiting.send(begun('application/json')).send(body.slice(0, -1));
    await until(async () => (await heldBytes()) > 4 * HALF);
    expect((await ask(chancery.url, '/events')).status).toBe(200);
    const events = Array.from({ length: 20 }, () => post(chancery.url, { ...mou, stream: undefined }));
    expect((await Promise.all(events)).map(({ status }) => status)).toEqual(events.map(() => 201));

    expect(waiting.received).toBe('');
    expect(await heldBytes()).toBeLessThan(5 * HALF);
    waiting.send(body.slice(-1));
    held[0]?.socket.destroy();
    await waiting.untilReceived((received) => received.startsWith('HTTP/1.1 201 '));
    const third = await hold('application/json');
    for (const { socket } of [...held, waiting, third]) socket.destroy();
  });

  test('of JSON are refused if there is no memory in time', async () => {
    chancery = await startHarness(undefined, { ...MEMORY, bodyTimeoutMs: 500 });
    const lines = [await hold('application/x-ndjson'), await hold('application/x-ndjson')];
    for (const line of lines) line.send('a'.repeat(HALF - 1));
    await until(async () => (await heldBytes()) > 3 * HALF);
    const refused = await hold('application/json');
    await refused.ended;
    expect(refused.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused.received).toContain('Retry-After: 1');
    expect(refused.received).toContain('server-busy');
    for (const { socket } of lines) socket.destroy();
  });

  test('of JSON have as long to arrive when they have got their memory', async () => {
    chancery = await startHarness(undefined, { ...MEMORY, bodyTimeoutMs: 2_000 });
    const lines = [await hold('application/x-ndjson'), await hold('application/x-ndjson')];
    await until(async () => (await heldBytes()) > HALF);
    for (const line of lines) line.send('a'.repeat(HALF - 1));
    await until(async () => (await heldBytes()) > 3 * HALF);
    const body = eventOf(2 * HALF);
    const waiting = await RawConnection.open(chancery.url);
    waiting.send(begun('application/json')).send(body.slice(0, -1));
    await delay(1_100);
    for (const { socket } of lines) socket.destroy();
    await delay(1_100);
    waiting.send(body.slice(-1));
    await waiting.untilReceived((received) => received.includes('\r\n\r\n'));
    expect(waiting.received).toMatch(/^HTTP\/1\.1 201 /);
    waiting.socket.destroy();
  });

  test('of JSON are refused if their length is not known and there is no memory', async () => {
    chancery = await startHarness(undefined, MEMORY);
    const held = [await hold('application/json'), await hold('application/json')];
    const chunked = 'POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const opened = await Promise.all(Array.from({ length: 3 }, () => RawConnection.open(chancery.url)));
    const chunk = `${HALF.toString(16)}\r\n${'a'.repeat(HALF)}\r\n`;
    for (const connection of opened) connection.send(`${chunked}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
    const refused = await untilRefused(opened);
    expect(refused.received).toMatch(/^HTTP\/1\.1 503 /);
    await refused.ended;
    for (const { socket } of [...held, ...opened]) socket.destroy();
  });

  test('of NDJSON cost the line that was being received, and no other', async () => {
    chancery = await startHarness(undefined, { bodyMemoryBytesMax: 1 << 18 });
    const line = JSON.stringify({ ...mou, stream: undefined });
    const body = `${line}\n${'a'.repeat(HALF)}\n${line}\n`;
    const { text } = await post(chancery.url, body, { 'content-type': 'application/x-ndjson' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each));
    expect(lines).toMatchObject([
      { line: 1, status: 201 },
      { line: 2, status: 503, problem: { type: '/problems/server-busy' } },
      { line: 3, status: 201 },
      { summary: { recorded: 2, refused: 1 } },
    ]);
  });

  test('of large lines wait for those before them, and are all recorded', async () => {
    chancery = await startHarness(undefined, { bodyMemoryBytesMax: 1 << 20, linesInFlightBytesMax: 1 << 14 });
    const line = `${JSON.stringify({ ...mou, stream: undefined })}${' '.repeat(9_000)}`;
    const { text } = await post(chancery.url, `${line}\n`.repeat(300), {
      'content-type': 'application/x-ndjson',
    });
    expect(text).toContain('"summary":{"recorded":300,"repeated":0,"refused":0}');
  });

  test.each([
    ['application/json', '/events'],
    ['application/x-www-form-urlencoded', '/record/mou'],
  ])('of %s must arrive in time', async (type, path) => {
    chancery = await startHarness(undefined, { bodyTimeoutMs: 50 });
    const { status, head, problem } = await askRaw(chancery.url, begun(type, path));
    expect([status, problem.type]).toEqual([408, '/problems/request-timeout']);
    expect(head.toLowerCase()).toContain('connection: close');
  });
});
