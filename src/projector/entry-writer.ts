import type { RecordVersion } from '../domain/record.ts';
import type { Position } from '../event-store/event-store.ts';
import type { TimelineDefinition } from './define-timeline.ts';
import type { TrackedVersion } from './record-tracker.ts';
import type { Change, EntryVersion, Facets } from './timeline-store.ts';

/** One event, folded: the versions that it makes, and when. */
export interface Step {
  readonly eventId: string;
  readonly change: Change;
  readonly versions: readonly TrackedVersion[];
}

interface WrittenEntry {
  readonly facets: Facets;
  readonly body: string;
}

/**
 * Stage two of projecting, for one page of the log: what the definitions make of the versions. An entry is made and
 * written out once for all definitions that share an `entry` function, however many timelines it goes into.
 */
export class EntryWriter {
  readonly #written = new Map<TimelineDefinition['entry'], Map<RecordVersion, WrittenEntry>>();

  entryVersions(definition: TimelineDefinition, { versions, change }: Step): readonly EntryVersion[] {
    return versions.map(({ version, record }) => ({
      record,
      position: version.event.position as Position,
      from: change,
      earliest: version.span.earliest,
      latest: version.span.latest,
      partitions: partitionsOf(definition, version),
      ...this.#entry(definition.entry, version),
    }));
  }

  #entry(entry: TimelineDefinition['entry'], version: RecordVersion): WrittenEntry {
    const entries = this.#written.get(entry) ?? new Map<RecordVersion, WrittenEntry>();
    this.#written.set(entry, entries);
    const known = entries.get(version);
    if (known !== undefined) return known;
    const facets = entry(version);
    const written = { facets, body: JSON.stringify(facets) };
    entries.set(version, written);
    return written;
  }
}

function partitionsOf(definition: TimelineDefinition, version: RecordVersion): ReadonlyMap<string, string> {
  const partitions = new Map<string, string>();
  for (const [key, matter] of definition.partitionBy(version)) partitions.set(key, JSON.stringify(matter));
  return partitions;
}
