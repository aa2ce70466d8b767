import { afterEach, expect, test } from '@jest/globals';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts';
import { closeAll, openLog, revision, startWireServer, storedIds, until } from './log-on-wire.ts';
import { follow, sendPatiently } from './retrying-client.ts';
import type { AppendFault } from './wire-server/faults.ts';
import type { WireServer } from './wire-server/wire-server.ts';

/* Outages that only a server of our own can be asked for; those of the network are in outages-suite.ts and load-suite.ts. */

afterEach(closeAll);

const WRITERS = 8;
const EVENTS_EACH = 150;
const OUTAGES = 8;

/** Keeps a record of its own, each event once, and sends again whatever was not acknowledged. */
async function write(store: EventStore, name: string, acknowledged: string[]): Promise<void> {
  for (let number = 0; number < EVENTS_EACH; number += 1) {
    const expected = number === 0 ? 'no-stream' : revision(number - 1);
    const { recorded } = await sendPatiently(store, name, expected, `${name}-${number}`);
    acknowledged.push(recorded.id);
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

test('a server that is stopped and started again under load loses nothing that was acknowledged, and has nothing twice', async () => {
  const server = await startWireServer();
  const stores = [openLog(server).store, openLog(server).store];
  const seen: RecordedEvent[] = [];
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
  expect(seen.map(({ id }) => id)).toEqual(stored);
  await closeAll();
  await reading;
}, 60_000);

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
  await sendPatiently(store, 's', 'no-stream', 'first');
  const ids: string[] = ['first'];
  for (let round = 0; round < 24; round += 1) {
    server.faults.appends.push(faults[round % faults.length] as AppendFault);
    const { recorded } = await sendPatiently(store, 's', revision(round), `e-${round}`);
    ids.push(recorded.id);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(storedIds(server)).toEqual(ids);
}, 60_000);
