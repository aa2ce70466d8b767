import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { EventStore, RecordedEvent } from '../../../src/event-store/event-store.ts';
import { closeAll, openAdapter, revision, startWireServer, storedIds } from '../support/open-adapter.ts';
import { follow, sendUntilAcknowledged } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';
import type { AppendFault } from '../wire-server/faults.ts';
import type { WireServer } from '../wire-server/wire-server.ts';

/* Outages that only the wire server can have. suites/outages.ts and suites/load.ts cover those of the network. */

afterEach(closeAll);

const WRITERS = 8;
const EVENTS_EACH = 150;
const OUTAGES = 8;
const SHORT_OUTAGE_MS = 150;
const TEST_MS_MAX = 240_000;

interface Written {
  readonly acknowledged: string[];
  failures: number;
}

/** Appends to a stream of its own, one event after another, and retries whatever is not acknowledged. */
async function write(store: EventStore, name: string, written: Written): Promise<void> {
  const onFailure = () => {
    written.failures += 1;
  };
  for (let number = 0; number < EVENTS_EACH; number += 1) {
    const expected = number === 0 ? 'no-stream' : revision(number - 1);
    const { id } = await sendUntilAcknowledged(store, name, expected, `${name}-${number}`, onFailure);
    written.acknowledged.push(id);
  }
}

/**
 * Stops the server under load again and again. Every other outage is so short that clients may not notice it. The rest
 * last until a client has met an error.
 */
async function causeOutages(server: WireServer, written: Written): Promise<void> {
  const total = WRITERS * EVENTS_EACH;
  for (let outage = 1; outage <= OUTAGES; outage += 1) {
    await until(() => written.acknowledged.length >= (total * outage) / (OUTAGES + 4));
    const failuresBefore = written.failures;
    server.stop();
    await delay(SHORT_OUTAGE_MS);
    if (outage % 2 === 0) {
      await until(() => written.failures > failuresBefore || written.acknowledged.length === total);
    }
    await server.start();
  }
}

test(
  'a server that is restarted under load loses and duplicates no acknowledged event',
  async () => {
    const server = await startWireServer();
    const options = { callTimeoutMs: 2_000 };
    const stores = [openAdapter(server, options).store, openAdapter(server, options).store];
    const seen: RecordedEvent[] = [];
    const following = follow(openAdapter(server, options).store, seen);
    const written: Written = { acknowledged: [], failures: 0 };
    const writers = Array.from({ length: WRITERS }, (_, number) =>
      write(stores[number % 2] as EventStore, `writer-${number}`, written),
    );
    await Promise.all([...writers, causeOutages(server, written)]);

    const stored = storedIds(server);
    expect(stored.length).toBe(WRITERS * EVENTS_EACH);
    expect(new Set(stored)).toEqual(new Set(written.acknowledged));
    await until(() => seen.length >= stored.length);
    expect(seen.map(({ id }) => id)).toEqual(stored);
    await closeAll();
    await following;
  },
  TEST_MS_MAX,
);

test(
  'answers that are late, repeated or lost, and calls that break, lose and duplicate nothing',
  async () => {
    const server = await startWireServer();
    const { store } = openAdapter(server, { appendTimeoutMs: 100 });
    const aboutTheTimeout = () => delay(80 + Math.random() * 40);
    const faults: readonly AppendFault[] = [
      { kind: 'answer-late', delay: aboutTheTimeout },
      { kind: 'answer-twice' },
      { kind: 'never-answer' },
      { kind: 'drop-after-storing' },
      { kind: 'lose' },
      { kind: 'answer-timeout' },
      { kind: 'drop-before-storing' },
      { kind: 'store-late', delay: aboutTheTimeout },
    ];
    await sendUntilAcknowledged(store, 's', 'no-stream', 'first');
    const ids: string[] = ['first'];
    for (let round = 0; round < 24; round += 1) {
      server.faults.appends.push(faults[round % faults.length] as AppendFault);
      ids.push((await sendUntilAcknowledged(store, 's', revision(round), `e-${round}`)).id);
    }
    await until(() => server.openAppends === 0);
    expect(storedIds(server)).toEqual(ids);
  },
  TEST_MS_MAX,
);
