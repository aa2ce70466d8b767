import type { Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';
import { cachePerReader } from '../reader-cache.ts';

/** Scanning this many timelines in the present state takes some 40 ms. */
const PRESENT_TIMELINES_MAX = 50_000;
/** As of an earlier state, each takes a look-up if it has changed since. This many take some 60 ms. */
const PAST_TIMELINES_MAX = 3_000;
/** Per projection. */
const COUNTS_MAX = 100;

const cacheOf = cachePerReader<string, { readonly count: number | undefined }>({ max: COUNTS_MAX });

/**
 * Counts the timelines that have entries; undefined if there are too many. All pages of a list share the count, which
 * is made once per state.
 *
 * @param after the key before the first one
 */
export function countTimelines(reader: TimelineReader, asOf: Ordinal, after = ''): number | undefined {
  const cache = cacheOf(reader);
  const key = `${asOf} ${after}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached.count;
  const isPresent = reader.lastChange()?.ordinal === asOf;
  const timelinesMax = isPresent ? PRESENT_TIMELINES_MAX : PAST_TIMELINES_MAX;
  const count = reader.count({ asOf, after, timelinesMax });
  cache.set(key, { count });
  return count;
}
