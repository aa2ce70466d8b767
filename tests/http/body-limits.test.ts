import { afterEach, describe, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
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

async function untilRefused(connections: readonly RawConnection[]): Promise<void> {
  await Promise.race(
    connections.map((connection) => connection.untilReceived((received) => received.includes('server-busy'))),
  );
}

describe('unfinished bodies', () => {
  test('of JSON are refused beyond the memory for all of them, until it is free again', async () => {
    chancery = await startHarness(undefined, MEMORY);
    const held = await Promise.all(Array.from({ length: 8 }, () => hold('application/json')));
    await untilRefused(held);
    const refused = held.find(({ received }) => received.includes('server-busy'));
    expect(refused?.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused?.received).toContain('Retry-After: 1');
    await refused?.ended;

    expect((await ask(chancery.url, '/events')).status).toBe(200);
    for (const { socket } of held) socket.destroy();
    await Promise.all(held.map(({ ended }) => ended));
    const events = Array.from({ length: 20 }, () => post(chancery.url, { ...mou, stream: undefined }));
    expect((await Promise.all(events)).map(({ status }) => status)).toEqual(events.map(() => 201));
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
