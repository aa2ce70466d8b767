import type { RecordVersion } from '../domain/record/record.ts';
import type { PartitionFields, TimelineDefinition } from './define-timeline.ts';
import type { ChangedVersion } from './record-state.ts';
import type { EntryVersion, Facets, LogPoint } from './timeline-store.ts';

/** One event, folded: the versions that it makes, and when. */
export interface FoldedEvent {
  readonly eventId: string;
  readonly moment: LogPoint;
  readonly versions: readonly ChangedVersion[];
}

interface WrittenEntry {
  readonly facets: Facets;
  readonly body: string;
}

/** Of a definition without items: the version as a whole. */
const SINGLE_ITEM: readonly unknown[] = [undefined];
const HIDDEN: Pick<EntryVersion, 'partitions' | 'facets' | 'body'> = {
  partitions: new Map(),
  facets: { type: '', countries: [], topics: [], speechActs: [] },
  body: '',
};

/**
 * Stage two of projecting, for one page of the log: what the definitions make of the versions. An entry is made and
 * written out once for all definitions that share an `entry` function, however many timelines it goes into.
 */
export class EntryBuilder {
  readonly #written = new Map<TimelineDefinition['entry'], Map<RecordVersion, WrittenEntry>>();

  entryVersions(definition: TimelineDefinition, { versions, moment }: FoldedEvent): readonly EntryVersion[] {
    const rows: EntryVersion[] = [];
    for (const { version, before, eventOrdinal: record } of versions) {
      const { earliest, latest } = version.span;
      const items = itemsOf(definition, version);
      const itemsBefore = before === undefined ? 0 : itemsOf(definition, before).length;
      for (let item = 0; item < Math.max(items.length, itemsBefore); item += 1) {
        const shown = item < items.length ? this.#shown(definition, version, items[item]) : HIDDEN;
        rows.push({ eventOrdinal: record, item, from: moment, earliest, latest, ...shown });
      }
    }
    return rows;
  }

  #shown(definition: TimelineDefinition, version: RecordVersion, item: unknown): typeof HIDDEN {
    const found = definition.partitionBy(version, item);
    if (found.size === 0) return HIDDEN;
    const partitions = new Map<string, string>();
    for (const [key, matter] of found) partitions.set(key, partitionFieldsJson(key, matter));
    return { partitions, ...this.#entry(definition, version, item) };
  }

  #entry({ entry, itemsOf }: TimelineDefinition, version: RecordVersion, item: unknown): WrittenEntry {
    if (itemsOf !== undefined) return written(entry(version, item));
    const entries = this.#written.get(entry) ?? new Map<RecordVersion, WrittenEntry>();
    this.#written.set(entry, entries);
    const known = entries.get(version) ?? written(entry(version, item));
    entries.set(version, known);
    return known;
  }
}

function itemsOf(definition: TimelineDefinition, version: RecordVersion): readonly unknown[] {
  return definition.itemsOf?.(version) ?? SINGLE_ITEM;
}

/** The words for the filter by speaker are no part of what is shown. Throws a TypeError when the entry has no facets. */
function written(entry: Facets): WrittenEntry {
  requireFacets(entry);
  const { speakers, ...shown } = entry;
  return { facets: entry, body: JSON.stringify(speakers === undefined ? entry : shown) };
}

const LISTS = ['countries', 'topics', 'speechActs'] as const;

/** A definition that is not checked by a compiler may give anything. */
function requireFacets(entry: Facets): void {
  if (typeof entry?.type !== 'string') throw new TypeError('An entry needs its type, a text');
  for (const list of LISTS) {
    if (!Array.isArray(entry[list])) throw new TypeError(`An entry needs ${list}, a list of texts`);
  }
}

function partitionFieldsJson(key: string, matter: PartitionFields): string {
  if (typeof matter === 'object' && matter !== null) return JSON.stringify(matter);
  throw new TypeError(`What the entry says in the timeline ${key} alone is an object, if an empty one`);
}
