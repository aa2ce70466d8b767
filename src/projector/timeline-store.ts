import type { Day } from '../domain/edtf.ts';
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

/** An event as a moment of the record: after it, something reads differently. */
export interface Change {
  readonly ordinal: Ordinal;
  readonly position: Position;
  /** `recordedAt` of the event, RFC 3339. */
  readonly instant: string;
}

/** How far the rows have come. */
export interface Checkpoint extends Change {
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
}

/** One version of one entry, as the engine hands it to the store. */
export interface EntryVersion {
  /** Ordinal of the event that the entry shows; with the dates, the order of the timeline. */
  readonly record: Ordinal;
  /** Position of that event. */
  readonly position: Position;
  /** The event that makes this version: its place and its `recordedAt`. */
  readonly from: Change;
  /** Undefined: an open start, before all days. */
  readonly earliest: Day | undefined;
  /** Undefined: an open end, after all days. */
  readonly latest: Day | undefined;
  readonly facets: Facets;
  /** JSON object, as it goes out but for the matter of the partition. */
  readonly body: string;
  /** Timeline key → JSON object that is laid before the body, e.g. `{"roles":["party"]}`. May be empty. */
  readonly partitions: ReadonlyMap<string, string>;
}

/** The writing half; one writer a store. */
export interface TimelineWriter {
  checkpoint(): Checkpoint | undefined;
  /** Ordinal of the event at a position that was put before; undefined when there is none. */
  ordinalAt(position: Position): Ordinal | undefined;
  /**
   * Stores versions, in log order, together with the checkpoint that they lead to, or nothing at all. A version that
   * says the same as the one before it is left out. A stored version replaces the one before it from `from` on.
   */
  commit(versions: readonly EntryVersion[], checkpoint: Checkpoint): void;
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
} as const satisfies Partial<TimelineQuery>;

/** Place of an entry in its timeline. */
export interface EntryKey {
  readonly earliest: number;
  readonly latest: number;
  readonly record: Ordinal;
}

export interface TimelinePage {
  /** Entries as JSON objects, in order. */
  readonly entries: readonly string[];
  /** Undefined on the last page. */
  readonly next: EntryKey | undefined;
}

export interface TimelineSummary {
  readonly key: string;
  /** Entries of the present, retracted ones included. */
  readonly entries: number;
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** The reading half; any number of readers beside the writer. */
export interface TimelineReader {
  /** `country@1`: name and version of the projection that made the rows. */
  readonly projection: string;
  checkpoint(): Checkpoint | undefined;
  /** Undefined while no event has touched the timeline. Without a key: of all timelines. One look-up. */
  lastChange(key?: string): Change | undefined;
  page(key: string, query: TimelineQuery): TimelinePage;
  /** Timelines in the order of their keys (code units), after a key. */
  index(options: { readonly limit: number; readonly after?: string }): readonly TimelineSummary[];
}
