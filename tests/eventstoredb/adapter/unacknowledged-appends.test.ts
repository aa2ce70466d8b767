import { afterEach, describe, expect, test } from '@jest/globals';
import {
  AppendTooLargeError,
  type EventStore,
  type NewEvent,
  StoreBusyError,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { closeAll, event, openLog, revision, startWireServer, storedIds } from './log-on-wire.ts';
import type { AppendFault } from './wire-server/faults.ts';

/* Doubts that only a server of our own can be asked for; those of a lost answer are in outages-suite.ts. */

afterEach(closeAll);

async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}

async function ids(store: EventStore): Promise<string[]> {
  return (await store.readAll({ direction: 'forwards', maxCount: 100 })).map(({ id }) => id);
}

describe('an append whose answer never came', () => {
  const stored: readonly AppendFault[] = [
    { kind: 'drop-after-storing' },
    { kind: 'fall-silent' },
    { kind: 'answer-timeout' },
    { kind: 'answer-late', lateMs: 700 },
  ];
  test.each(stored)('is answered as appended when it is in the log: $kind', async (fault) => {
    const server = await startWireServer();
    const { store } = openLog(server);
    await store.append('s', 'no-stream', [event('before')]);
    server.faults.appends.push(fault);
    const sent = [event('a'), event('b')] as const;
    const outcome = await store.append('s', revision(0), sent);
    expect(outcome).toMatchObject({
      outcome: 'appended',
      events: [
        { ...sent[0], revision: 1 },
        { ...sent[1], revision: 2 },
      ],
    });
    expect(await store.append('s', revision(0), sent)).toEqual({ ...outcome, outcome: 'already-recorded' });
    expect(await ids(store)).toEqual(['before', 'a', 'b']);
  });

  const lost: readonly AppendFault[] = [{ kind: 'drop-before-storing' }, { kind: 'lose' }];
  test.each(lost)('is refused for now when it is not in the log: $kind', async (fault) => {
    const server = await startWireServer();
    const { store } = openLog(server);
    await store.append('s', 'no-stream', [event('before')]);
    server.faults.appends.push(fault);
    const sent = event('a');
    const startMs = performance.now();
    expect(await failure(store.append('s', revision(0), [sent]))).toBeInstanceOf(StoreUnavailableError);
    expect(performance.now() - startMs).toBeLessThan(1_500);
    expect((await store.append('s', revision(0), [sent])).outcome).toBe('appended');
    expect(await ids(store)).toEqual(['before', 'a']);
  });

  test('is recognised when it is sent again after it arrived late, under whatever salt', async () => {
    const server = await startWireServer();
    const { store } = openLog(server);
    await store.append('s', 'no-stream', [event('before')]);
    server.faults.appends.push({ kind: 'store-late', lateMs: 900 });
    const sent = event('a');
    expect(await failure(store.append('s', revision(0), [sent]))).toBeInstanceOf(StoreUnavailableError);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const again = await store.append('s', revision(0), [event('a')]);
    expect(again).toMatchObject({ outcome: 'already-recorded', events: [{ id: 'a', salt: sent.salt }] });
    expect(await ids(store)).toEqual(['before', 'a']);
  });

  test('is not taken for the one that another process recorded under the same id', async () => {
    const server = await startWireServer();
    const [ours, theirs] = [openLog(server), openLog(server)];
    await ours.store.append('s', 'no-stream', [event('before')]);
    ours.index.follow = () => {}; // nothing of theirs is known here
    await theirs.store.append('s', revision(0), [event('a', { content: '{"data":"theirs"}' })]);
    server.faults.appends.push({ kind: 'drop-before-storing' });
    const outcome = await ours.store.append('s', revision(0), [event('a', { content: '{"data":"ours"}' })]);
    expect(outcome).toEqual({ outcome: 'id-taken', id: 'a' });
  });
});

test('an answer that comes twice, or when nobody waits any more, harms nobody', async () => {
  const server = await startWireServer();
  const { store } = openLog(server);
  server.faults.appends.push({ kind: 'answer-twice' }, { kind: 'answer-late', lateMs: 600 });
  const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => store.append(id, 'no-stream', [event(id)])));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'appended', 'appended']);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await store.append('d', 'no-stream', [event('d')])).outcome).toBe('appended');
  expect(storedIds(server)).toEqual(['a', 'b', 'c', 'd']);
});

test('an append waits no longer than other calls for an index that does not know the log yet', async () => {
  const server = await startWireServer();
  await openLog(server).store.append('s', 'no-stream', [event('before')]);
  const { store, index } = openLog(server, { callTimeoutMs: 300 });
  index.follow = () => {
    throw new Error('The disk of the index is full.');
  };
  expect(await failure(store.append('t', 'no-stream', [event('a')]))).toBeInstanceOf(StoreBusyError);
});

describe('an append that is not taken', () => {
  test.each([
    ['the server', 2 << 20],
    ['the store itself', 4 << 20],
  ])('because it is too large for %s is told so, and nothing is written', async (_who, bytes) => {
    const server = await startWireServer({ appendBytesMax: 1 << 20 });
    const { store } = openLog(server);
    const large = event('a', { content: `"${'x'.repeat(bytes)}"` });
    expect(await failure(store.append('s', 'no-stream', [large]))).toBeInstanceOf(AppendTooLargeError);
    expect(storedIds(server)).toEqual([]);
    expect((await store.append('s', 'no-stream', [event('a')])).outcome).toBe('appended');
  });

  test('because the right to it is missing is refused for good', async () => {
    const server = await startWireServer();
    server.faults.appends.push({ kind: 'deny' });
    const error = await failure(openLog(server).store.append('s', 'no-stream', [event('a')]));
    expect(error).toBeInstanceOf(StoreFailedError);
    expect(String(error)).toMatch('AccessDenied');
  });

  test('because too many wait already is refused at once', async () => {
    const server = await startWireServer();
    const { store } = openLog(server, { callTimeoutMs: 20_000 });
    const many = Array.from({ length: 8_192 }, (_, number) => event(`e${number}`)) as [
      NewEvent,
      ...NewEvent[],
    ];
    const waiting = store.append('s', 'no-stream', many);
    expect(await failure(store.append('t', 'no-stream', [event('a')]))).toBeInstanceOf(StoreBusyError);
    expect((await waiting).outcome).toBe('appended');
    expect((await store.append('t', 'no-stream', [event('a')])).outcome).toBe('appended');
  });
});
