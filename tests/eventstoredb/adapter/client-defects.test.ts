import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type EventStore,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../src/event-store/event-store.ts';
import { parseConnectionString } from '../../src/eventstoredb/connection/connection-string.ts';
import { TYPESCRIPT } from '../sqlite/other-processes.ts';
import { closeAll, event, openLog, revision, startWireServer, storedIds, until } from './log-on-wire.ts';

/*
 * What the client is known to do to whoever trusts it, one after another. That an append whose answer never came is looked
 * for is in appends-in-doubt.test.ts, that everything heals after an outage in outages.test.ts.
 */

afterEach(closeAll);

const stranger = (metadata: string, data = '{}') => ({
  id: '11111111-2222-4333-8444-555555555555',
  type: 'Strange',
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.from(metadata),
});

describe('1. what cannot be serialised', () => {
  test('is refused before it is sent, and the next append goes ahead', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    const notText = event('a', { content: 10n as unknown as string });
    await expect(store.append('s', 'no-stream', [notText])).rejects.toThrow('must be of type string');
    expect((await store.append('s', 'no-stream', [event('a')])).outcome).toBe('appended');
  });
});

describe('2. a server that is silent', () => {
  test('keeps no call waiting longer than the time that is set', async () => {
    const server = await startWireServer();
    const { store } = openLog(server, { callTimeoutMs: 300 });
    await store.append('s', 'no-stream', [event('a')]);
    server.faults.readsSilent = true;
    server.faults.appends.push({ kind: 'lose' });
    const startMs = performance.now();
    for (const call of everyCall(store)) await expect(call()).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startMs).toBeLessThan(4 * 450);
  });
});

/** `append` is last: after a loss it would wait for the connection to come back. */
function everyCall(store: EventStore): readonly (() => Promise<unknown>)[] {
  return [
    () => store.readEvent('a'),
    () => store.readStream('s', { direction: 'forwards', maxCount: 1 }),
    () => store.readAll({ direction: 'backwards', maxCount: 1 }),
    () => store.append('s', 'any', [event('b')]),
  ];
}

describe('3. a conflict', () => {
  test('tells the revision that the stream has', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    for (const id of ['a', 'b', 'c']) await store.append('s', 'any', [event(id)]);
    const conflict = await store.append('s', revision(0), [event('d')]);
    expect(conflict).toEqual({ outcome: 'wrong-revision', actual: 2 });
  });
});

describe('4. a connection that breaks', () => {
  test('does not settle the appends of another', async () => {
    const [broken, sound] = [await startWireServer(), await startWireServer()];
    const [one, other] = [openLog(broken).store, openLog(sound).store];
    await one.append('s', 'no-stream', [event('a')]);
    sound.faults.appends.push({ kind: 'answer-late', lateMs: 200 });
    const waiting = other.append('s', 'no-stream', [event('a')]);
    await until(() => storedIds(sound).length === 1);
    broken.stop();
    expect((await waiting).outcome).toBe('appended');
  });

  test('settles what else runs over it, without waiting for its time', async () => {
    const server = await startWireServer();
    const { store } = openLog(server, { callTimeoutMs: 20_000 });
    await store.append('s', 'no-stream', [event('a')]);
    server.faults.appends.push({ kind: 'lose' });
    const waiting = store.append('s', revision(0), [event('b')]);
    server.faults.refusing = true;
    await expect(store.readEvent('a')).rejects.toThrow(StoreUnavailableError);
    server.faults.refusing = false;
    const startMs = performance.now();
    await expect(waiting).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test('at the very first call is made again for the next', async () => {
    const server = await startWireServer();
    server.faults.refusing = true;
    const { store } = openLog(server);
    await expect(store.append('s', 'no-stream', [event('a')])).rejects.toThrow(StoreUnavailableError);
    server.faults.refusing = false;
    expect((await store.append('s', 'no-stream', [event('a')])).outcome).toBe('appended');
  });
});

describe('5. a server that is away', () => {
  test.each(['stopped', 'refusing'])('is told by one error, from every call: %s', async (how) => {
    const server = await startWireServer();
    const { store, signals } = openLog(server);
    await store.append('s', 'no-stream', [event('a')]);
    if (how === 'stopped') server.stop();
    server.faults.refusing = true;
    for (const call of everyCall(store)) await expect(call()).rejects.toThrow(StoreUnavailableError);
    expect(signals.map(({ kind }) => kind)).toEqual(['connected', 'disconnected']);
  });
});

describe('6. a subscription that breaks', () => {
  test('goes on where it was, without loss or repetition', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    const ids = Array.from({ length: 60 }, (_, number) => `e${number}`);
    for (const id of ids.slice(0, 50)) await store.append(id, 'no-stream', [event(id)]);
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
    for (const id of ids.slice(50)) await until(() => appends(store, id));
    await until(() => seen.length >= 60);
    await store.close();
    await reading;
    expect(seen).toEqual(ids);
  });
});

test('6. a page that the server takes too long for is given more time', async () => {
  const server = await startWireServer();
  await openLog(server).store.append('s', 'no-stream', [event('a')]);
  server.log.addStrangers();
  server.faults.strangerMs = 170;
  const { store } = openLog(server, { callTimeoutMs: 200 });
  const messages = store
    .subscribe({ pageSize: 9, signal: new AbortController().signal })
    [Symbol.asyncIterator]();
  expect(await messages.next()).toMatchObject({ value: { events: [{ id: 'a' }] } });
});

async function appends(store: EventStore, id: string): Promise<boolean> {
  return store.append(id, 'no-stream', [event(id)]).then(
    () => true,
    () => false,
  );
}

describe('7. a reader that has enough', () => {
  test('leaves no call open on the server', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await store.append(id, 'no-stream', [event(id)]);
    await store.readAll({ direction: 'forwards', maxCount: 2 });
    for await (const message of store.subscribe({ pageSize: 2, signal: new AbortController().signal })) {
      expect(message.kind).toBe('events');
      break;
    }
    await until(() => server.openReads === 1); // the one that tells of news
  });
});

describe('8. a store that is closed leaves nothing that keeps the process alive', () => {
  test('after the server broke away', async () => {
    const server = await startWireServer();
    const { output, exitCode } = await appendAndClose(server, server.connectionString, 'goes');
    expect(output).toMatch(/^(appended\n)+StoreUnavailableError: .*\nclosed\n$/s);
    expect(exitCode).toBe(0);
  });

  test('with the server there, and its timers far from over', async () => {
    const server = await startWireServer();
    const { output, exitCode } = await appendAndClose(server, server.connectionString, 'stays');
    expect(output).toMatch(/^(appended\n)?closed\n$/);
    expect(exitCode).toBe(0);
  });
});

/** Runs append-and-close.ts with the client's debug log on; the server goes away when the first event is there, or stays. */
async function appendAndClose(
  server: { stop(): void },
  connectionString: string,
  what: 'goes' | 'stays',
): Promise<{ readonly output: string; readonly log: string; readonly exitCode: number | null }> {
  const path = fileURLToPath(new URL('append-and-close.ts', import.meta.url));
  const env = { ...process.env, DEBUG: '*' };
  const child = spawn(process.execPath, [...TYPESCRIPT, path, connectionString, what], { env });
  let [output, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await once(child.stdout, 'data');
  if (what === 'goes') server.stop();
  const tooLong = setTimeout(() => child.kill(), 10_000);
  const [exitCode] = await once(child, 'exit');
  clearTimeout(tooLong);
  return { output, log, exitCode };
}

describe('9. an event of ours that is not ours', () => {
  const defects: readonly (readonly [string, string, string | undefined])[] = [
    ['its metadata are not JSON', 'rubbish', undefined],
    ['its metadata are not those of this program', '{"id":"a"}', undefined],
    ['its metadata are not those of this program', 'null', undefined],
    ['its data are not UTF-8', JSON.stringify({ id: 'a', recordedAt: '', salt: '', metadata: '' }), '\xff'],
  ];
  test.each(defects)('is named when it is read: %s', async (reason, metadata, data) => {
    const server = await startWireServer();
    const { store, signals } = openLog(server);
    await store.append('s', 'no-stream', [event('a')]);
    const bytes = Buffer.from(data ?? '{}', 'latin1');
    server.log.append('ours-s', 'any', [{ ...stranger(metadata), data: bytes }]);
    const named = {
      name: 'UnreadableEventError',
      message: `Event 11111111-2222-4333-8444-555555555555, at revision 1 of stream "ours-s", cannot be read: ${reason}.`,
      stream: 'ours-s',
      revision: 1,
      eventId: '11111111-2222-4333-8444-555555555555',
    };
    await expect(store.readStream('s', { direction: 'forwards', maxCount: 9 })).rejects.toMatchObject(named);
    await expect(store.readAll({ direction: 'backwards', maxCount: 1 })).rejects.toMatchObject(named);
    await until(() => signals.some((signal) => signal.kind === 'unreadable-event'));
  });

  test('ends a subscription, after the events that stand before it', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    await store.append('s', 'no-stream', [event('a')]);
    server.log.append('ours-s', 'any', [stranger('rubbish')]);
    const messages = store
      .subscribe({ pageSize: 10, signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    expect(await messages.next()).toMatchObject({ value: { events: [{ id: 'a' }] } });
    await expect(messages.next()).rejects.toThrow(UnreadableEventError);
  });

  test('does not stop the appends to other streams', async () => {
    const server = await startWireServer();
    server.log.append('ours-s', 'any', [stranger('rubbish')]);
    const { store, signals } = openLog(server);
    expect((await store.append('t', 'no-stream', [event('a')])).outcome).toBe('appended');
    expect(signals.map(({ kind }) => kind)).toEqual(['connected', 'unreadable-event']);
    expect((await store.readEvent('a'))?.stream).toBe('t');
  });

  test('does not come from a stream with another prefix: those are left out at the server', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    server.log.addStrangers();
    await store.append('s', 'no-stream', [event('a')]);
    server.log.addStrangers();
    expect(await store.readAll({ direction: 'forwards', maxCount: 9 })).toHaveLength(1);
    expect(await store.readAll({ direction: 'backwards', maxCount: 9 })).toHaveLength(1);
  });
});

describe('10. the secret in a connection string', () => {
  test('goes into no log and no error message, and appends share one call as without it', async () => {
    const server = await startWireServer();
    const withSecret = server.connectionString.replace('esdb://', 'esdb://m%65:h%75sh-hush@');
    const { output, log } = await appendAndClose(server, withSecret, 'goes');
    expect(output).toMatch(/closed/);
    expect(log).toMatch(/esdb:connection/);
    expect(output + log).not.toMatch(/h%75sh|hush/);
    expect(server.plainAppends).toBe(0);
  });

  test('is not repeated when the string is wrong', () => {
    for (const wrong of [
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
      expect(() => parseConnectionString(wrong)).toThrow(RangeError);
      expect(() => parseConnectionString(wrong)).not.toThrow(/hu/);
    }
  });
});

describe('11. what an event holds', () => {
  test('is of any shape: only its bytes are sent', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    const contents = ['{"a":1}', '[1,2]', '"text"', 'null', '1e999', '{ "not": "canonical" }'];
    for (const content of contents) await store.append(content, 'no-stream', [event(content, { content })]);
    const read = await store.readAll({ direction: 'forwards', maxCount: 9 });
    expect(read.map(({ content }) => content)).toEqual(contents);
    expect(server.log.all.map(({ data }) => Buffer.from(data).toString())).toEqual(contents);
  });
});
