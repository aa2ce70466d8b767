import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import { EventRemovedError } from '../../../src/event-store/removals.ts';
import { closeAll, eventWithId, openAdapter, revision, startWireServer } from '../support/open-adapter.ts';
import { follow } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';

/* Events that are removed on the server, as the adapter shows them. */

afterEach(closeAll);
afterEach(() => {
  jest.useRealTimers();
});

/** Stream s has the events a, b and c, and stream t has d and e. */
async function openWithEvents() {
  const server = await startWireServer();
  const adapter = openAdapter(server);
  const { store } = adapter;
  await store.append('s', 'no-stream', [eventWithId('a'), eventWithId('b'), eventWithId('c')]);
  await store.append('t', 'no-stream', [eventWithId('d'), eventWithId('e')]);
  await until(() => adapter.index.position === lastPosition(server.log.all));
  return { server, log: server.log, ...adapter };
}

function lastPosition(all: readonly { readonly commit: bigint; readonly prepare: bigint }[]): string {
  const last = all.at(-1);
  return `${last?.commit}-${last?.prepare}`;
}

const ids = (events: readonly RecordedEvent[]) => events.map(({ id }) => id);

test('pages and subscriptions leave out removed events and are full nevertheless', async () => {
  const { log, store } = await openWithEvents();
  const seen: RecordedEvent[] = [];
  void follow(store, seen);
  await until(() => seen.length === 5);
  log.setMetadata('ours-s', { $tb: 2 });
  log.tombstone('ours-u');
  await store.append('v', 'no-stream', [eventWithId('f')]);
  await until(() => store.removals.records.length === 2);

  const [first] = await store.readAll({ direction: 'forwards', maxCount: 1 });
  expect(first?.id).toBe('c');
  expect(ids(await store.readAll({ direction: 'forwards', maxCount: 3 }))).toEqual(['c', 'd', 'e']);
  expect(ids(await store.readAll({ direction: 'backwards', maxCount: 9 }))).toEqual(['f', 'e', 'd', 'c']);
  expect(ids(await store.everything.readAll({ direction: 'forwards', maxCount: 9 }))).toEqual([...'abcdef']);
  expect(ids(await store.readStream('s', { direction: 'forwards', maxCount: 9 }))).toEqual(['c']);
  await until(() => seen.length === 6);
  const again: RecordedEvent[] = [];
  void follow(store, again);
  await until(() => again.length === 4);
  expect(ids(again)).toEqual([...'cdef']);
});

test('the last event of the log is found before tombstones and metadata', async () => {
  const { log, store } = await openWithEvents();
  for (const stream of ['ours-x', 'ours-y', 'ours-z']) log.tombstone(stream);
  log.setMetadata('ours-t', { $acl: { $r: 'somebody' } });
  expect(ids(await store.readAll({ direction: 'backwards', maxCount: 1 }))).toEqual(['e']);
  expect(await store.readEvent('nothing')).toBeUndefined();
  await until(() => store.removals.records.length === 3);
});

test.each([
  ['deleted', 'softDelete'],
  ['tombstoned', 'tombstone'],
] as const)(
  'events of a %s stream cannot be read or appended, even before the notice',
  async (kind, remove) => {
    const { server, log, store } = await openWithEvents();
    server.faults.mutingSubscriptions = true;
    log[remove]('ours-s');
    const { length } = log.all;
    await expect(store.readEvent('b')).rejects.toMatchObject({ record: { stream: 's', kind } });
    await expect(store.readEvent('b')).rejects.toThrow(EventRemovedError);
    await expect(store.append('s', revision(2), [eventWithId('f')])).rejects.toThrow(EventRemovedError);
    await expect(store.append('s', 'no-stream', [eventWithId('a')])).rejects.toThrow(EventRemovedError);
    expect(log.all).toHaveLength(length);
    expect(await store.readEvent('d')).toMatchObject({ id: 'd' });
  },
);

test('the server refuses an append to a tombstoned stream that the process knows nothing of', async () => {
  const { server, log, store } = await openWithEvents();
  server.faults.mutingSubscriptions = true;
  log.tombstone('ours-new');
  await expect(store.append('new', 'no-stream', [eventWithId('f')])).rejects.toThrow(EventRemovedError);
});

test('truncation that is taken back returns the events', async () => {
  const { log, store, signals } = await openWithEvents();
  log.setMetadata('ours-s', { $tb: 1 });
  await until(() => store.removals.records[0]?.firstLeft === 1);
  await expect(store.readEvent('a')).rejects.toThrow(EventRemovedError);
  log.setMetadata('ours-s', {});
  await until(() => store.removals.records.length === 0);
  expect(await store.readEvent('a')).toMatchObject({ id: 'a' });
  expect(signals.filter(({ kind }) => kind === 'events-removed')).toHaveLength(2);
});

test('a deleted stream that another program appends to has the events from then on', async () => {
  const { log, store } = await openWithEvents();
  const [stored] = log.stream('ours-t');
  log.softDelete('ours-s');
  await until(() => store.removals.records[0]?.kind === 'deleted');
  if (stored !== undefined) log.append('ours-s', 'any', [{ ...stored, id: crypto.randomUUID() }]);
  await until(() => store.removals.records[0]?.firstLeft === 3);
  expect(await store.readStream('s', { direction: 'forwards', maxCount: 9 })).toHaveLength(1);
});

test.each([{ $maxCount: 1 }, { $maxAge: 3_600 }])(
  'retention %j is announced, and looked at from time to time',
  async (metadata) => {
    jest.useFakeTimers({ doNotFake: [...DO_NOT_FAKE] });
    const { log, store } = await openWithEvents();
    log.setMetadata('ours-t', metadata);
    await until(() => store.removals.records.length === 1);
    expect(store.removals.records[0]).toMatchObject({ stream: 't', retention: expect.any(String) });
    if (metadata.$maxCount !== undefined) await store.append('t', revision(1), [eventWithId('f')]);
    else log.age('ours-t', 7_200_000);
    jest.advanceTimersByTime(60_000);
    const left = metadata.$maxCount === undefined ? undefined : 2;
    await until(() => store.removals.records[0]?.firstLeft === left);
    await expect(store.readEvent('d')).rejects.toThrow(EventRemovedError);
  },
);

/** Everything but `setInterval`. */
const DO_NOT_FAKE = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

describe('what a process knows after a scavenge', () => {
  test('of events that it had read: that they were removed, also if it was stopped meanwhile', async () => {
    const { server, log, store, index } = await openWithEvents();
    await store.close();
    log.softDelete('ours-t'); // which has the last event of the index
    log.scavenge();
    const reopened = openAdapter(server, { index }).store;
    await until(() => reopened.removals.records.length === 1);
    await expect(reopened.readEvent('d')).rejects.toThrow(EventRemovedError);
    expect(await reopened.readEvent('a')).toMatchObject({ id: 'a' });
    expect(reopened.removals).toMatchObject({ events: 2, unread: [] });
  });

  test('of events that it had not read: which records they are of', async () => {
    const { server, log } = await openWithEvents();
    log.tombstone('ours-t');
    log.setMetadata('ours-s', { $tb: 2 });
    log.scavenge();
    const { store } = openAdapter(server);
    await store.removals.known;
    expect(store.removals.unread.toSorted()).toEqual(['s', 't']);
    expect(await store.readEvent('d')).toBeUndefined();
    await expect(store.readStream('t', { direction: 'forwards', maxCount: 1 })).rejects.toThrow(
      EventRemovedError,
    );
  });
});
