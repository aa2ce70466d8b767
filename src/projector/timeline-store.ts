import type { InboundLink } from '../domain/record/record-version.ts';
import type { SearchTerm } from '../domain/search/text-query.ts';
import type { DateSpan, Day } from '../domain/values/edtf.ts';
import type { Position } from '../event-store/event-store.ts';
import type { ListItem, TimelineList } from './timeline-list.ts';

/**
 * The port of the timelines: what the projector writes and what the API reads.
 *
 * One store holds the rows and the checkpoint of one projection. Rows are versioned: each is valid from the ordinal of
 * the event that made it up to the ordinal of the event that replaced it, so reading an earlier state costs the same as
 * reading the present one.
 */

declare const brand: unique symbol;

/** Number of an event in log order, from 1. It is the same in every replica and after every rebuild. */
export type Ordinal = number & { readonly [brand]: 'Ordinal' };

/** A point of the log: the state once this event had been recorded. */
export interface LogPoint {
  readonly ordinal: Ordinal;
  readonly position: Position;
  /** `recordedAt` of the event, RFC 3339. */
  readonly instant: string;
  /** Rows belong to a log only if it has the event with this id at this position. */
  readonly eventId: string;
}

/** The last event that the rows contain. */
export interface Checkpoint extends LogPoint {
  /** Eight hex digits derived from the id and the `recordedAt` of the log's first event. They differ between logs. */
  readonly lineage: string;
}

/** The values that a reader can filter by. */
export interface Facets {
  readonly type: string;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs: readonly string[];
  /** Names of the speakers in the form that `normalizeName` returns. They are filtered by, but not shown. */
  readonly speakers?: readonly string[];
  /** Names of the outlets that reported it, in the same form. */
  readonly outlets?: readonly string[];
  /** Names of those who relayed what was said, in the same form. */
  readonly relays?: readonly string[];
  /** Names of the institutions that issued it, in the same form. */
  readonly institutions?: readonly string[];
  /** What countries have to do with it, such as `CN:said` and `PK:about`. */
  readonly countryRoles?: readonly string[];
  /** The words that it is found by, as `searchableWords` returns them. */
  readonly words?: string;
}

/** Maximum number of items of one event. */
export const ITEMS_MAX = 4_096;

/** Maximum number of days that a date may mean beyond its stated span, on each side. */
export const MARGIN_DAYS_MAX = 366;

/** What a date may mean, if that is not simply all days of its span for certain. */
export interface DateReach {
  /** The days that the date may mean: spans in order, with days between them. */
  readonly spans: readonly DateSpan[];
  /** False if the date is qualified or has an unknown end: then it is in no range for certain. */
  readonly canBeCertain: boolean;
}

/** Where timelines show an entry: its sort key but for the event and the item, and the keys of the timelines. */
export interface EntryPlace {
  /** First day as stated; undefined for an open or unknown start, which sorts before all days. */
  readonly earliest: Day | undefined;
  /** Last day as stated; undefined for an open or unknown end, which sorts after all days. */
  readonly latest: Day | undefined;
  /** A safe integer that sorts entries with the same first and last day. */
  readonly rank: number;
  readonly keys: readonly string[];
}

/** One version of one entry, as the projector passes it to the store. */
export interface EntryVersion extends Omit<EntryPlace, 'keys'> {
  /** Ordinal of the event that the entry shows. Entries are sorted by dates, rank, ordinal and item. */
  readonly eventOrdinal: Ordinal;
  /** Index of the item that the entry shows among the items of the event: 0, 1, 2… below `ITEMS_MAX`. */
  readonly item: number;
  /** The event that makes this version. */
  readonly from: LogPoint;
  /** The version that it replaces, which timelines show. Undefined if none shows the entry before. */
  readonly replaces?: EntryPlace | undefined;
  /** What the date may mean; undefined if it means all days of its span for certain. */
  readonly reach: DateReach | undefined;
  readonly facets: Facets;
  /** The entry as a JSON object, without the fields of its partition. */
  readonly body: string;
  /**
   * Timeline key → JSON object put in front of the body, such as `{"roles":["party"]}`. Empty: no timeline shows it.
   */
  readonly partitions: ReadonlyMap<string, string>;
}

/** A link that an event makes or withdraws. */
export interface LinkVersion {
  /** The name of a record or the id of an event. */
  readonly target: string;
  readonly link: InboundLink;
  /** The event that makes or withdraws it. */
  readonly ordinal: Ordinal;
}

/** What an event makes the item of a timeline in the list of timelines. */
export interface ListItemVersion {
  readonly key: string;
  readonly item: ListItem;
  readonly ordinal: Ordinal;
}

/** The result of projecting consecutive events. */
export interface Batch {
  /** Every one of these events, in log order, from the one after the last checkpoint up to the new one. */
  readonly logPoints: readonly LogPoint[];
  /** The versions that these events make, in log order. */
  readonly versions: readonly EntryVersion[];
  /** The links that these events make and withdraw, in log order. */
  readonly links: readonly LinkVersion[];
  /** The items of the list that these events change, in log order. Absent: none. */
  readonly listItems?: readonly ListItemVersion[];
  readonly checkpoint: Checkpoint;
}

/** The writing half of a store. A store has one writer. */
export interface TimelineWriter {
  checkpoint(): Checkpoint | undefined;
  /** Returns the ordinal of the committed event at this position; undefined if there is none. */
  ordinalAt(position: Position): Ordinal | undefined;
  /** Returns the committed links to a record or an event, withdrawn ones included, in the order of recording. */
  linksTo(target: string): readonly InboundLink[];
  /** Stores the whole batch or nothing. Throws an error if a version replaces one that the store does not have. */
  commit(batch: Batch): void;
  /**
   * Runs commits in one transaction: if one of them throws, none of the batches is stored. Writers that can commit
   * together have the same function; undefined if there are no others.
   */
  readonly transact?: (commits: () => void) => void;
  /**
   * Adds committed entries to the indexes that speed up filters and searches, if there are enough of them. Readers find
   * the same without it. Call it after the commits of a page, on one of the writers that commit together.
   */
  updateIndexes?(): void;
}

export interface TimelineQuery {
  /** First day of the range, inclusive. */
  readonly from?: Day;
  /** Last day of the range, inclusive. */
  readonly to?: Day;
  /**
   * True: all days that the entry may mean lie within the range, and its date can be certain (`DateReach`). False: at
   * least one of the days does.
   */
  readonly certain: boolean;
  /** An entry matches a list if it has any of its values. An empty list matches all entries. */
  readonly types: readonly string[];
  readonly roles: readonly string[];
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs: readonly string[];
  readonly speakers: readonly string[];
  readonly outlets: readonly string[];
  readonly relays: readonly string[];
  readonly institutions: readonly string[];
  readonly countryRoles: readonly string[];
  /** An entry matches if it has all of these terms. */
  readonly text: readonly SearchTerm[];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The state to read: the timeline as it was after this event. */
  readonly asOf: Ordinal;
  /** Exclusive start: the last entry of the previous page. */
  readonly after?: EntryKey;
}

/** The filter that every entry matches. */
export const UNFILTERED = {
  certain: false,
  types: [],
  roles: [],
  countries: [],
  topics: [],
  speechActs: [],
  speakers: [],
  outlets: [],
  relays: [],
  institutions: [],
  countryRoles: [],
  text: [],
} as const satisfies Partial<TimelineQuery>;

/** The sort key of an entry in its timeline. */
export interface EntryKey {
  readonly earliest: number;
  readonly latest: number;
  readonly rank: number;
  /** `entryNumber` of its event and item. */
  readonly entry: number;
}

/** Returns a number that sorts entries by their event, then by their item. */
export function entryNumber({ eventOrdinal, item }: Pick<EntryVersion, 'eventOrdinal' | 'item'>): number {
  return eventOrdinal * ITEMS_MAX + item;
}

export interface TimelinePage {
  /** Entries as JSON objects, in order. */
  readonly entries: readonly string[];
  /** Undefined on the last page. */
  readonly next: EntryKey | undefined;
}

export interface TimelineSummary {
  readonly key: string;
  /** Number of entries, retracted ones included. */
  readonly entries: number;
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** Selects the entries to count. */
export interface DensityQuery extends Omit<TimelineQuery, 'order' | 'limit' | 'after'> {
  /** True to count each type by itself, which looks into every entry and so takes about ten times as long. */
  readonly byType: boolean;
  /** Maximum number of entries to scan. */
  readonly entriesMax: number;
}

/** Selects the entries to count, or whose values are counted. */
export interface CountQuery extends Omit<TimelineQuery, 'order' | 'limit' | 'after'> {
  /** Maximum number of entries to count. */
  readonly entriesMax: number;
}

/** What entries are counted by, under the names that a query has. */
export const COUNTED_FACETS = [
  'types',
  'roles',
  'countries',
  'countryRoles',
  'topics',
  'speechActs',
  'speakers',
  'institutions',
  'relays',
  'outlets',
] as const;

export type CountedFacet = (typeof COUNTED_FACETS)[number];

export interface EntryFacetCounts {
  /** Number of entries that were counted. */
  readonly entries: number;
  /** False if more entries match than were counted. */
  readonly isComplete: boolean;
  /** Value → number of the entries that have it, in no particular order. */
  readonly counts: Readonly<Record<CountedFacet, ReadonlyMap<string, number>>>;
}

/** Selects the changes to count: those made by the events after `after`, up to and including `upTo`. */
export interface ChangesQuery extends Omit<TimelineQuery, 'order' | 'limit' | 'after' | 'asOf'> {
  /** 0 counts from the beginning of the log. */
  readonly after: Ordinal;
  readonly upTo: Ordinal;
  /** Maximum number of changes to scan. */
  readonly changesMax: number;
}

/** Names one change of a timeline: an event changes each entry once. */
export interface ChangeKey {
  /** The event that makes the change. */
  readonly ordinal: Ordinal;
  /** `entryNumber` of the entry. */
  readonly entry: number;
}

/** Selects the events to list: those that changed a timeline after `after`, up to and including `upTo`. */
export interface ChangePointsQuery {
  /** 0 lists from the beginning of the log. */
  readonly after: Ordinal;
  readonly upTo: Ordinal;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/**
 * Selects the changes to list: those made by the events of the range. They are sorted by the event that makes them,
 * then by entry. The filter selects the entries of both states.
 */
export interface EntryChangesQuery
  extends ChangePointsQuery,
    Omit<TimelineQuery, 'order' | 'limit' | 'after' | 'asOf'> {
  /** Maximum number of changes to scan. */
  readonly changesMax: number;
  /** Exclusive start: `next` of the previous page. */
  readonly start?: ChangeKey;
}

/** What one event changes in one entry of a timeline, as far as the entry matches the filter. */
export interface EntryChange {
  /** The event that makes the change. */
  readonly by: LogPoint;
  /** The sort key of the entry after the change; of an entry that leaves, the one before. */
  readonly key: EntryKey;
  /** The entry before the change, as a JSON object; undefined for one that arrives, or matches the filter only now. */
  readonly before: string | undefined;
  /** The entry after the change; undefined for one that leaves, or no longer matches the filter. */
  readonly after: string | undefined;
}

export interface EntryChangesPage {
  /**
   * Changes of a version that this timeline shows unchanged are left out. If `changesMax` were scanned, there may be
   * fewer than the limit.
   */
  readonly changes: readonly EntryChange[];
  /** Undefined on the last page. */
  readonly next: ChangeKey | undefined;
}

/** Selects the latest changes that added a matching entry or changed one, up to and including an event. */
export interface LatestQuery extends Omit<TimelineQuery, 'order' | 'after' | 'asOf'> {
  readonly upTo: Ordinal;
  /** Exclusive start: the last change of the previous page. */
  readonly before?: ChangeKey;
  /** Maximum number of changes to scan. */
  readonly changesMax: number;
}

/** Selects the changes up to and including an event that added a matching entry or changed one. */
export type FirstQuery = Omit<LatestQuery, 'before' | 'limit' | 'changesMax'>;

/** An entry as an event made it. */
export interface LatestChange {
  readonly logPoint: LogPoint;
  /** A JSON object. */
  readonly entry: string;
}

export interface LatestPage {
  /** From the newest to the oldest. If `changesMax` were scanned, there may be fewer than the limit. */
  readonly changes: readonly LatestChange[];
  /** Undefined on the last page. */
  readonly next: ChangeKey | undefined;
}

/** Days as whole days since 1970-01-01; undefined for an end without a day. */
export interface SerialSpan {
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
}

/** The number of entries that have the same first and last day and may mean the same days, and are of the same type. */
export interface DensityCount extends SerialSpan {
  /** Type of the events; empty unless types are counted. */
  readonly type: string;
  readonly entries: number;
  /** As in `EntryVersion`. */
  readonly reach?: { readonly spans: readonly SerialSpan[]; readonly canBeCertain: boolean };
}

/** A log point as a reader names it: the last event at or before a position or an instant (as in `recordedAt`). */
export type AsOf = { readonly position: Position } | { readonly instant: string };

export interface IndexQuery {
  readonly limit: number;
  /** Exclusive start. */
  readonly after?: string;
  /** The state to read. */
  readonly asOf: Ordinal;
}

/** Selects the timelines by a text in their keys. */
export interface KeyQuery {
  /** Case and accents count. */
  readonly text: string;
  /** Exclusive start. */
  readonly after: string;
  /** Maximum number of keys to scan. */
  readonly keysMax: number;
  /** The state to read. */
  readonly asOf: Ordinal;
}

/** Selects the timelines that began last. */
export interface NewestQuery extends Omit<IndexQuery, 'after'> {
  /** Exclusive start: the last timeline of the previous page. */
  readonly before?: NewTimeline;
}

export interface NewTimeline {
  readonly key: string;
  /** The event that made its first entry. */
  readonly ordinal: Ordinal;
}

/** Selects the timelines to count. */
export interface TimelineCountQuery extends Omit<IndexQuery, 'limit'> {
  /** Maximum number of timelines to scan. */
  readonly timelinesMax: number;
}

/** The reading half of a store. Any number of readers may be open while the writer writes. */
export interface TimelineReader {
  /** Name and version of the projection that made the rows, such as `country@1`. */
  readonly projection: string;
  /** Differs between rows if other events or contents were removed from the log before they were made; 0 if none. */
  readonly removals: number;
  checkpoint(): Checkpoint | undefined;
  /** Resolves a log point; undefined if all events that the rows contain come after it. */
  logPointAt(asOf: AsOf): LogPoint | undefined;
  /**
   * Returns the last event that changed the timeline or, without a key, any timeline; undefined if none has. Costs one
   * look-up.
   */
  lastChange(key?: string): LogPoint | undefined;
  page(key: string, query: TimelineQuery): TimelinePage;
  /** Returns the links to a record or an event as of an ordinal, withdrawn ones included, in the order of recording. */
  linksTo(target: string, asOf: Ordinal): readonly InboundLink[];
  /** Undefined if the timeline has no entries. */
  summary(key: string, asOf: Ordinal): TimelineSummary | undefined;
  /**
   * Counts the matching entries by what their dates may mean, in no particular order. Undefined if more than
   * `entriesMax` entries would have to be scanned, which bounds the cost at any size.
   */
  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined;
  /**
   * Returns the number of matching entries, but no more than `entriesMax` + 1. It costs as much as a page of that
   * many entries without their texts.
   */
  countMatches(key: string, query: CountQuery): number;
  /**
   * Counts the values of the matching entries or, if there are more than `entriesMax`, of the last of them in the order
   * of the timeline. It costs as much as a page of that many entries without their texts.
   */
  facetCounts(key: string, query: CountQuery): EntryFacetCounts;
  /**
   * Counts the changes that added a matching entry to the timeline or changed one. An entry that changed twice counts
   * twice, so the counts of adjacent ranges of the log add up. Removed entries are not counted. Undefined if more than
   * `changesMax` changes would have to be scanned, which bounds the cost at any size.
   */
  changes(key: string, query: ChangesQuery): number | undefined;
  /**
   * Lists what events changed in the timeline. Applied in ascending order to the entries that match the filter as of
   * `after`, the changes give those that match it as of `upTo`. The cost depends on the number of changes that are
   * scanned, not on the size of the log.
   */
  entryChanges(key: string, query: EntryChangesQuery): EntryChangesPage;
  /** Returns the latest changes of the timeline. Removed entries are left out. */
  latest(key: string, query: LatestQuery): LatestPage;
  /**
   * Returns the first change that made a matching entry, which may have changed since; undefined if there is none. The
   * cost depends on how many entries match if the query has words; otherwise on how many changes come before.
   */
  first(key: string, query: FirstQuery): LatestChange | undefined;
  /** Lists the events that changed the timeline, in the order of the log. The cost depends on the limit only. */
  changePoints(key: string, query: ChangePointsQuery): readonly LogPoint[];
  /** Lists the timelines that have entries, in the order of their keys (UTF-16 code units). */
  index(query: IndexQuery): readonly TimelineSummary[];
  /** Lists the timelines with entries whose keys contain a text, in the order of their keys. */
  find(query: KeyQuery): readonly TimelineSummary[];
  /**
   * Returns the timelines that have entries, to sort and filter them by their items. A timeline without an item has
   * `BARE_ITEM`. The first list of a store, and that of an earlier state, reads all items; the next ones what changed.
   */
  list(asOf: Ordinal): TimelineList;
  /** Reads the items of the first list in parts, with other work in between. Otherwise, `list` reads them at once. */
  loadList(): Promise<void>;
  /**
   * Lists the timelines from the one that began last, those of one event in descending order of their keys. Timelines
   * that have become empty are among them. The cost depends on the limit only.
   */
  newest(query: NewestQuery): readonly NewTimeline[];
  /**
   * Counts the timelines that have entries. Undefined if more than `timelinesMax` timelines would have to be scanned,
   * which bounds the cost at any size.
   */
  count(query: TimelineCountQuery): number | undefined;
}
