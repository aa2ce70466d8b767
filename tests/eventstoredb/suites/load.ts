import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { EventStore, RecordedEvent } from '../../../src/event-store/event-store.ts';
import type { ServerBehindProxy } from '../support/behind-proxy.ts';
import { expectOnceEach, readWholeLog } from '../support/check-log.ts';
import type { FaultProxy, NetworkFault } from '../support/fault-proxy.ts';
import { closeAll, openAdapter, revision } from '../support/open-adapter.ts';
import { follow, sendUntilAcknowledged } from '../support/retrying-client.ts';
import { newPrefix } from '../support/test-server.ts';
import { until } from '../support/until.ts';

/** `CRASH_ROUNDS=200` makes a long run. */
const ROUNDS = Math.max(2, Number(process.env['CRASH_ROUNDS'] ?? 0));
const FAULTS: readonly NetworkFault[] = [
  { kind: 'unreachable' },
  { kind: 'silent' },
  { kind: 'answers-lost' },
];
const SHORT_FAULT_MS = { least: 100, most: 600 };
const ROUND_MS_MAX = 60_000;
const WRITERS = 4;
const PAUSE_MS = 5;
/** Short, so that clients meet the timeout during a fault. */
const CALL_TIMEOUT_MS = 1_000;

interface Written {
  readonly acknowledged: RecordedEvent[];
  failures: number;
}

/** Four clients append while the network to the server fails in one way after another. */
export function describeLoad(setUp: () => ServerBehindProxy): void {
  test(
    `${ROUNDS * FAULTS.length} outages under load lose and duplicate no acknowledged event`,
    async () => {
      const { direct, proxied, proxy } = setUp();
      const options = { prefix: newPrefix(), callTimeoutMs: CALL_TIMEOUT_MS };
      const stores = [openAdapter(proxied, options).store, openAdapter(proxied, options).store];
      const seen: RecordedEvent[] = [];
      const following = follow(openAdapter(proxied, options).store, seen);
      const written: Written = { acknowledged: [], failures: 0 };
      const stopping = new AbortController();
      const writing = Array.from({ length: WRITERS }, (_, number) =>
        write(stores[number % stores.length] as EventStore, `writer-${number}`, written, stopping.signal),
      );
      await causeFaults(proxy, written).finally(() => stopping.abort());
      await Promise.all(writing);

      const log = await readWholeLog(openAdapter(direct, { prefix: options.prefix }).store);
      expectOnceEach(log, written.acknowledged);
      await until(() => seen.length >= log.length);
      expect(seen).toEqual(log);
      await closeAll();
      await following;
    },
    ROUNDS * FAULTS.length * ROUND_MS_MAX,
  );
}

/** Appends to a stream of its own, one event after another, until it is stopped. */
async function write(
  store: EventStore,
  name: string,
  written: Written,
  stopping: AbortSignal,
): Promise<void> {
  for (let number = 0; !stopping.aborted; number += 1) {
    const expected = number === 0 ? 'no-stream' : revision(number - 1);
    const onFailure = () => {
      written.failures += 1;
    };
    written.acknowledged.push(
      await sendUntilAcknowledged(store, name, expected, `${name}-${number}`, onFailure),
    );
    await delay(PAUSE_MS);
  }
}

/**
 * Causes each fault while all clients succeed. In every other round faults are short, so that clients may not notice
 * them. In the rounds between, a fault lasts until a client has met an error.
 */
async function causeFaults(proxy: FaultProxy, written: Written): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const fault of FAULTS) {
      const acknowledgedBefore = written.acknowledged.length;
      await until(() => written.acknowledged.length >= acknowledgedBefore + 20 * WRITERS);
      const failuresBefore = written.failures;
      proxy.begin(fault);
      await delay(SHORT_FAULT_MS.least + Math.random() * (SHORT_FAULT_MS.most - SHORT_FAULT_MS.least));
      if (round % 2 === 1) await until(() => written.failures > failuresBefore);
      proxy.heal();
    }
  }
}
