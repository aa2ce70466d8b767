import { afterEach, describe, expect, test } from '@jest/globals';
import {
  AppendTooLargeError,
  type EventStore,
  type NewEvent,
  StoreBusyError,
  StoreFailedError,
  StoreUnavailableError,
} from '../../../src/event-store/event-store.ts';
import {
  closeAll,
  eventWithId,
  openAdapter,
  revision,
  startWireServer,
  storedIds,
} from '../support/open-adapter.ts';
import { until } from '../support/until.ts';
import { Gate } from '../wire-server/faults.ts';

/*
 * Faults of single appends, which only the wire server can have. suites/outages.ts covers answers that the network
 * loses.
 */

afterEach(closeAll);

/** How long stores here wait for an answer. All other calls have plenty of time. */
const ANSWER_MS = 500;

async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}

async function ids(store: EventStore): Promise<string[]> {
  return (await store.readAll({ direction: 'forwards', maxCount: 100 })).map(({ id }) => id);
}

async function openWithOneEvent() {
  const server = await startWireServer();
  await openAdapter(server).store.append('s', 'no-stream', [eventWithId('before')]);
  const { store, index } = openAdapter(server, { appendTimeoutMs: ANSWER_MS });
  // The store connects, so that the append under test is sent at once.
  await store.append('other', 'no-stream', [eventWithId('connected')]);
  return { server, store, index };
}

describe('an append whose answer does not arrive', () => {
  const stored = ['drop-after-storing', 'never-answer', 'answer-timeout', 'answer-late'] as const;
  test.each(stored)('has the outcome "appended" if it is in the log: %s', async (kind) => {
    const { server, store } = await openWithOneEvent();
    const late = new Gate();
    server.faults.appends.push(kind === 'answer-late' ? { kind, delay: late.passed } : { kind });
    const sent = [eventWithId('a'), eventWithId('b')] as const;
    const outcome = await store.append('s', revision(0), sent);
    late.open();
    expect(outcome).toMatchObject({
      outcome: 'appended',
      events: [
        { ...sent[0], revision: 1 },
        { ...sent[1], revision: 2 },
      ],
    });
    expect(await store.append('s', revision(0), sent)).toEqual({ ...outcome, outcome: 'already-recorded' });
    expect(await ids(store)).toEqual(['before', 'connected', 'a', 'b']);
  });

  const lost = ['drop-before-storing', 'lose'] as const;
  test.each(lost)('fails and can be retried if it is not in the log: %s', async (kind) => {
    const { server, store } = await openWithOneEvent();
    server.faults.appends.push({ kind });
    const sent = eventWithId('a');
    expect(await failure(store.append('s', revision(0), [sent]))).toBeInstanceOf(StoreUnavailableError);
    expect((await store.append('s', revision(0), [sent])).outcome).toBe('appended');
    expect(await ids(store)).toEqual(['before', 'connected', 'a']);
  });

  test('is recognised when it is retried, with another salt, after it arrived late', async () => {
    const { server, store } = await openWithOneEvent();
    const late = new Gate();
    server.faults.appends.push({ kind: 'store-late', delay: late.passed });
    const sent = eventWithId('a');
    expect(await failure(store.append('s', revision(0), [sent]))).toBeInstanceOf(StoreUnavailableError);
    late.open();
    await until(() => server.openAppends === 0);
    const retried = await store.append('s', revision(0), [eventWithId('a')]);
    expect(retried).toMatchObject({ outcome: 'already-recorded', events: [{ id: 'a', salt: sent.salt }] });
    expect(await ids(store)).toEqual(['before', 'connected', 'a']);
  });

  test('is not confused with an event that another process recorded under the same id', async () => {
    const { server, store, index } = await openWithOneEvent();
    index.follow = () => {}; // hides the other event from this store
    const theirs = eventWithId('a', { content: '{"data":"theirs"}' });
    await openAdapter(server).store.append('s', revision(0), [theirs]);
    server.faults.appends.push({ kind: 'drop-before-storing' });
    const ours = eventWithId('a', { content: '{"data":"ours"}' });
    expect(await store.append('s', revision(0), [ours])).toEqual({ outcome: 'id-taken', id: 'a' });
  });
});

test('an answer that arrives twice, or after its append was settled, affects no other append', async () => {
  const server = await startWireServer();
  const { store } = openAdapter(server, { appendTimeoutMs: ANSWER_MS });
  const late = new Gate();
  server.faults.appends.push({ kind: 'answer-twice' }, { kind: 'answer-late', delay: late.passed });
  const outcomes = await Promise.all(
    ['a', 'b', 'c'].map((id) => store.append(id, 'no-stream', [eventWithId(id)])),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'appended', 'appended']);
  late.open();
  await until(() => server.openAppends === 0);
  // The late answer was sent before this one, over the same call.
  expect((await store.append('d', 'no-stream', [eventWithId('d')])).outcome).toBe('appended');
  expect(storedIds(server)).toEqual(['a', 'b', 'c', 'd']);
});

test('an append waits for the index of ids no longer than for other calls', async () => {
  const server = await startWireServer();
  await openAdapter(server).store.append('s', 'no-stream', [eventWithId('before')]);
  const { store, index } = openAdapter(server, { callTimeoutMs: 1_000 });
  index.follow = () => {
    throw new Error('The disk of the index is full.');
  };
  await until(() => ids(store).catch(() => undefined)); // the connection is open
  expect(await failure(store.append('t', 'no-stream', [eventWithId('a')]))).toBeInstanceOf(StoreBusyError);
});

describe('an append that is refused', () => {
  test.each([
    ['the server', 2 << 20],
    ['the store', 4 << 20],
  ])('because it is too large for %s writes nothing', async (_limit, bytes) => {
    const server = await startWireServer({ appendBytesMax: 1 << 20 });
    const { store } = openAdapter(server);
    const large = eventWithId('a', { content: `"${'x'.repeat(bytes)}"` });
    expect(await failure(store.append('s', 'no-stream', [large]))).toBeInstanceOf(AppendTooLargeError);
    expect(storedIds(server)).toEqual([]);
    expect((await store.append('s', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
  });

  test('because of missing permission fails for good', async () => {
    const server = await startWireServer();
    server.faults.appends.push({ kind: 'deny' });
    const error = await failure(openAdapter(server).store.append('s', 'no-stream', [eventWithId('a')]));
    expect(error).toBeInstanceOf(StoreFailedError);
    expect(String(error)).toMatch('AccessDenied');
  });

  test('because too many are waiting fails at once', async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server, { callTimeoutMs: 60_000 });
    const many = Array.from({ length: 8_192 }, (_, number) => eventWithId(`e${number}`)) as [
      NewEvent,
      ...NewEvent[],
    ];
    const waiting = store.append('s', 'no-stream', many);
    expect(await failure(store.append('t', 'no-stream', [eventWithId('a')]))).toBeInstanceOf(StoreBusyError);
    expect((await waiting).outcome).toBe('appended');
    expect((await store.append('t', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
  });
});
