import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { EventStore, Position, RecordedEvent } from '../../src/event-store/event-store.ts';
import type { ServerBehindProxy } from './behind-proxy.ts';
import type { FaultProxy, NetworkFault } from './fault-proxy.ts';
import { closeAll, openLog, revision, until } from './log-on-wire.ts';
import { follow, sendPatiently } from './retrying-client.ts';
import { newPrefix } from './server-in-test.ts';

/** `CRASH_ROUNDS=200` for the long run. */
const ROUNDS = Math.max(2, Number(process.env['CRASH_ROUNDS'] ?? 0));
const FAULTS: readonly NetworkFault[] = [{ kind: 'away' }, { kind: 'silent' }, { kind: 'answers-swallowed' }];
const FAULT_MS = { least: 100, most: 1_600 };
const ROUND_MS_MAX = 15_000;
const WRITERS = 4;
const PAUSE_MS = 5;

interface Written {
  readonly acknowledged: RecordedEvent[];
  failures: number;
}

/** Four clients write while the network to the server fails, each time in another way. */
export function describeLoad(setUp: () => ServerBehindProxy): void {
  test(
    `what is acknowledged in ${ROUNDS * FAULTS.length} outages under load is in the log, once, and every subscription sees it so`,
    async () => {
      const { direct, proxied, proxy } = setUp();
      const prefix = newPrefix();
      const stores = [openLog(proxied, { prefix }).store, openLog(proxied, { prefix }).store];
      const seen: RecordedEvent[] = [];
      const reading = follow(openLog(proxied, { prefix }).store, seen);
      const written: Written = { acknowledged: [], failures: 0 };
      const enough = new AbortController();
      const writing = Array.from({ length: WRITERS }, (_, number) =>
        write(stores[number % stores.length] as EventStore, `writer-${number}`, written, enough.signal),
      );
      await fail(proxy, written).finally(() => enough.abort());
      await Promise.all(writing);

      const log = await wholeLog(openLog(direct, { prefix }).store);
      expect(written.failures).toBeGreaterThan(0);
      expectOnceEach(log, written.acknowledged);
      await until(() => seen.length >= log.length);
      expect(seen).toEqual(log);
      await closeAll();
      await reading;
    },
    ROUNDS * FAULTS.length * ROUND_MS_MAX,
  );
}

/** Keeps a record of its own, each event once, until it is told that it is enough. */
async function write(store: EventStore, name: string, written: Written, enough: AbortSignal): Promise<void> {
  for (let number = 0; !enough.aborted; number += 1) {
    const expected = number === 0 ? 'no-stream' : revision(number - 1);
    const { recorded, failures } = await sendPatiently(store, name, expected, `${name}-${number}`);
    written.acknowledged.push(recorded);
    written.failures += failures;
    await delay(PAUSE_MS);
  }
}

/** Each fault comes while all is well, and stays for some time; some are over before anybody has given up. */
async function fail(proxy: FaultProxy, { acknowledged }: Written): Promise<void> {
  for (const fault of Array.from({ length: ROUNDS }, () => FAULTS).flat()) {
    const before = acknowledged.length;
    await until(() => acknowledged.length >= before + 20 * WRITERS, ROUND_MS_MAX);
    proxy.begin(fault);
    await delay(FAULT_MS.least + Math.random() * (FAULT_MS.most - FAULT_MS.least));
    proxy.heal();
  }
}

/** All of it, in its order. */
export async function wholeLog(store: EventStore): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (let after: Position | undefined; ; after = log.at(-1)?.position) {
    const from = after === undefined ? {} : { after };
    const page = await store.readAll({ direction: 'forwards', maxCount: 1_000, ...from });
    log.push(...page);
    if (page.length === 0) return log;
  }
}

/** The log holds each acknowledged event as it was acknowledged, and nothing else; revisions have no gap. */
function expectOnceEach(log: readonly RecordedEvent[], acknowledged: readonly RecordedEvent[]): void {
  const byId = new Map(log.map((event) => [event.id, event]));
  const next = new Map<string, number>();
  const gaps = log.filter(({ stream, revision: actual }) => {
    const expected = next.get(stream) ?? 0;
    next.set(stream, actual + 1);
    return actual !== expected;
  });
  expect({ gaps, ids: byId.size, acknowledged: acknowledged.length }).toEqual({
    gaps: [],
    ids: log.length,
    acknowledged: log.length,
  });
  expect(acknowledged.map(({ id }) => byId.get(id))).toEqual(acknowledged);
}
