import { utcMonth } from 'd3-time';
import { daySerial } from '../../domain/values/edtf.ts';
import type { TimelineQuery, TimelineSummary } from '../../projector/timeline-store.ts';
import {
  FIRST_DAY,
  LAST_DAY,
  midnightOf,
  type Period,
  periodOf,
  serialOf,
  TIME_UNITS,
} from './time-units.ts';

/** Where a reader can go from a range of days. */
export interface RangeLinks {
  readonly current: Period;
  /** The range as long as this one before it, if the timeline reaches there. */
  readonly previous: Period | undefined;
  readonly next: Period | undefined;
  /** The smallest month, year, decade or century around the range that is less than the whole timeline. */
  readonly wider: Period | undefined;
}

const WIDER_UNITS = TIME_UNITS.filter(({ name }) => ['month', 'year', 'decade', 'century'].includes(name));

type TimeFilter = Pick<TimelineQuery, 'from' | 'to'>;

/** Returns undefined if the filter has no range. An end that it leaves open is that of the timeline. */
export function rangeLinks(
  { from, to }: TimeFilter,
  summary: Pick<TimelineSummary, 'earliest' | 'latest'> | undefined,
): RangeLinks | undefined {
  if (from === undefined && to === undefined) return undefined;
  const begin = summary?.earliest === undefined ? FIRST_DAY : daySerial(summary.earliest);
  const end = summary?.latest === undefined ? LAST_DAY : daySerial(summary.latest);
  const first =
    from !== undefined ? daySerial(from) : Math.min(begin, to === undefined ? begin : daySerial(to));
  const last = to === undefined ? Math.max(end, first) : daySerial(to);
  const reaches = (period: Period): Period | undefined =>
    period.last >= begin && period.first <= end ? period : undefined;
  return {
    current: periodOf(first, last),
    previous: first <= FIRST_DAY ? undefined : reaches(shifted(first, last, -1)),
    next: last >= LAST_DAY ? undefined : reaches(shifted(first, last, 1)),
    wider: widerPeriod({ first, last }, { first: begin, last: end }),
  };
}

/** Whole months are followed by as many months, other days by as many days. */
function shifted(first: number, last: number, direction: 1 | -1): Period {
  const [start, next] = [midnightOf(first), midnightOf(last + 1)];
  const isWholeMonths = start.getUTCDate() === 1 && next.getUTCDate() === 1;
  const months = isWholeMonths ? utcMonth.count(start, next) : 0;
  const moved = (date: Date): number =>
    isWholeMonths
      ? serialOf(utcMonth.offset(date, direction * months))
      : serialOf(date) + direction * (last - first + 1);
  return periodOf(Math.max(moved(start), FIRST_DAY), Math.min(moved(next) - 1, LAST_DAY));
}

interface DayRange {
  readonly first: number;
  readonly last: number;
}

function widerPeriod({ first, last }: DayRange, whole: DayRange): Period | undefined {
  for (const { interval } of WIDER_UNITS) {
    const start = interval.floor(midnightOf(first));
    const [wider, end] = [serialOf(start), serialOf(interval.offset(start, 1)) - 1];
    if (end < last || (wider === first && end === last)) continue;
    if (wider <= whole.first && end >= whole.last) return undefined;
    return periodOf(Math.max(wider, FIRST_DAY), Math.min(end, LAST_DAY));
  }
  return undefined;
}
