import { decodeEvent } from '../domain/events/event.ts';
import { evolveRecord } from '../domain/record/record.ts';
import { emptyRecord, type RecordState } from '../domain/record/record-version.ts';
import type { EventReader, RecordedEvent, Revision } from '../event-store/event-store.ts';
import { streamPages } from '../event-store/paging.ts';
import { textLength } from '../event-store/text-length.ts';

type Reader = Pick<EventReader, 'readStream'>;

/** What identifies an event in all histories. */
export type EventStamp = Pick<RecordedEvent, 'id' | 'position' | 'recordedAt'>;

export interface KnownRecord {
  readonly state: RecordState;
  /** Undefined if the record has no events. */
  readonly last: EventStamp | undefined;
  /** The size of its events: characters of metadata and content. */
  readonly chars: number;
}

/**
 * Reads and folds a record up to the first event for which `until` is true. The state of an unknown record is empty.
 * Records have at most `limits.recordEventsMax` events.
 */
export async function readRecord(
  store: Reader,
  stream: string,
  until: (event: RecordedEvent) => boolean,
): Promise<KnownRecord & { readonly isCut: boolean }> {
  let record = unknownRecord(stream);
  for await (const page of streamPages(store, stream)) {
    for (const event of page) {
      if (until(event)) return { ...record, isCut: true };
      record = withEvent(record, event);
    }
  }
  return { ...record, isCut: false };
}

export function unknownRecord(stream: string): KnownRecord {
  return { state: emptyRecord(stream), last: undefined, chars: 0 };
}

export function withEvent({ state, chars }: KnownRecord, event: RecordedEvent): KnownRecord {
  const { id, position, recordedAt } = event;
  return {
    state: evolveRecord(state, decodeEvent(event)),
    last: { id, position, recordedAt },
    chars: chars + textLength(event),
  };
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
