import { LRUCache } from 'lru-cache';
import { daySerial } from '../../domain/values/edtf.ts';
import { type EntryFilter, rangeTest } from '../../projector/entry-filter.ts';
import {
  type DensityCount,
  type LogPoint,
  type Ordinal,
  type TimelinePage,
  type TimelineReader,
  type TimelineSummary,
  UNFILTERED,
} from '../../projector/timeline-store.ts';
import { DatedCounts } from '../../web/chart/dated-counts.ts';
import { sumOf } from '../../web/chart/sum-of.ts';
import { binEntries, type TimeBins } from '../../web/chart/time-bins.ts';
import type { PageRequest } from './query.ts';

/** Counting this many entries takes about 10 ms, and several times as long with a filter that looks into each entry. */
const COUNTED_ENTRIES_MAX = 50_000;
/** The same with a filter by words, which reads those of each entry. */
const COUNTED_TEXTS_MAX = 10_000;
/** Matches that are looked up one by one where entries are too many to count, which takes some 5 ms at any size. */
const MATCHES_MAX = 500;
/**
 * The chart of a longer timeline does not tell the kinds apart, unless a filter looks into each entry anyway. Counting
 * the types of this many takes about 30 ms.
 */
const TYPED_ENTRIES_MAX = 20_000;
/** Per projection. A histogram takes a few kilobytes. */
const COUNTS_MAX = 200;
/** Counts by dates of whole timelines, per projection. Each takes about 60 bytes. */
const DATES_MAX = 16_384;
/** States of timelines, per projection. */
const STATES_MAX = 1_024;

/** How many entries pass a filter. If it is not exact, there are more. */
export interface EntryTotal {
  readonly total: number;
  readonly isTotalExact: boolean;
}

/** The entries that pass a filter. */
interface EntryCounts extends EntryTotal {
  /** Their number for each time bin; undefined if there are too many. */
  readonly histogram: TimeBins | undefined;
}

/** Counts the entries of the timelines of a reader. Rows at a given ordinal are immutable: no count becomes stale. */
class EntryCounter {
  readonly #reader: TimelineReader;
  /** By filter and state. */
  readonly #counts = new LRUCache<string, EntryCounts>({ max: COUNTS_MAX });
  /** By state. Without counts if a timeline has too many entries or dates. */
  readonly #timelines = new LRUCache<string, { readonly counts: DatedCounts | undefined }>({
    maxSize: DATES_MAX,
    sizeCalculation: ({ counts }) => (counts?.size ?? 0) + 1,
  });
  /** By state: the number of entries that were counted in ranges of the timeline. */
  readonly #countedInRanges = new LRUCache<string, number>({ max: STATES_MAX });

  /** By state. A timeline without entries is not kept. */
  readonly #summaries = new LRUCache<string, TimelineSummary>({ max: STATES_MAX });

  constructor(reader: TimelineReader) {
    this.#reader = reader;
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const state = stateOf(key, asOf);
    const kept = this.#summaries.get(state);
    if (kept !== undefined) return kept;
    const summary = this.#reader.summary(key, asOf);
    if (summary !== undefined) this.#summaries.set(state, summary);
    return summary;
  }

  total(key: string, filter: EntryFilter, asOf: Ordinal): EntryTotal {
    const kept = this.#counts.get(countsId(key, filter, asOf));
    if (kept !== undefined) return kept;
    const timeline = this.#timeline(key, filter, asOf);
    return timeline === undefined
      ? this.#count(key, filter, asOf)
      : exactly(totalIn(inRange(timeline, filter), filter));
  }

  histogram(key: string, filter: EntryFilter, asOf: Ordinal): TimeBins | undefined {
    return this.#count(key, filter, asOf).histogram;
  }

  #count(key: string, filter: EntryFilter, asOf: Ordinal): EntryCounts {
    const id = countsId(key, filter, asOf);
    const kept = this.#counts.get(id);
    if (kept !== undefined) return kept;
    const dates = this.dates(key, filter, asOf);
    const total =
      dates === undefined ? this.#boundedTotal(key, filter, asOf) : exactly(totalIn(dates, filter));
    const counts = { ...total, histogram: dates && binEntries(dates, filter) };
    this.#counts.set(id, counts);
    return counts;
  }

  #boundedTotal(key: string, filter: EntryFilter, asOf: Ordinal): EntryTotal {
    const matches = this.#reader.countMatches(key, { ...filter, asOf, entriesMax: MATCHES_MAX });
    return { total: Math.min(matches, MATCHES_MAX), isTotalExact: matches <= MATCHES_MAX };
  }

  /** Returns the dates of the entries that pass the filter; undefined if there are too many. */
  dates(key: string, filter: EntryFilter, asOf: Ordinal): DatedCounts | undefined {
    const timeline = this.#timeline(key, filter, asOf);
    if (timeline !== undefined) return inRange(timeline, filter);
    const density = this.#density(key, filter, asOf);
    const dates = density && DatedCounts.of(density);
    if (!hasLists(filter)) {
      const state = stateOf(key, asOf);
      const counted = dates === undefined ? 0 : totalIn(dates, filter);
      this.#countedInRanges.set(state, (this.#countedInRanges.get(state) ?? 0) + counted);
    }
    return dates;
  }

  /**
   * Returns the counts of the whole timeline, which give those of any range of days. They are made when as many entries
   * have been counted in ranges, so that counting costs at most twice as much as it must. Undefined before that, and
   * if the filter selects by more than days.
   */
  #timeline(key: string, filter: EntryFilter, asOf: Ordinal): DatedCounts | undefined {
    if (hasLists(filter)) return undefined;
    const state = stateOf(key, asOf);
    const kept = this.#timelines.get(state);
    if (kept !== undefined) return kept.counts;
    if (hasRange(filter) && !this.#isDue(key, state, asOf)) return undefined;
    const density = this.#density(key, UNFILTERED, asOf);
    const counts = density === undefined || density.length >= DATES_MAX ? undefined : DatedCounts.of(density);
    this.#timelines.set(state, { counts });
    return counts;
  }

  #isDue(key: string, state: string, asOf: Ordinal): boolean {
    const counted = this.#countedInRanges.get(state);
    return counted !== undefined && counted >= (this.summary(key, asOf)?.entries ?? 0);
  }

  #density(key: string, filter: EntryFilter, asOf: Ordinal): readonly DensityCount[] | undefined {
    const entriesMax = filter.text.length > 0 ? COUNTED_TEXTS_MAX : COUNTED_ENTRIES_MAX;
    const isShort = (this.summary(key, asOf)?.entries ?? 0) <= TYPED_ENTRIES_MAX;
    const byType = isShort || hasLists(filter);
    return this.#reader.density(key, { ...filter, asOf, byType, entriesMax });
  }
}

/** New rows come with a new reader, so the counts of the old ones are collected. */
const counters = new WeakMap<TimelineReader, EntryCounter>();

function counterOf(reader: TimelineReader): EntryCounter {
  const counter = counters.get(reader) ?? new EntryCounter(reader);
  counters.set(reader, counter);
  return counter;
}

export function exactly(total: number): EntryTotal {
  return { total, isTotalExact: true };
}

/** The total of a timeline before the first event. */
export const NO_ENTRIES = exactly(0);

/** Returns the summary of a timeline; undefined if it has no entries. */
export function summaryAt(reader: TimelineReader, key: string, asOf: LogPoint): TimelineSummary | undefined {
  return counterOf(reader).summary(key, asOf.ordinal);
}

/** Returns how many entries pass the filter. Counts only if neither the size of the timeline nor the page tells. */
export function totalOf(
  reader: TimelineReader,
  key: string,
  { filter, cursor }: PageRequest,
  { entries, next }: TimelinePage,
  asOf: LogPoint,
): EntryTotal {
  if (cursor === undefined && next === undefined) return exactly(entries.length);
  return filteredTotal(reader, key, countedFilter(filter), asOf);
}

/** Returns how many entries pass the filter, which without a filter is the size of the timeline. */
export function filteredTotal(
  reader: TimelineReader,
  key: string,
  filter: EntryFilter,
  asOf: LogPoint,
): EntryTotal {
  if (isUnfiltered(filter)) return exactly(summaryAt(reader, key, asOf)?.entries ?? 0);
  return counterOf(reader).total(key, filter, asOf.ordinal);
}

/** Returns the number of entries that pass the filter, for each time bin; undefined if there are too many. */
export function histogramOf(
  reader: TimelineReader,
  key: string,
  filter: PageRequest['filter'],
  asOf: LogPoint,
): TimeBins | undefined {
  return counterOf(reader).histogram(key, countedFilter(filter), asOf.ordinal);
}

/** Returns the dates of the entries that pass the filter; undefined if there are too many to count. */
export function datedCountsOf(
  reader: TimelineReader,
  key: string,
  filter: EntryFilter,
  asOf: LogPoint,
): DatedCounts | undefined {
  return counterOf(reader).dates(key, filter, asOf.ordinal);
}

function countedFilter({ order, limit, ...counted }: PageRequest['filter']): EntryFilter {
  return counted;
}

type Range = Pick<EntryFilter, 'from' | 'to' | 'certain'>;

/** Returns the counts of a whole timeline without the dates that are not in the range. */
export function inRange(timeline: DatedCounts, range: Range): DatedCounts {
  return hasRange(range) || range.certain
    ? timeline.withOthers(timeline.others.filter(rangeTest(range)))
    : timeline;
}

/** @param dates those in the range */
export function totalIn(dates: DatedCounts, { from, to }: Range): number {
  const ofDays = dates.countsIn(from && daySerial(from), to && daySerial(to));
  return sumOf(ofDays) + sumOf(dates.others.map(({ entries }) => entries));
}

function countsId(key: string, filter: EntryFilter, asOf: Ordinal): string {
  return JSON.stringify([key, asOf, filter]);
}

function stateOf(key: string, asOf: Ordinal): string {
  return JSON.stringify([key, asOf]);
}

function isUnfiltered(filter: EntryFilter): boolean {
  return !filter.certain && !hasRange(filter) && !hasLists(filter);
}

function hasRange({ from, to }: Range): boolean {
  return from !== undefined || to !== undefined;
}

function hasLists(filter: EntryFilter): boolean {
  return Object.values(filter).some((value) => Array.isArray(value) && value.length > 0);
}
