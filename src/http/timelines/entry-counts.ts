import { LRUCache } from 'lru-cache';
import type { LogPoint, TimelinePage, TimelineReader } from '../../projector/timeline-store.ts';
import { bucketize, type TimeBuckets } from '../../web/components/time-buckets.ts';
import type { PageRequest } from './query.ts';

/** Counting this many entries takes about 10 ms, and several times as long with a filter that looks into each entry. */
const COUNTED_ENTRIES_MAX = 50_000;
/** Per projection. A histogram takes a few kilobytes. */
const COUNTS_MAX = 200;

/** The entries that pass a filter. Both are undefined if there are too many to count. */
interface EntryCounts {
  readonly total: number | undefined;
  /** Their number for each time bucket. */
  readonly histogram: TimeBuckets | undefined;
}

type CountsCache = LRUCache<string, EntryCounts>;

/**
 * Rows are immutable at a given ordinal. New rows come with a new reader, so the cache of the old ones is collected.
 */
const caches = new WeakMap<TimelineReader, CountsCache>();

/**
 * Counts the entries that pass the filter. All pages, orders and page sizes of a timeline share the counts, which are
 * made once per change of the timeline.
 */
export function cachedCounts(
  reader: TimelineReader,
  key: string,
  filter: PageRequest['filter'],
  asOf: LogPoint,
): EntryCounts {
  const cache = cacheOf(reader);
  const { order, limit, ...counted } = filter;
  const cacheKey = JSON.stringify([key, asOf.ordinal, counted]);
  const cached = cache.get(cacheKey);
  if (cached !== undefined) return cached;
  const query = { ...counted, asOf: asOf.ordinal, entriesMax: COUNTED_ENTRIES_MAX };
  const density = reader.density(key, query);
  const counts = {
    total: density?.reduce((sum, { entries }) => sum + entries, 0),
    histogram: density && bucketize(density, filter),
  };
  cache.set(cacheKey, counts);
  return counts;
}

/**
 * Returns how many entries pass the filter; undefined if there are too many to count. Counts only if neither the size
 * of the timeline nor the page tells.
 */
export function totalOf(
  reader: TimelineReader,
  key: string,
  { filter, cursor }: PageRequest,
  { entries, next }: TimelinePage,
  asOf: LogPoint,
): number | undefined {
  if (cursor === undefined && next === undefined) return entries.length;
  if (isUnfiltered(filter)) return reader.summary(key, asOf.ordinal)?.entries ?? 0;
  return cachedCounts(reader, key, filter, asOf).total;
}

function isUnfiltered({ order, limit, certain, ...filter }: PageRequest['filter']): boolean {
  return Object.values(filter).every((value) => Array.isArray(value) && value.length === 0);
}

function cacheOf(reader: TimelineReader): CountsCache {
  const cache = caches.get(reader) ?? new LRUCache({ max: COUNTS_MAX });
  caches.set(reader, cache);
  return cache;
}
