import { describe, expect, test } from '@jest/globals';
import { pinoSink } from '../../src/observability/pino-sink.ts';
import type { Signal } from '../../src/observability/signal.ts';

type Level = 'info' | 'debug';

/** Returns what the sink writes for the signals. */
async function write(level: Level, isTerminal: boolean, signals: readonly Signal[]): Promise<string[]> {
  const written: string[] = [];
  const sink = await pinoSink(level, { isTerminal, destination: { write: (text) => written.push(text) } });
  for (const signal of signals) sink(signal);
  return written;
}

const jsonLines = async (level: Level, signals: readonly Signal[]): Promise<Record<string, unknown>[]> =>
  (await write(level, false, signals)).map((line) => JSON.parse(line));

/** Lines without colors. */
const terminalLines = async (level: Level, signals: readonly Signal[]): Promise<string[]> =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: color codes begin with ESC
  (await write(level, true, signals)).map((line) => line.replace(/\u001b\[\d+m/g, ''));

const startup: readonly Signal[] = [
  { kind: 'log-opened', place: '/data' },
  { kind: 'listening', url: 'http://127.0.0.1:8080' },
  { kind: 'projection-caught-up', projection: 'country', ordinal: 7 },
];
const request: Signal = {
  kind: 'request-completed',
  method: 'GET',
  route: '/countries/:code',
  status: 200,
  ms: 1.25,
  address: '192.0.2.1',
  requestId: 'a',
};
const append: Signal = { kind: 'events-appended', stream: 'mou-1', position: '7', requestId: 'a' };

describe('the log in a file or pipe', () => {
  test('has one JSON line per signal', async () => {
    const [, line] = await jsonLines('info', startup);
    expect(line).toMatchObject({ level: 30, msg: 'listening', url: 'http://127.0.0.1:8080' });
    expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT/));
  });

  test('contains the start of the server at the level info', async () => {
    expect((await jsonLines('info', startup)).map(({ msg }) => msg)).toEqual(startup.map(({ kind }) => kind));
  });

  test('contains the message and the stack of errors', async () => {
    const [line] = await jsonLines('info', [{ kind: 'log-failed', error: new Error('disk I/O error') }]);
    expect(line).toMatchObject({ level: 50, msg: 'log-failed', error: { message: 'disk I/O error' } });
    expect(line?.['error']).toHaveProperty('stack');
  });

  test('contains progress, requests and appends at the level debug only', async () => {
    const progress: Signal = { kind: 'projection-progress', projection: 'country', ordinal: 7 };
    const signals = [progress, request, append];
    expect(await jsonLines('info', signals)).toEqual([]);
    expect(await jsonLines('debug', signals)).toMatchObject([
      { level: 20, projection: 'country', ordinal: 7 },
      { level: 20, method: 'GET', route: '/countries/:code', status: 200, ms: 1.25, requestId: 'a' },
      { level: 20, stream: 'mou-1', position: '7', requestId: 'a' },
    ]);
  });
});

describe('the log on a terminal', () => {
  test('has one readable line per signal', async () => {
    expect(await terminalLines('info', [{ kind: 'stopping', reason: 'SIGINT' }])).toEqual([
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\] INFO: stopping \{"reason":"SIGINT"\}\n$/),
    ]);
  });

  test('does not repeat the startup message of the server', async () => {
    expect(await terminalLines('info', startup)).toEqual([]);
    expect(await terminalLines('debug', startup)).toHaveLength(3);
  });

  test('shows the message and the stack of errors', async () => {
    const [text] = await terminalLines('info', [{ kind: 'log-failed', error: new Error('disk I/O error') }]);
    expect(text).toMatch(/ERROR: log-failed[\s\S]*disk I\/O error[\s\S]*\n {4,}at /);
  });

  test('shows requests and appends at the level debug only', async () => {
    expect(await terminalLines('info', [request, append])).toEqual([]);
    expect(await terminalLines('debug', [request, append])).toEqual([
      expect.stringMatching(/DEBUG: request-completed \{.*"route":"\/countries\/:code".*\}\n$/),
      expect.stringMatching(/DEBUG: events-appended \{"stream":"mou-1","position":"7","requestId":"a"\}\n$/),
    ]);
  });
});
