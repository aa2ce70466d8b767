import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../../src/event-store/event-store.ts';
import {
  ConnectionStringError,
  parseConnectionString,
} from '../../../src/eventstoredb/connection/connection-string.ts';
import { TYPESCRIPT } from '../../sqlite/other-processes.ts';
import {
  closeAll,
  eventWithId,
  openAdapter,
  revision,
  startWireServer,
  storedIds,
} from '../support/open-adapter.ts';
import { follow, trySend } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';
import { Gate } from '../wire-server/faults.ts';

/*
 * Known defects of the client, one after another, which the adapter must avoid. unacknowledged-appends.test.ts covers
 * appends without an answer, and server-restarts.test.ts the recovery after an outage.
 */

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterEach(closeAll);

/** Longer than Jest lets a test run: a call that is settled in time did not wait for this timeout. */
const NEVER_MS = 600_000;
const SHORT_TIMEOUT_MS = 1_000;

const FOREIGN_ID = '11111111-2222-4333-8444-555555555555';
const foreignEvent = (metadata: string, data = '{}') => ({
  id: FOREIGN_ID,
  type: 'Foreign',
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.from(metadata),
});

describe('1. an event that cannot be serialised', () => {
  test('is refused before it is sent, and the next append succeeds', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    const notText = eventWithId('a', { content: 10n as unknown as string });
    await expect(store.append('s', 'no-stream', [notText])).rejects.toThrow('must be of type string');
    expect((await store.append('s', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
  });
});

describe('2. a server that does not answer', () => {
  test('makes every call time out', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server, { callTimeoutMs: SHORT_TIMEOUT_MS });
    await until(() => trySend(store, 's', 'no-stream', 'a'));
    server.faults.ignoringReads = true;
    server.faults.appends.push({ kind: 'lose' });
    for (const read of readCalls(store)) await expect(read()).rejects.toThrow(/Deadline exceeded/);
    const append = store.append('s', 'any', [eventWithId('b')]);
    await expect(append).rejects.toThrow(`no answer within ${SHORT_TIMEOUT_MS / 2} ms`);
  });
});

function readCalls(store: EventStore): readonly (() => Promise<unknown>)[] {
  return [
    () => store.readEvent('a'),
    () => store.readStream('s', { direction: 'forwards', maxCount: 1 }),
    () => store.readAll({ direction: 'backwards', maxCount: 1 }),
  ];
}

describe('3. a conflict', () => {
  test('gives the current revision of the stream', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    for (const id of ['a', 'b', 'c']) await store.append('s', 'any', [eventWithId(id)]);
    const conflict = await store.append('s', revision(0), [eventWithId('d')]);
    expect(conflict).toEqual({ outcome: 'wrong-revision', actual: 2 });
  });
});

describe('4. a connection that breaks', () => {
  test('does not settle the appends of another connection', async () => {
    const [broken, working] = [await startWireServer(), await startWireServer()];
    const [one, other] = [openAdapter(broken), openAdapter(working)];
    await one.store.append('s', 'no-stream', [eventWithId('a')]);
    const late = new Gate();
    working.faults.appends.push({ kind: 'answer-late', delay: late.passed });
    const waiting = other.store.append('s', 'no-stream', [eventWithId('a')]);
    await until(() => storedIds(working).length === 1);
    broken.stop();
    await until(() => one.signals.some(({ kind }) => kind === 'disconnected'));
    late.open();
    expect((await waiting).outcome).toBe('appended');
  });

  test('settles its own appends without waiting for their timeout', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server, { appendTimeoutMs: NEVER_MS });
    await store.append('s', 'no-stream', [eventWithId('a')]);
    server.faults.appends.push({ kind: 'lose' });
    const waiting = store.append('s', revision(0), [eventWithId('b')]).catch((error: unknown) => error);
    await until(() => server.faults.appends.length === 0); // the append has arrived
    server.faults.unavailable = true;
    await expect(store.readEvent('a')).rejects.toThrow(StoreUnavailableError);
    server.faults.unavailable = false;
    expect(await waiting).toBeInstanceOf(StoreUnavailableError);
  });

  test('at the first call is replaced for the next', async () => {
    const server = await startWireServer();
    server.faults.unavailable = true;
    const { store } = openAdapter(server);
    await expect(store.append('s', 'no-stream', [eventWithId('a')])).rejects.toThrow(StoreUnavailableError);
    server.faults.unavailable = false;
    await until(() => trySend(store, 's', 'no-stream', 'a'));
  });
});

describe('5. a server that is unavailable', () => {
  test.each(['stopped', 'refusing'])('is reported by the same error from every call: %s', async (how) => {
    const server = await startWireServer();
    const { store, signals } = openAdapter(server);
    await store.append('s', 'no-stream', [eventWithId('a')]);
    server.faults.unavailable = true;
    if (how === 'stopped') server.stop();
    const append = () => store.append('s', 'any', [eventWithId('b')]);
    for (const call of [...readCalls(store), append]) {
      await expect(call()).rejects.toThrow(StoreUnavailableError);
    }
    expect(signals.map(({ kind }) => kind)).toEqual(['connected', 'disconnected']);
  });
});

describe('6. a subscription', () => {
  test('that breaks continues without loss or repetition', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server, { callTimeoutMs: 4_000 });
    const ids = Array.from({ length: 60 }, (_, number) => `e${number}`);
    for (const id of ids.slice(0, 50)) await store.append(id, 'no-stream', [eventWithId(id)]);
    const seen: string[] = [];
    const reading = (async () => {
      const { signal } = new AbortController();
      for await (const message of store.subscribe({ pageSize: 20, signal })) {
        server.faults.breakNextReadAfter = 7;
        if (message.kind === 'events') seen.push(...message.events.map(({ id }) => id));
      }
    })();
    await until(() => seen.length === 50);
    server.stop();
    await server.start();
    for (const id of ids.slice(50)) await until(() => trySend(store, id, 'no-stream', id));
    await until(() => seen.length >= 60);
    await store.close();
    await reading;
    expect(seen).toEqual(ids);
  });

  test('gives a page that times out more time', async () => {
    const server = await startWireServer();
    await openAdapter(server).store.append('s', 'no-stream', [eventWithId('a')]);
    server.log.addForeignEvents();
    server.faults.foreignEventMs = 400; // for each of three
    const { store } = openAdapter(server, { callTimeoutMs: 500 });
    const messages = store
      .subscribe({ pageSize: 9, signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    expect(await messages.next()).toMatchObject({ value: { events: [{ id: 'a' }] } });
  });
});

describe('7. a reader that has read enough', () => {
  test('leaves no call open on the server', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await store.append(id, 'no-stream', [eventWithId(id)]);
    await store.readAll({ direction: 'forwards', maxCount: 2 });
    for await (const message of store.subscribe({ pageSize: 2, signal: new AbortController().signal })) {
      expect(message.kind).toBe('events');
      break;
    }
    await until(() => server.openReads === 1); // the live subscription of the store
  });
});

const PROCESS_TEST_MS_MAX = 120_000;

describe('8. a closed store leaves nothing that keeps the process alive', () => {
  test(
    'after the connection to the server broke',
    async () => {
      const server = await startWireServer();
      const { output, exitCode } = await appendAndClose(server, server.connectionString, 'stops');
      expect(output).toMatch(/^(appended\n)+StoreUnavailableError: .*\nclosed\n$/s);
      expect(exitCode).toBe(0);
    },
    PROCESS_TEST_MS_MAX,
  );

  test(
    'while the server is available and no timer has expired',
    async () => {
      const server = await startWireServer();
      const { output, exitCode } = await appendAndClose(server, server.connectionString, 'stays');
      expect(output).toMatch(/^(appended\n)?closed\n$/);
      expect(exitCode).toBe(0);
    },
    PROCESS_TEST_MS_MAX,
  );
});

/** Runs append-and-close.ts with the debug log of the client. The server stops after the first output, or stays. */
async function appendAndClose(
  server: { stop(): void },
  connectionString: string,
  what: 'stops' | 'stays',
): Promise<{ readonly output: string; readonly log: string; readonly exitCode: number | null }> {
  const path = fileURLToPath(new URL('../support/append-and-close.ts', import.meta.url));
  const env = { ...process.env, DEBUG: '*' };
  const child = spawn(process.execPath, [...TYPESCRIPT, path, connectionString, what], { env });
  children.push(child);
  let [output, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  if (what === 'stops') server.stop();
  const [exitCode] = await closed;
  return { output, log, exitCode };
}

describe('9. a foreign or damaged event in one of our streams', () => {
  const defects: readonly (readonly [string, string, string | undefined])[] = [
    ['its metadata is not JSON', 'rubbish', undefined],
    ['its metadata was not written by Chancery', '{"id":"a"}', undefined],
    ['its metadata was not written by Chancery', 'null', undefined],
    [
      'its data is not valid UTF-8',
      JSON.stringify({ id: 'a', recordedAt: '', salt: '', metadata: '' }),
      '\xff',
    ],
  ];
  test.each(defects)('is named when it is read: %s', async (reason, metadata, data) => {
    const server = await startWireServer();
    const { store, signals } = openAdapter(server);
    await store.append('s', 'no-stream', [eventWithId('a')]);
    const bytes = Buffer.from(data ?? '{}', 'latin1');
    server.log.append('ours-s', 'any', [{ ...foreignEvent(metadata), data: bytes }]);
    const error = {
      name: 'UnreadableEventError',
      message: `Event ${FOREIGN_ID}, at revision 1 of stream "ours-s", cannot be read: ${reason}.`,
      stream: 'ours-s',
      revision: 1,
      eventId: FOREIGN_ID,
    };
    await expect(store.readStream('s', { direction: 'forwards', maxCount: 9 })).rejects.toMatchObject(error);
    await expect(store.readAll({ direction: 'backwards', maxCount: 1 })).rejects.toMatchObject(error);
    await until(() => signals.some((signal) => signal.kind === 'unreadable-event'));
  });

  test('ends a subscription after the events before it', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    await store.append('s', 'no-stream', [eventWithId('a')]);
    server.log.append('ours-s', 'any', [foreignEvent('rubbish')]);
    const seen: RecordedEvent[] = [];
    await expect(follow(store, seen)).rejects.toThrow(UnreadableEventError);
    expect(seen.map(({ id }) => id)).toEqual(['a']);
  });

  test('does not stop appends to other streams', async () => {
    const server = await startWireServer();
    server.log.append('ours-s', 'any', [foreignEvent('rubbish')]);
    const { store, signals } = openAdapter(server);
    expect((await store.append('t', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
    expect(signals.map(({ kind }) => kind)).toEqual(['connected', 'unreadable-event']);
    expect((await store.readEvent('a'))?.stream).toBe('t');
  });

  test('is never one of a stream with another prefix, as the server filters those out', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    server.log.addForeignEvents();
    await store.append('s', 'no-stream', [eventWithId('a')]);
    server.log.addForeignEvents();
    expect(await store.readAll({ direction: 'forwards', maxCount: 9 })).toHaveLength(1);
    expect(await store.readAll({ direction: 'backwards', maxCount: 9 })).toHaveLength(1);
  });
});

describe('10. the password in a connection string', () => {
  test(
    'is in no log and in no error message, and appends still share one call',
    async () => {
      const server = await startWireServer();
      const withPassword = server.connectionString.replace('esdb://', 'esdb://m%65:h%75sh-hush@');
      const { output, log } = await appendAndClose(server, withPassword, 'stops');
      expect(output).toMatch(/closed/);
      expect(log).toMatch(/esdb:connection/);
      expect(output + log).not.toMatch(/h%75sh|hush/);
      expect(server.plainAppends).toBe(0);
    },
    PROCESS_TEST_MS_MAX,
  );

  test('is not repeated in the error for an invalid string', () => {
    for (const invalid of [
      'esdb://admin:hu@sh@host',
      'esdb://admin:hu:sh@host',
      'esdb://admin:hu/sh@host',
      'esdb://admin:hush%ZZ@host',
      'esdb://admin:hush@host:port',
      'esdb://admin:hush@host?tls=perhaps',
      'esdb://admin:hush',
      'esdb://admin:hush,host',
      'esdb://admin:hu?sh',
      'http://admin:hush@host',
    ]) {
      expect(() => parseConnectionString(invalid)).toThrow(ConnectionStringError);
      expect(() => parseConnectionString(invalid)).not.toThrow(/hu/);
    }
  });
});

describe('11. the content of an event', () => {
  test('may have any shape, as only its bytes are sent', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server);
    const contents = ['{"a":1}', '[1,2]', '"text"', 'null', '1e999', '{ "not": "canonical" }'];
    for (const content of contents)
      await store.append(content, 'no-stream', [eventWithId(content, { content })]);
    const read = await store.readAll({ direction: 'forwards', maxCount: 9 });
    expect(read.map(({ content }) => content)).toEqual(contents);
    expect(server.log.all.map(({ data }) => Buffer.from(data).toString())).toEqual(contents);
  });
});
