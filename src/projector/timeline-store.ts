import type { Day } from '../domain/values/edtf.ts';
import type { Position } from '../event-store/event-store.ts';

/**
 * The port of the timelines: what the projector writes and what the API reads.
 *
 * One store holds one projection, rows and checkpoint together. Rows are versioned: each stands from the ordinal of
 * the event that made it to the ordinal of the event that replaced it, so that any earlier state can be read at the
 * price of the present one.
 */

declare const brand: unique symbol;

/** Number of an event in log order, from 1; the same in every replica and after every rebuild. */
export type Ordinal = number & { readonly [brand]: 'Ordinal' };

/** An event as a moment of the record: what was known when it had been recorded. */
export interface LogPoint {
  readonly ordinal: Ordinal;
  readonly position: Position;
  /** `recordedAt` of the event, RFC 3339. */
  readonly instant: string;
}

/** How far the rows have come. */
export interface Checkpoint extends LogPoint {
  /** Id of that event: the rows belong to a log only if it has this event at this position. */
  readonly eventId: string;
  /** Eight hex digits made from the id and the `recordedAt` of the log's first event: tells one log from another. */
  readonly lineage: string;
}

/** What a reader can filter by. */
export interface Facets {
  readonly type: string;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs: readonly string[];
  /** Names of those who speak, as a filter gives them; not shown. */
  readonly speakers?: readonly string[];
}

/** Most items of one event, and most versions of one item. */
export const ITEMS_MAX = 4_096;
export const VERSIONS_MAX = 4_096;

/** One version of one entry, as the engine hands it to the store. */
export interface EntryVersion {
  /** Ordinal of the event that the entry shows; with the dates and the item, the order of the timeline. */
  readonly eventOrdinal: Ordinal;
  /** 0, 1, 2… below `ITEMS_MAX`: which of the things that the event shows. */
  readonly item: number;
  /** The event that makes this version. */
  readonly from: LogPoint;
  /** Undefined: an open start, before all days. */
  readonly earliest: Day | undefined;
  /** Undefined: an open end, after all days. */
  readonly latest: Day | undefined;
  readonly facets: Facets;
  /** JSON object, as it goes out but for the matter of the partition. */
  readonly body: string;
  /** Timeline key → JSON object that is laid before the body, e.g. `{"roles":["party"]}`. Empty: it is shown nowhere. */
  readonly partitions: ReadonlyMap<string, string>;
}

/** What a stretch of the log comes to. */
export interface Batch {
  /** Every event of the stretch, in log order: it begins behind the last checkpoint and ends with the new one. */
  readonly moments: readonly LogPoint[];
  /** In log order. */
  readonly versions: readonly EntryVersion[];
  readonly checkpoint: Checkpoint;
}

/** The writing half; one writer a store. */
export interface TimelineWriter {
  checkpoint(): Checkpoint | undefined;
  /** Ordinal of the event at a position that was committed before; undefined when there is none. */
  ordinalAt(position: Position): Ordinal | undefined;
  /**
   * Stores all of it or nothing. A version that says the same as the one before it is left out. A stored version
   * replaces the one before it from `from` on.
   */
  commit(batch: Batch): void;
  close(): void;
}

export interface TimelineQuery {
  /** Inclusive bounds on event time. */
  readonly from?: Day;
  readonly to?: Day;
  /** True: the whole of the entry's dates lies within the bounds; false: some of it does. */
  readonly certain: boolean;
  /** Each list: any of these; an empty list does not filter. */
  readonly types: readonly string[];
  readonly roles: readonly string[];
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs: readonly string[];
  readonly speakers: readonly string[];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** State to read; an earlier one gives the timeline as it was known then. */
  readonly asOf: Ordinal;
  /** Exclusive start: the entry that the page before ended with. */
  readonly after?: EntryKey;
}

/** The filter that lets every entry through. */
export const UNFILTERED = {
  certain: false,
  types: [],
  roles: [],
  countries: [],
  topics: [],
  speechActs: [],
  speakers: [],
} as const satisfies Partial<TimelineQuery>;

/** Place of an entry in its timeline. */
export interface EntryKey {
  readonly earliest: number;
  readonly latest: number;
  /** `entryNumber` of its event and item. */
  readonly entry: number;
}

/** Orders entries by their event, then by their item. */
export function entryNumber({
  eventOrdinal: record,
  item,
}: Pick<EntryVersion, 'eventOrdinal' | 'item'>): number {
  return record * ITEMS_MAX + item;
}

export interface TimelinePage {
  /** Entries as JSON objects, in order. */
  readonly entries: readonly string[];
  /** Undefined on the last page. */
  readonly next: EntryKey | undefined;
}

export interface TimelineSummary {
  readonly key: string;
  /** Entries of that moment, retracted ones included. */
  readonly entries: number;
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** Which entries are counted. */
export interface DensityQuery extends Omit<TimelineQuery, 'order' | 'limit' | 'after'> {
  /** Entries looked at, at most. */
  readonly entriesMax: number;
}

/** Which changes are counted: those by the events behind `after`, up to and with `upTo`. */
export interface ChangesQuery extends Omit<TimelineQuery, 'order' | 'limit' | 'after' | 'asOf'> {
  /** 0: from the beginning. */
  readonly after: Ordinal;
  readonly upTo: Ordinal;
  /** Changes looked at, at most. */
  readonly changesMax: number;
}

/** So many entries have these first and last days. */
export interface DensityCount {
  /** Whole days since 1970-01-01; undefined: an open end. */
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  readonly entries: number;
}

/** A moment as a reader names it: the last event at or before a place in the log or an instant (as `recordedAt`). */
export type AsOf = { readonly position: Position } | { readonly instant: string };

export interface IndexQuery {
  readonly limit: number;
  /** Exclusive. */
  readonly after?: string;
  /** State to read. */
  readonly asOf: Ordinal;
}

/** The reading half; any number of readers beside the writer. */
export interface TimelineReader {
  /** `country@1`: name and version of the projection that made the rows. */
  readonly projection: string;
  checkpoint(): Checkpoint | undefined;
  /** Undefined when all events that the rows hold lie after it. */
  momentAt(asOf: AsOf): LogPoint | undefined;
  /** Undefined while no event has touched the timeline. Without a key: of all timelines. One look-up. */
  lastChange(key?: string): LogPoint | undefined;
  page(key: string, query: TimelineQuery): TimelinePage;
  /** Undefined while it has no entries. */
  summary(key: string, asOf: Ordinal): TimelineSummary | undefined;
  /**
   * How the entries are spread over time: their days, in no particular order, each pair once. Undefined when more than `entriesMax` would have to be looked at, so that it costs no more than that at any size.
   */
  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined;
  /**
   * How many entries came into the timeline, or changed in it, to what the filter lets through: one that changed twice
   * counts twice, so that the counts of two stretches are together that of both. What left is not counted. Undefined
   * when more than `changesMax` would have to be looked at, so that it costs no more than that at any size.
   */
  changes(key: string, query: ChangesQuery): number | undefined;
  /** Timelines in the order of their keys (code units). */
  index(query: IndexQuery): readonly TimelineSummary[];
}
