import { decodeEvent } from '../domain/events/event.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import { RecordStates } from '../projector/record-state.ts';
import type { Ordinal } from '../projector/timeline-store.ts';

/**
 * The records of which an event has ever stood in the timeline, by the names of their streams, as of a position.
 * Throws what decoding, folding and the definition throw.
 */
export async function recordsOfTimeline(
  reader: Pick<EventReader, 'readAll' | 'readStream' | 'comparePositions'>,
  definition: TimelineDefinition,
  key: string,
  last: Position,
  onEvents: (count: number) => void,
): Promise<ReadonlySet<string>> {
  const tracker = new RecordStates(reader, () => 0 as Ordinal);
  const records = new Set<string>();
  for await (const page of logPages(reader, last)) {
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
