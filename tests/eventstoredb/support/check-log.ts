import { expect } from '@jest/globals';
import type { EventStore, Position, RecordedEvent } from '../../../src/event-store/event-store.ts';

/** What a client knows about an event after the answer to its append. */
export type AcknowledgedEvent = Pick<RecordedEvent, 'id' | 'stream' | 'revision' | 'position'>;

export async function readWholeLog(store: EventStore): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (let after: Position | undefined; ; after = log.at(-1)?.position) {
    const from = after === undefined ? {} : { after };
    const page = await store.readAll({ direction: 'forwards', maxCount: 1_000, ...from });
    log.push(...page);
    if (page.length === 0) return log;
  }
}

/** Expects the log to have each acknowledged event once, as acknowledged, nothing else, and no gap in revisions. */
export function expectOnceEach(
  log: readonly RecordedEvent[],
  acknowledged: readonly AcknowledgedEvent[],
): void {
  const byId = new Map(log.map((event) => [event.id, event]));
  const next = new Map<string, number>();
  const gaps = log.filter(({ stream, revision }) => {
    const expected = next.get(stream) ?? 0;
    next.set(stream, revision + 1);
    return revision !== expected;
  });
  expect({ gaps, ids: byId.size, acknowledged: acknowledged.length }).toEqual({
    gaps: [],
    ids: log.length,
    acknowledged: log.length,
  });
  expect(acknowledged.map(({ id }) => byId.get(id))).toMatchObject(acknowledged);
}
