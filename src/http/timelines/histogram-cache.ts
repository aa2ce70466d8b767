import { LRUCache } from 'lru-cache';
import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';
import { bucketize, type TimeBuckets } from '../../web/components/time-buckets.ts';
import type { PageRequest } from './query.ts';

/** Counting this many entries takes about 10 ms, and several times as long with a filter that looks into each entry. */
const COUNTED_ENTRIES_MAX = 50_000;
/** Per projection. A histogram takes a few kilobytes. */
const HISTOGRAMS_MAX = 200;

type HistogramCache = LRUCache<string, { readonly histogram: TimeBuckets | undefined }>;

/**
 * Rows are immutable at a given ordinal. New rows come with a new reader, so the cache of the old ones is collected.
 */
const caches = new WeakMap<TimelineReader, HistogramCache>();

/**
 * Returns the number of entries that pass the filter for each time bucket; undefined if there are too many to count.
 * All pages, orders and page sizes of a timeline share one histogram, which is counted once per change of the
 * timeline.
 */
export function cachedHistogram(
  reader: TimelineReader,
  key: string,
  filter: PageRequest['filter'],
  asOf: LogPoint,
): TimeBuckets | undefined {
  const cache = cacheOf(reader);
  const { order, limit, ...counted } = filter;
  const cacheKey = JSON.stringify([key, asOf.ordinal, counted]);
  const cached = cache.get(cacheKey);
  if (cached !== undefined) return cached.histogram;
  const query = { ...counted, asOf: asOf.ordinal, entriesMax: COUNTED_ENTRIES_MAX };
  const density = reader.density(key, query);
  const histogram = density && bucketize(density, filter);
  cache.set(cacheKey, { histogram });
  return histogram;
}

function cacheOf(reader: TimelineReader): HistogramCache {
  const cache = caches.get(reader) ?? new LRUCache({ max: HISTOGRAMS_MAX });
  caches.set(reader, cache);
  return cache;
}
