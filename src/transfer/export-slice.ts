import { decodeEvent } from '../domain/events/event.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import { RecordStates } from '../projector/record-state.ts';
import type { Ordinal } from '../projector/timeline-store.ts';

/**
 * Returns the streams of the records that have, or had at any point up to `last`, an entry in the timeline, and of
 * those that link to one of these.
 *
 * @throws what decoding, folding and the definition throw
 */
export async function recordsOfTimeline(
  reader: Pick<EventReader, 'readAll' | 'readStream' | 'comparePositions'>,
  definition: TimelineDefinition,
  key: string,
  last: Position,
  onEvents: (count: number) => void,
): Promise<ReadonlySet<string>> {
  const states = new RecordStates(reader, { ordinalAt: () => 0 as Ordinal, linksTo: () => [] });
  const records = new Set<string>();
  for await (const page of logPages(reader, last)) {
    for (const event of page) {
      const { versions } = await states.advance(decodeEvent(event), 0 as Ordinal);
      for (const { version } of versions) {
        const items = definition.itemsOf?.(version) ?? [undefined];
        if (!items.some((item) => definition.partitionBy(version, item).has(key))) continue;
        records.add(version.event.stream).add(event.stream);
      }
    }
    onEvents(page.length);
  }
  return records;
}
