import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';
import { bucketize, type TimeBuckets } from '../../web/components/time-buckets.ts';
import type { PageRequest } from './query.ts';

/** Entries that are counted to draw how they are spread: ten milliseconds, and some tens where a filter looks into each. */
const COUNTED_ENTRIES_MAX = 50_000;
/** Of one projection; each takes some kilobytes. */
const SPREADS_MAX = 200;

/** Of the rows that a reader has: other rows have another reader, and what is known of these goes with it. */
const spreads = new WeakMap<TimelineReader, Map<string, TimeBuckets | undefined>>();

/**
 * How the entries that a filter lets through are spread over time at a moment; undefined: too many to be counted. All
 * pages, orders and sizes of one list share the answer, so that it is counted once for each change of the timeline.
 */
export function cachedHistogram(
  reader: TimelineReader,
  key: string,
  filter: PageRequest['filter'],
  moment: LogPoint,
): TimeBuckets | undefined {
  const known = spreads.get(reader) ?? new Map<string, TimeBuckets | undefined>();
  spreads.set(reader, known);
  const { order, limit, ...counted } = filter;
  const asked = JSON.stringify([key, moment.ordinal, counted]);
  if (known.has(asked)) return known.get(asked);
  const query = { ...counted, asOf: moment.ordinal, entriesMax: COUNTED_ENTRIES_MAX };
  const density = reader.density(key, query);
  const spread = density && bucketize(density, filter);
  const [oldest = asked] = known.keys();
  if (known.size >= SPREADS_MAX) known.delete(oldest);
  known.set(asked, spread);
  return spread;
}
