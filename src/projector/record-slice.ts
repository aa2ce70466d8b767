import { decodeEvent } from '../domain/event.ts';
import type { EventReader, Position, RecordedEvent } from '../event-store/event-store.ts';
import type { TimelineDefinition } from './define-timeline.ts';
import { RecordTracker } from './record-tracker.ts';
import type { Ordinal } from './timeline-store.ts';

const PAGE_EVENTS = 1_000;

/** The log from its first event up to and including a position, page by page. */
export async function* eventsUpTo(
  reader: EventReader,
  last: Position,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after: Position | undefined;
  while (after === undefined || reader.comparePositions(after, last) < 0) {
    const page = await reader.readAll({
      direction: 'forwards',
      maxCount: PAGE_EVENTS,
      ...(after !== undefined && { after }),
    });
    const told = page.filter(({ position }) => reader.comparePositions(position, last) <= 0);
    if (told.length > 0) yield told;
    after = told.length < page.length ? last : (page.at(-1)?.position ?? last);
  }
}

/**
 * The records of which an event has ever stood in the timeline, by the names of their streams, as of a position.
 * Throws what decoding, folding and the definition throw.
 */
export async function recordsOfTimeline(
  reader: EventReader,
  definition: TimelineDefinition,
  key: string,
  last: Position,
  onEvents: (count: number) => void,
): Promise<ReadonlySet<string>> {
  const tracker = new RecordTracker(reader, () => 0 as Ordinal);
  const records = new Set<string>();
  for await (const page of eventsUpTo(reader, last)) {
    for (const event of page) {
      for (const { version } of await tracker.advance(decodeEvent(event), 0 as Ordinal)) {
        const items = definition.itemsOf?.(version) ?? [undefined];
        if (items.some((item) => definition.partitionBy(version, item).has(key))) records.add(event.stream);
      }
    }
    onEvents(page.length);
  }
  return records;
}
