import type { RecordVersion } from '../../domain/record/record-version.ts';
import { figuresOf, termsOf } from '../../domain/record/summary.ts';
import type { EventEntry } from './timeline-view.ts';

/** An event as projections into states store it. */
interface StoredRecord
  extends Omit<EventEntry, 'id' | 'stream' | 'position' | 'recordedAt' | 'sources' | 'attribution'> {
  readonly data: RecordVersion['data'];
  readonly sources: readonly object[];
  readonly event: Pick<EventEntry, 'id' | 'stream' | 'position' | 'recordedAt'>;
}

/** Returns the entry that the timeline of a country has for the event, without the attribution of its statements. */
export function recordEntry(json: string): EventEntry {
  const record = JSON.parse(json) as StoredRecord;
  const { event, data, sources, ...shown } = record;
  const { id, stream, position, recordedAt } = event;
  const stated = { ...termsOf(record), ...figuresOf(record) };
  return { ...shown, ...stated, id, stream, position, recordedAt, sources: sources.length, attribution: [] };
}
