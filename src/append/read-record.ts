import { decodeEvent } from '../domain/events/event.ts';
import { evolveRecord } from '../domain/record/record.ts';
import { emptyRecord, type RecordState } from '../domain/record/record-version.ts';
import type { EventReader, RecordedEvent, Revision } from '../event-store/event-store.ts';
import { streamPages } from '../event-store/paging.ts';

type Reader = Pick<EventReader, 'readStream'>;

/**
 * Reads and folds a record up to the first event for which `until` is true. The state of an unknown record is empty.
 * Records have at most `limits.recordEventsMax` events.
 */
export async function readRecord(
  store: Reader,
  stream: string,
  until: (event: RecordedEvent) => boolean,
): Promise<{ readonly state: RecordState; readonly isCut: boolean }> {
  let state = emptyRecord(stream);
  for await (const page of streamPages(store, stream)) {
    for (const event of page) {
      if (until(event)) return { state, isCut: true };
      state = evolveRecord(state, decodeEvent(event));
    }
  }
  return { state, isCut: false };
}

/** Returns all events of a record, in order; none if it does not exist. */
export async function readRecordEvents(store: Reader, stream: string): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of streamPages(store, stream)) events.push(...page);
  return events;
}

export function revisionOf(state: RecordState): Revision | 'no-stream' {
  return state.revision < 0 ? 'no-stream' : (state.revision as Revision);
}
