import { subDays } from 'date-fns/subDays';
import { LRUCache } from 'lru-cache';
import type { Day } from '../../domain/values/edtf.ts';
import { type BucketText, type TimeUnit, toDay } from './time-units.ts';

/** The time of a bucket. */
export interface Period {
  readonly text: BucketText;
  readonly first: Day;
  readonly last: Day;
}

interface Bounds {
  readonly start: Date;
  readonly unit: TimeUnit;
}

const PERIODS_MAX = 4_096;

/** Most timelines show the same periods, and formatting dates takes longer than counting entries. */
const cache = new LRUCache<string, Period, Bounds>({
  max: PERIODS_MAX,
  memoMethod: (_key, _stale, { context: { start, unit } }) => {
    const end = subDays(unit.add(start, 1), 1);
    return { text: unit.describe(start, end), first: toDay(start), last: toDay(end) };
  },
});

/** @param first the day that the first period begins with */
export function periodsFrom(first: Date, unit: TimeUnit, count: number): readonly Period[] {
  return Array.from({ length: count }, (_, index) => {
    const start = unit.add(first, index);
    return cache.memo(`${unit.name} ${start.getTime()}`, { context: { start, unit } });
  });
}
