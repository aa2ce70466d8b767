import { afterAll, afterEach, expect, test } from '@jest/globals';
import {
  AppendTooLargeError,
  type Position,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { closeAll, event, openLog, revision, startWireServer, storedIds, until } from './log-on-wire.ts';
import { describePositions } from './positions-suite.ts';
import { follow, send } from './retrying-client.ts';
import { WireServer } from './wire-server/wire-server.ts';

/* What real servers do, as their source shows, that nobody would expect of them. The versions stand at the faults. */

const shared = await new WireServer().start();
shared.log.addStrangers();
afterAll(() => shared.stop());
afterEach(closeAll);

describePositions({ name: 'the server at the wire', connectionString: shared.connectionString });

async function openWithTwoEvents(callTimeoutMs = 1_000) {
  const server = await startWireServer();
  const { store, signals } = openLog(server, { callTimeoutMs });
  await store.append('s', 'no-stream', [event('a')]);
  await store.append('s', revision(0), [event('b')]);
  return { server, store, signals };
}

test('a read that has all it was asked for is not waited for while the server searches on', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.searchesOnMs = 60_000;
  const page = await store.readAll({ direction: 'backwards', maxCount: 1 });
  expect(page.map(({ id }) => id)).toEqual(['b']);
  expect((await store.readEventAt(page[0]?.position as Position))?.id).toBe('b');
  expect(await store.readEvent('c')).toBeUndefined();
  const another = openLog(server).store;
  expect((await another.append('t', 'no-stream', [event('c')])).outcome).toBe('appended');
  await until(() => server.openReads === 2); // those that tell of news
});

test('a server that stops to lead is neither read nor appended to, until it leads again', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.following = true;
  const read = store.readStream('s', { direction: 'forwards', maxCount: 9 });
  await expect(read).rejects.toThrow('not the leader');
  await expect(store.append('s', revision(1), [event('c')])).rejects.toThrow(StoreUnavailableError);
  expect(storedIds(server)).toEqual(['a', 'b']);
  server.faults.following = false;
  await until(() => send(store, 's', revision(1), 'c'));
});

test('a server that stops to lead while an append is on its way is left for good', async () => {
  const { server, store, signals } = await openWithTwoEvents();
  server.faults.appends.push({ kind: 'lose' });
  const lost = store.append('s', revision(1), [event('c')]);
  server.faults.following = true;
  await expect(store.append('t', 'no-stream', [event('d')])).rejects.toThrow(StoreUnavailableError);
  await expect(lost).rejects.toThrow(StoreUnavailableError);
  server.faults.following = false;
  await until(() => send(store, 's', revision(1), 'c'));
  // More than once, where the first new connection met the server before it led again.
  const kinds = signals.map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(['connected', 'disconnected']);
  expect(kinds.at(-1)).toBe('connected');
});

test('appends go on after the server has ended their call', async () => {
  const { server, store } = await openWithTwoEvents();
  server.faults.appends.push({ kind: 'end-call' });
  await expect(store.append('s', revision(1), [event('c')])).rejects.toThrow(StoreUnavailableError);
  expect((await store.append('s', revision(1), [event('c')])).outcome).toBe('appended');
});

test('a subscription that the server drops because it is too slow takes no append with it', async () => {
  const { server, store, signals } = await openWithTwoEvents();
  const seen: { readonly id: string }[] = [];
  const reading = follow(store, seen as never);
  await until(() => seen.length === 2 && server.openReads === 1);
  server.faults.dropsSlow = true;
  server.faults.appends.push({ kind: 'answer-late', lateMs: 300 });
  expect((await store.append('s', revision(1), [event('c')])).outcome).toBe('appended');
  server.faults.dropsSlow = false;
  const other = openLog(server).store;
  await other.append('t', 'no-stream', [event('d')]);
  await until(() => seen.length === 4);
  expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
  await closeAll();
  await reading;
});

test.each([
  ['MaximumAppendEventSizeExceeded', AppendTooLargeError],
  ['BadRequest', StoreFailedError],
] as const)('an append that is refused as %s is not sent again', async (detail, expected) => {
  const { server, store } = await openWithTwoEvents();
  server.faults.appends.push({ kind: 'refuse', detail });
  await expect(store.append('s', revision(1), [event('c')])).rejects.toThrow(expected);
});
