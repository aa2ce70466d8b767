import { ticks } from 'd3-array';
import { utcDay, utcTicks } from 'd3-time';
import { LRUCache } from 'lru-cache';
import { monthName } from '../text/format-date.ts';
import { midnightOf, serialOf } from './time-units.ts';

/** A mark of an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const TIME_TICKS = 9;

const RANGES_MAX = 256;

/** Returns round days, months or years of a range, at their serials. Many timelines are shown in the same range. */
export function timeTicks(first: number, last: number): readonly Tick[] {
  return ticksOfRanges.memo(`${first}/${last}`, { context: { first, last } });
}

const ticksOfRanges = new LRUCache<
  string,
  readonly Tick[],
  { readonly first: number; readonly last: number }
>({
  max: RANGES_MAX,
  memoMethod: (_key, _stale, { context: { first, last } }) => {
    const [start, end] = [midnightOf(first), midnightOf(last)];
    const dates =
      last - first < TIME_TICKS
        ? utcDay.range(start, midnightOf(last + 1))
        : utcTicks(start, end, TIME_TICKS);
    return dates.map((date) => ({ value: serialOf(date), label: labelOf(date) }));
  },
});

/** “2014”, “Mar” or “8 Sep”. */
function labelOf(date: Date): string {
  const [year, month, day] = date.toISOString().slice(0, 'YYYY-MM-DD'.length).split('-');
  const monthLabel = monthName(month ?? '').slice(0, 3);
  if (day !== '01') return `${Number(day)} ${monthLabel}`;
  return month === '01' ? `${year}` : monthLabel;
}

/** Returns one or two round numbers up to the greatest number of a bin. */
export function countTicks(most: number): readonly number[] {
  const round = ticks(0, most, 2).filter((count) => count > 0 && Number.isInteger(count));
  return round.length === 0 ? [most] : round;
}
