import { afterEach, expect, test } from '@jest/globals';
import {
  AppendTooLargeError,
  type Position,
  type RecordedEvent,
  StoreFailedError,
  StoreUnavailableError,
} from '../../../src/event-store/event-store.ts';
import { describePositions } from '../suites/positions.ts';
import {
  closeAll,
  eventWithId,
  openAdapter,
  revision,
  startWireServer,
  storedIds,
} from '../support/open-adapter.ts';
import { follow, trySend } from '../support/retrying-client.ts';
import { startSharedWireServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { Gate } from '../wire-server/faults.ts';

/*
 * Surprising behaviour of real servers, as their source code shows it. wire-server/faults.ts names the versions.
 */

afterEach(closeAll);

describePositions(await startSharedWireServer());

async function openWithTwoEvents(options: { readonly callTimeoutMs?: number } = {}) {
  const server = await startWireServer();
  const { store, signals } = openAdapter(server, options);
  await store.append('s', 'no-stream', [eventWithId('a')]);
  await store.append('s', revision(0), [eventWithId('b')]);
  return { server, store, signals };
}

test('a read that has all its events does not wait while the server goes on searching', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.searchOnMs = 600_000;
  const page = await store.readAll({ direction: 'backwards', maxCount: 1 });
  expect(page.map(({ id }) => id)).toEqual(['b']);
  expect((await store.readEventAt(page[0]?.position as Position))?.id).toBe('b');
  expect(await store.readEvent('c')).toBeUndefined();
  const another = openAdapter(server).store;
  expect((await another.append('t', 'no-stream', [eventWithId('c')])).outcome).toBe('appended');
  await until(() => server.openReads === 2); // the live subscriptions of both stores
});

test('a server that no longer leads is not used until it leads again', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.following = true;
  const read = store.readStream('s', { direction: 'forwards', maxCount: 9 });
  await expect(read).rejects.toThrow('not the leader of its cluster, which is 127.0.0.1:2113');
  await expect(store.append('s', revision(1), [eventWithId('c')])).rejects.toThrow(StoreUnavailableError);
  expect(storedIds(server)).toEqual(['a', 'b']);
  server.faults.following = false;
  await until(() => trySend(store, 's', revision(1), 'c'));
});

test('a connection to a server that stops leading while an append is in flight is replaced', async () => {
  const { server, store, signals } = await openWithTwoEvents({ callTimeoutMs: 4_000 });
  server.faults.appends.push({ kind: 'lose' });
  const lost = store.append('s', revision(1), [eventWithId('c')]).catch((error: unknown) => error);
  await until(() => server.faults.appends.length === 0); // the append has arrived
  server.faults.following = true;
  await expect(store.append('t', 'no-stream', [eventWithId('d')])).rejects.toThrow(StoreUnavailableError);
  expect(await lost).toBeInstanceOf(StoreUnavailableError);
  server.faults.following = false;
  await until(() => trySend(store, 's', revision(1), 'c'));
  // The pair may repeat, if a new connection met the server before it led again.
  const kinds = signals.map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(['connected', 'disconnected']);
  expect(kinds.at(-1)).toBe('connected');
});

test('appends continue after the server has ended their call', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.appends.push({ kind: 'end-call' });
  await expect(store.append('s', revision(1), [eventWithId('c')])).rejects.toThrow(StoreUnavailableError);
  expect((await store.append('s', revision(1), [eventWithId('c')])).outcome).toBe('appended');
});

test('a live subscription that the server drops for being too slow affects no append and is renewed', async () => {
  const { server, store, signals } = await openWithTwoEvents();
  const seen: RecordedEvent[] = [];
  const following = follow(store, seen);
  await until(() => seen.length === 2 && server.openReads === 1);
  const late = new Gate();
  server.faults.dropNextSubscription = true;
  server.faults.appends.push({ kind: 'answer-late', delay: late.passed });
  const appending = store.append('s', revision(1), [eventWithId('c')]);
  await until(() => !server.faults.dropNextSubscription);
  late.open();
  expect((await appending).outcome).toBe('appended');
  await openAdapter(server).store.append('t', 'no-stream', [eventWithId('d')]);
  await until(() => seen.length === 4);
  expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
  await closeAll();
  await following;
});

test.each([
  ['MaximumAppendEventSizeExceeded', AppendTooLargeError],
  ['BadRequest', StoreFailedError],
] as const)('an append that is refused with %s is not retried', async (detail, expected) => {
  const { server, store } = await openWithTwoEvents();
  server.faults.appends.push({ kind: 'refuse', detail });
  await expect(store.append('s', revision(1), [eventWithId('c')])).rejects.toThrow(expected);
});
