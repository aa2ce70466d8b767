import { afterEach, describe, expect, test } from '@jest/globals';
import type { RecordedEvent, SubscriptionMessage } from '../../../src/event-store/event-store.ts';
import type { EventStoreDbEventStore } from '../../../src/eventstoredb/eventstoredb-event-store.ts';
import { EventStoreDbEventReader } from '../../../src/eventstoredb/read/eventstoredb-event-reader.ts';
import { closeAll, eventWithId, openAdapter, startWireServer, storedIds } from '../support/open-adapter.ts';
import { follow, sendUntilAcknowledged } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';
import type { WireServer } from '../wire-server/wire-server.ts';

/* One subscription to the server feeds the index of ids, the subscriptions of the store, and those in other threads. */

const readers: EventStoreDbEventReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
afterEach(closeAll);

const SHORT_TIMEOUT_MS = 1_000;

/** Opens a reader as another thread does. */
function openReader(server: WireServer, store: EventStoreDbEventStore): EventStoreDbEventReader {
  const { connectionString } = server;
  const reader = new EventStoreDbEventReader({
    connectionString,
    prefix: 'ours-',
    liveEvents: store.openLiveEvents(),
  });
  readers.push(reader);
  return reader;
}

/** Opens a store, and a reader beside it, that have both seen the only event of the log and wait for more. */
async function openFollowed(options: { readonly callTimeoutMs?: number } = {}) {
  const server = await startWireServer();
  server.log.addForeignEvents();
  const { store, index } = openAdapter(server, options);
  await store.append('s', 'no-stream', [eventWithId('first')]);
  const seen: RecordedEvent[] = [];
  const seenByReader: RecordedEvent[] = [];
  const following = [follow(store, seen), follow(openReader(server, store), seenByReader)];
  for (const promise of following) promise.catch(() => {});
  await append(store, 'joined', 1);
  const last = () => server.log.all.at(-1)?.commit;
  const haveSeenAll = () =>
    [seen.at(-1), seenByReader.at(-1), { position: index.position }].every(
      (event) => event?.position === `${last()}-${last()}`,
    );
  await until(haveSeenAll);
  return { server, store, index, seen, seenByReader, haveSeenAll };
}

/** Appends events one after another. */
async function append(store: EventStoreDbEventStore, name: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const { outcome } = await store.append(`${name}-${number}`, 'no-stream', [
      eventWithId(`${name}-${number}`),
    ]);
    if (outcome !== 'appended') throw new Error(outcome);
  }
}

const ids = (events: readonly RecordedEvent[]) => events.map(({ id }) => id);

describe('under steady load', () => {
  test('nothing is read again, and each event is delivered once for all consumers', async () => {
    const { server, store, seen, seenByReader, haveSeenAll } = await openFollowed();
    const before = { ...server.traffic };
    const writers = ['a', 'b', 'c', 'd'].map((name) => append(store, name, 100));
    await Promise.all(writers);
    await until(haveSeenAll);
    expect(server.traffic.calls - before.calls).toBe(0);
    expect(server.traffic.events - before.events).toBe(400);
    expect(ids(seen)).toEqual(storedIds(server));
    expect(ids(seenByReader)).toEqual(storedIds(server));
  });

  test('events of other processes are delivered as well', async () => {
    const { server, store, seen, seenByReader, haveSeenAll } = await openFollowed();
    const other = openAdapter(server).store;
    await append(other, 'x', 1); // connects
    await until(haveSeenAll);
    const before = { ...server.traffic };
    await Promise.all([append(store, 'ours', 50), append(other, 'theirs', 50)]);
    await until(haveSeenAll);
    expect(server.traffic.calls - before.calls).toBe(0);
    expect(ids(seen)).toEqual(storedIds(server));
    expect(ids(seenByReader)).toEqual(storedIds(server));
  });
});

describe('a subscription', () => {
  test('that the server drops for being too slow continues after its last event', async () => {
    const { server, store, seen, seenByReader, haveSeenAll } = await openFollowed();
    const before = { ...server.traffic };
    for (let drop = 0; drop < 5; drop += 1) {
      server.faults.dropNextSubscription = true;
      await append(store, `drop-${drop}`, 20);
    }
    await until(haveSeenAll);
    expect(server.traffic.calls - before.calls).toBe(5);
    expect(server.traffic.events - before.events).toBe(100);
    expect(ids(seen)).toEqual(storedIds(server));
    expect(ids(seenByReader)).toEqual(storedIds(server));
  });

  test('that breaks with the connection loses and repeats nothing', async () => {
    const { server, store, seen, seenByReader, haveSeenAll } = await openFollowed();
    for (let outage = 0; outage < 3; outage += 1) {
      await append(store, `outage-${outage}`, 10);
      server.stop();
      await server.start();
      await sendUntilAcknowledged(store, `after-${outage}`, 'no-stream', `after-${outage}`);
    }
    await until(haveSeenAll);
    expect(ids(seen)).toEqual(storedIds(server));
    expect(ids(seenByReader)).toEqual(storedIds(server));
    await until(() => server.openReads === 1);
  });

  test('that delivers nothing is given up, and the log is read instead', async () => {
    const { server, store, seen, seenByReader, haveSeenAll } = await openFollowed({
      callTimeoutMs: SHORT_TIMEOUT_MS,
    });
    server.faults.mutingSubscriptions = true;
    await append(store, 'unheard', 3);
    await until(haveSeenAll);
    server.faults.mutingSubscriptions = false;
    await append(store, 'heard', 3);
    await until(haveSeenAll);
    expect(ids(seen)).toEqual(storedIds(server));
    expect(ids(seenByReader)).toEqual(storedIds(server));
  });
});

describe('a consumer that is slow', () => {
  const MANY = 2_500; // more than are kept
  const MANY_TIMEOUT_MS = 60_000; // for all of them at once
  const PAGE_SIZE = 500;

  test('reads from the log what is no longer kept, and then continues live', async () => {
    const { server, store, haveSeenAll } = await openFollowed({ callTimeoutMs: MANY_TIMEOUT_MS });
    for (const reader of [store, openReader(server, store)]) {
      const messages = reader
        .subscribe({ pageSize: PAGE_SIZE, signal: new AbortController().signal })
        [Symbol.asyncIterator]();
      const seen = await idsUntilCaughtUp(messages);
      await appendMany(store, MANY);
      await until(haveSeenAll);
      const before = { ...server.traffic };
      seen.push(...(await idsUntilCaughtUp(messages)));
      expect(seen).toEqual(storedIds(server));
      expect(server.traffic.calls - before.calls).toBeLessThanOrEqual(MANY / PAGE_SIZE + 1);
      const waiting = messages.next();
      const { calls } = server.traffic;
      await append(store, crypto.randomUUID(), 1);
      expect(await waiting).toMatchObject({ value: { events: [{ id: storedIds(server).at(-1) }] } });
      expect(server.traffic.calls).toBe(calls);
    }
  });

  async function appendMany(store: EventStoreDbEventStore, count: number): Promise<void> {
    const batch = crypto.randomUUID();
    await Promise.all(
      Array.from({ length: count }, (_, number) =>
        store.append(`${batch}-${number}`, 'no-stream', [eventWithId(`${batch}-${number}`)]),
      ),
    );
  }

  async function idsUntilCaughtUp(messages: AsyncIterator<SubscriptionMessage>): Promise<string[]> {
    const seen: string[] = [];
    for (;;) {
      const { value } = await messages.next();
      if (value.kind === 'caught-up') return seen;
      seen.push(...ids(value.events));
    }
  }
});

describe('a reader in another thread', () => {
  test('ends its subscriptions when they are aborted while they wait', async () => {
    const { server, store } = await openFollowed();
    const aborter = new AbortController();
    const messages = openReader(server, store)
      .subscribe({ pageSize: 9, signal: aborter.signal })
      [Symbol.asyncIterator]();
    while ((await messages.next()).value.kind !== 'caught-up');
    const waiting = messages.next();
    aborter.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('ends its subscriptions when it is closed, or when the store is', async () => {
    const { server, store } = await openFollowed();
    const [closed, left] = [openReader(server, store), openReader(server, store)];
    const following = [follow(closed, []), follow(left, [])];
    closed.close();
    await store.close();
    await Promise.all(following);
  });
});
