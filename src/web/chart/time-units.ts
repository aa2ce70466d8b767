import { type CountableTimeInterval, type TimeInterval, utcDay, utcMonday, utcMonth, utcYear } from 'd3-time';
import { LRUCache } from 'lru-cache';
import { type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import { formatOccurred } from '../text/format-date.ts';

/*
 * A civil day is the midnight in UTC that begins it, and a serial is the number of such days since 1970-01-01, so
 * neither zones nor summer time matter.
 */

export interface TimeUnit {
  readonly name: string;
  readonly interval: TimeInterval;
  /** How many days one unit has at most. */
  readonly daysMax: number;
  /** Returns how many units have days in the range. */
  readonly countIn: (first: number, last: number) => number;
}

/** Shortest first. */
export const TIME_UNITS: readonly TimeUnit[] = [
  unitOf('day', utcDay, 1),
  unitOf('week', utcMonday, 7),
  unitOf('month', utcMonth, 31),
  unitOf('quarter', utcMonth, 92, 3),
  unitOf('year', utcYear, 366),
  unitOf('five years', utcYear, 1827, 5),
  unitOf('decade', utcYear, 3653, 10),
  unitOf('fifty years', utcYear, 18263, 50),
  unitOf('century', utcYear, 36525, 100),
];

function unitOf(name: string, part: CountableTimeInterval, daysMax: number, parts = 1): TimeUnit {
  const interval = parts === 1 ? part : part.every(parts);
  if (interval === null) throw new RangeError(`There is no interval of ${parts}.`);
  return {
    name,
    interval,
    daysMax,
    countIn: (first, last) => {
      const start = interval.floor(midnightOf(first));
      return Math.floor(part.count(start, midnightOf(last)) / parts) + 1;
    },
  };
}

const DAY_MS = 86_400_000;

export function midnightOf(serial: number): Date {
  return new Date(serial * DAY_MS);
}

export function serialOf(date: Date): number {
  return date.getTime() / DAY_MS;
}

/** The days with four-digit years. EDTF level 1 has no others. */
export const [FIRST_DAY, LAST_DAY] = [daySerial('0001-01-01' as Day), daySerial('9999-12-31' as Day)];

/** Consecutive days, and how pages name them. */
export interface Period {
  /** Serials. */
  readonly first: number;
  readonly last: number;
  /** The bounds as a filter takes them: years or months if the days are whole ones, otherwise days. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** @param first serial of the first day */
export function periodOf(first: number, last: number): Period {
  return periods.memo(`${first}/${last}`, { context: { first, last } });
}

const PERIODS_MAX = 4_096;

/** Most timelines show the same periods, and formatting dates takes longer than counting entries. */
const periods = new LRUCache<string, Period, Pick<Period, 'first' | 'last'>>({
  max: PERIODS_MAX,
  memoMethod: (_key, _stale, { context: { first, last } }) => {
    const [from, to] = boundsOf(dayOfSerial(first), dayOfSerial(last), dayOfSerial(last + 1));
    return { first, last, from, to, label: formatOccurred({ edtf: from === to ? from : `${from}/${to}` }) };
  },
});

/** @param next the day after the last */
function boundsOf(first: string, last: string, next: string): readonly [string, string] {
  const isWholeMonths = first.endsWith('-01') && next.endsWith('-01');
  if (!isWholeMonths) return [first, last];
  const isWholeYears = first.endsWith('-01-01') && last.endsWith('-12-31');
  const precision = isWholeYears ? 'YYYY'.length : 'YYYY-MM'.length;
  return [first.slice(0, precision), last.slice(0, precision)];
}
