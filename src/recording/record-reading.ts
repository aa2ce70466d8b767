import { decodeEvent } from '../domain/event.ts';
import { emptyRecord, evolveRecord, type RecordState } from '../domain/record.ts';
import type { EventReader, RecordedEvent, Revision } from '../event-store/event-store.ts';

const PAGE_SIZE = 500;

/** A record as its stream tells it. */
export interface RecordReading {
  readonly state: RecordState;
  readonly events: readonly RecordedEvent[];
}

/**
 * Reads and folds a whole record; of one that does not exist there are no events. Records are short by rule
 * (`bounds.recordEventsMax`). With `until`, the record as it stood before the first event that it holds for.
 */
export async function readRecord(
  store: Pick<EventReader, 'readStream'>,
  stream: string,
  until: (event: RecordedEvent) => boolean = () => false,
): Promise<RecordReading & { readonly isCut: boolean }> {
  let state = emptyRecord(stream);
  const events: RecordedEvent[] = [];
  for (;;) {
    const from = events.length as Revision;
    const page = await store.readStream(stream, { direction: 'forwards', from, maxCount: PAGE_SIZE });
    for (const event of page) {
      if (until(event)) return { state, events, isCut: true };
      state = evolveRecord(state, decodeEvent(event));
      events.push(event);
    }
    if (page.length < PAGE_SIZE) return { state, events, isCut: false };
  }
}
