import { isDeepStrictEqual } from 'node:util';
import type { RecordVersion } from '../domain/record/record-version.ts';
import { dateOf } from '../domain/values/edtf.ts';
import type { PartitionFields, TimelineDefinition } from './define-timeline.ts';
import { rankOf } from './entry-rank.ts';
import type { RecordChanges } from './record-state.ts';
import type {
  DateReach,
  EntryPlace,
  EntryVersion,
  Facets,
  ListItemVersion,
  LogPoint,
} from './timeline-store.ts';

/** One event of the log with what it changes. */
export interface FoldedEvent extends RecordChanges {
  readonly logPoint: LogPoint;
}

interface SerializedEntry {
  readonly facets: Facets;
  readonly body: string;
}

type EntryContent = Pick<EntryVersion, 'partitions' | 'facets' | 'body'>;

type EntryDates = Pick<EntryVersion, 'earliest' | 'latest' | 'reach' | 'rank'>;

/** One entry of a record version. No timeline shows it if `partitions` is empty. */
export type BuiltEntry = EntryContent & EntryDates;

/** How an event changes an entry. */
export interface VersionChange extends Pick<EntryVersion, 'eventOrdinal' | 'item'> {
  /** Id of the event that the entry shows. */
  readonly eventId: string;
  readonly before: BuiltEntry;
  readonly after: BuiltEntry;
}

/** The items of a definition without `itemsOf`: one, for the version as a whole. */
const SINGLE_ITEM: readonly unknown[] = [undefined];

/** The content of an item that no timeline shows. */
const HIDDEN: EntryContent = {
  partitions: new Map(),
  facets: { type: '', countries: [], topics: [], speechActs: [] },
  body: '',
};

const NO_ENTRY: BuiltEntry = {
  earliest: undefined,
  latest: undefined,
  reach: undefined,
  rank: 0,
  ...HIDDEN,
};

/**
 * Stage two of projecting: turns record versions into entries. Use one builder for each page of the log. An entry is
 * built and serialized once for all definitions that share an `entry` function, in however many timelines it appears.
 */
export class EntryBuilder {
  readonly #serialized = new Map<TimelineDefinition['entry'], Map<RecordVersion, SerializedEntry>>();
  readonly #dates = new Map<RecordVersion, EntryDates>();

  /**
   * Returns the entry versions that the event makes: those that differ from the version before them. An item that the
   * previous record version had and this one lacks gets a version that no timeline shows.
   *
   * @throws TypeError if the definition returns an invalid entry, and whatever the definition throws.
   */
  entryVersions(definition: TimelineDefinition, event: FoldedEvent): readonly EntryVersion[] {
    return this.entryChanges(definition, event).map(({ eventOrdinal, item, before, after }) => {
      return { eventOrdinal, item, from: event.logPoint, replaces: placeOf(before), ...after };
    });
  }

  /** Returns the items of the list that the event makes, with the time of the event as the value `changed`. */
  listItems(definition: TimelineDefinition, event: FoldedEvent): readonly ListItemVersion[] {
    if (definition.listItem === undefined) return [];
    const { ordinal, instant } = event.logPoint;
    return event.records.flatMap((record) => {
      const item = definition.listItem?.(record);
      if (item === undefined) return [];
      return [{ key: record.stream, item: { ...item, sort: { ...item.sort, changed: instant } }, ordinal }];
    });
  }

  /** Returns the entries that the event changes, in any timeline. Throws as `entryVersions` does. */
  entryChanges(definition: TimelineDefinition, { versions }: FoldedEvent): readonly VersionChange[] {
    const changes: VersionChange[] = [];
    for (const { version, before: previous, eventOrdinal } of versions) {
      const entries = this.#entries(definition, version);
      const replaced = previous === undefined ? [] : this.#entries(definition, previous);
      for (let item = 0; item < Math.max(entries.length, replaced.length); item += 1) {
        const [after = NO_ENTRY, before = NO_ENTRY] = [entries[item], replaced[item]];
        if (isSame(after, before)) continue;
        changes.push({ eventId: version.event.id, eventOrdinal, item, before, after });
      }
    }
    return changes;
  }

  #entries(definition: TimelineDefinition, version: RecordVersion): readonly BuiltEntry[] {
    const items = itemsOf(definition, version);
    const { earliest, latest, reach, rank } = this.#datesOf(version);
    return items.map((item) => {
      return { earliest, latest, reach, rank, ...this.#content(definition, version, item) };
    });
  }

  /** They are the same for all definitions. Local times take some microseconds to read. */
  #datesOf(version: RecordVersion): EntryDates {
    const known = this.#dates.get(version);
    if (known !== undefined) return known;
    const { earliest, latest } = version.span;
    const dates = { earliest, latest, reach: reachOf(version), rank: rankOf(version) };
    this.#dates.set(version, dates);
    return dates;
  }

  #content(definition: TimelineDefinition, version: RecordVersion, item: unknown): EntryContent {
    const fieldsByKey = definition.partitionBy(version, item);
    if (fieldsByKey.size === 0) return HIDDEN;
    const partitions = new Map<string, string>();
    for (const [key, fields] of fieldsByKey) partitions.set(key, partitionFieldsJson(key, fields));
    return { partitions, ...this.#entry(definition, version, item) };
  }

  #entry({ entry, itemsOf }: TimelineDefinition, version: RecordVersion, item: unknown): SerializedEntry {
    if (itemsOf !== undefined) return serialize(entry(version, item));
    const cache = this.#serialized.get(entry) ?? new Map<RecordVersion, SerializedEntry>();
    this.#serialized.set(entry, cache);
    const serialized = cache.get(version) ?? serialize(entry(version, item));
    cache.set(version, serialized);
    return serialized;
  }
}

function placeOf({ earliest, latest, rank, partitions }: BuiltEntry): EntryPlace | undefined {
  if (partitions.size === 0) return undefined;
  return { earliest, latest, rank, keys: [...partitions.keys()] };
}

/** Compares all that timelines show and filter by. An entry that no timeline shows equals none. */
function isSame(a: BuiltEntry, b: BuiltEntry): boolean {
  if (a.partitions.size !== b.partitions.size) return false;
  if (a.partitions.size === 0) return true;
  if (a.body !== b.body || a.earliest !== b.earliest || a.latest !== b.latest) return false;
  for (const [key, fields] of a.partitions) if (b.partitions.get(key) !== fields) return false;
  return a.rank === b.rank && isDeepStrictEqual([a.reach, a.facets], [b.reach, b.facets]);
}

/** Days of a plain date need no parsing: they are its span. */
function reachOf({ occurred, span }: RecordVersion): DateReach | undefined {
  if (span.earliest === occurred) return undefined;
  const { reach, qualifier, unknownEnd } = dateOf(occurred);
  const canBeCertain = qualifier === undefined && unknownEnd === undefined;
  return canBeCertain && reach.length === 1 ? undefined : { spans: reach, canBeCertain };
}

function itemsOf(definition: TimelineDefinition, version: RecordVersion): readonly unknown[] {
  return definition.itemsOf?.(version) ?? SINGLE_ITEM;
}

/** Leaves what is only filtered by out of the body. */
function serialize(entry: Facets): SerializedEntry {
  requireFacets(entry);
  const { speakers, outlets, relays, institutions, countryRoles, words, ...shown } = entry;
  const { type, countries, topics, speechActs } = shown;
  const facets = {
    type,
    countries,
    topics,
    speechActs,
    ...(speakers && { speakers }),
    ...(outlets && { outlets }),
    ...(relays && { relays }),
    ...(institutions && { institutions }),
    ...(countryRoles && { countryRoles }),
    ...(words && { words }),
  };
  return { facets, body: JSON.stringify(shown) };
}

const LISTS = ['countries', 'topics', 'speechActs'] as const;

/** Checks at run time, because a definition written in JavaScript may return anything. */
function requireFacets(entry: Facets): void {
  if (typeof entry?.type !== 'string') throw new TypeError('An entry needs the field type, a string');
  for (const list of LISTS) {
    if (!Array.isArray(entry[list]))
      throw new TypeError(`An entry needs the field ${list}, a list of strings`);
  }
}

function partitionFieldsJson(key: string, fields: PartitionFields): string {
  if (typeof fields === 'object' && fields !== null) return JSON.stringify(fields);
  throw new TypeError(`partitionBy must return an object for the timeline ${key}; it may be empty`);
}
