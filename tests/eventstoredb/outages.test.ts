import { afterEach, expect, test } from '@jest/globals';
import { type EventStore, StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { closeAll, event, openLog, revision, startWireServer, storedIds, until } from './log-on-wire.ts';
import type { AppendFault } from './wire-server/faults.ts';
import type { WireServer } from './wire-server/wire-server.ts';

afterEach(closeAll);

const WRITERS = 8;
const EVENTS_EACH = 150;
const OUTAGES = 8;

/** Keeps a record of its own, each event once, and sends again whatever was not acknowledged. */
async function write(store: EventStore, name: string, acknowledged: string[]): Promise<void> {
  for (let number = 0; number < EVENTS_EACH; number += 1) {
    const sent = event(`${name}-${number}`);
    const expected = number === 0 ? 'no-stream' : revision(number - 1);
    await until(() => isAcknowledged(store, name, expected, sent), 20_000);
    acknowledged.push(sent.id);
  }
}

async function isAcknowledged(
  store: EventStore,
  stream: string,
  expected: Parameters<EventStore['append']>[1],
  sent: ReturnType<typeof event>,
): Promise<boolean> {
  try {
    const { outcome } = await store.append(stream, expected, [sent]);
    if (outcome !== 'appended' && outcome !== 'already-recorded') throw new Error(`refused: ${outcome}`);
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return false;
    throw error;
  }
}

async function takeAwayAndBack(server: WireServer, acknowledged: readonly string[]): Promise<void> {
  for (let outage = 1; outage <= OUTAGES; outage += 1) {
    const before = (WRITERS * EVENTS_EACH * outage) / (OUTAGES + 1);
    await until(() => acknowledged.length >= before, 20_000);
    server.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await server.start();
  }
}

test('a server that goes and comes back under load loses nothing that was acknowledged, and has nothing twice', async () => {
  const server = await startWireServer();
  const stores = [openLog(server).store, openLog(server).store];
  const seen: string[] = [];
  const reading = follow(openLog(server).store, seen);
  const acknowledged: string[] = [];
  const writers = Array.from({ length: WRITERS }, (_, number) =>
    write(stores[number % 2] as EventStore, `writer-${number}`, acknowledged),
  );
  await Promise.all([...writers, takeAwayAndBack(server, acknowledged)]);

  const stored = storedIds(server);
  expect(stored.length).toBe(WRITERS * EVENTS_EACH);
  expect(new Set(stored)).toEqual(new Set(acknowledged));
  await until(() => seen.length >= stored.length);
  expect(seen).toEqual(stored);
  await closeAll();
  await reading;
}, 60_000);

async function follow(store: EventStore, seen: string[]): Promise<void> {
  for await (const message of store.subscribe({ pageSize: 50, signal: new AbortController().signal })) {
    if (message.kind === 'events') seen.push(...message.events.map(({ id }) => id));
  }
}

test('answers that are late, doubled, lost or cut off lose nothing either', async () => {
  const server = await startWireServer();
  const { store } = openLog(server, { callTimeoutMs: 200 });
  const faults: readonly AppendFault[] = [
    { kind: 'answer-late', lateMs: 150 },
    { kind: 'answer-twice' },
    { kind: 'fall-silent' },
    { kind: 'drop-after-storing' },
    { kind: 'lose' },
    { kind: 'answer-timeout' },
    { kind: 'drop-before-storing' },
    { kind: 'store-late', lateMs: 150 },
  ];
  await store.append('s', 'no-stream', [event('first')]);
  const ids: string[] = ['first'];
  for (let round = 0; round < 24; round += 1) {
    server.faults.appends.push(faults[round % faults.length] as AppendFault);
    const sent = event(`e-${round}`);
    await until(() => isAcknowledged(store, 's', revision(round), sent));
    ids.push(sent.id);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(storedIds(server)).toEqual(ids);
}, 60_000);

test('a store that is opened while the server is away serves as soon as it is there', async () => {
  const server = await startWireServer();
  await openLog(server).store.append('s', 'no-stream', [event('a')]);
  server.stop();
  const { store, signals } = openLog(server);
  const seen: string[] = [];
  const reading = follow(store, seen);
  await expect(store.append('t', 'no-stream', [event('b')])).rejects.toThrow(StoreUnavailableError);
  expect(signals.map(({ kind }) => kind)).toEqual(['disconnected']);

  await server.start();
  await until(() => seen.length === 1);
  expect((await store.append('t', 'no-stream', [event('b')])).outcome).toBe('appended');
  await until(() => seen.length === 2);
  expect(seen).toEqual(['a', 'b']);
  expect(signals.map(({ kind }) => kind)).toEqual(['disconnected', 'connected']);
  await closeAll();
  await reading;
});

test('a store is back soon after the server, however long that was away', async () => {
  const server = await startWireServer();
  const { store } = openLog(server);
  await store.append('s', 'no-stream', [event('a')]);
  server.stop();
  const returnMs = performance.now() + 3_000;
  while (performance.now() < returnMs) {
    await expect(store.append('t', 'no-stream', [event('b')])).rejects.toThrow(StoreUnavailableError);
  }
  await server.start();
  await until(() => isAcknowledged(store, 't', 'no-stream', event('b')), 800);
});

test('a store is closed in time while the server is away', async () => {
  const server = await startWireServer();
  const { store } = openLog(server, { callTimeoutMs: 300 });
  await store.append('s', 'no-stream', [event('a')]);
  server.stop();
  const accepted = store.append('s', revision(0), [event('b')]).catch((error: unknown) => error);
  const startMs = performance.now();
  await store.close();
  expect(performance.now() - startMs).toBeLessThan(1_000);
  expect(await accepted).toBeInstanceOf(StoreUnavailableError);
});
