import { entryTypes } from '../../domain/event-types/registry.ts';
import { daySerial } from '../../domain/values/edtf.ts';
import type { DensityCount, TimelineQuery } from '../../projector/timeline-store.ts';
import { binDates, type DateTally } from './date-tally.ts';
import {
  dateOf,
  FIRST_DAY,
  LAST_DAY,
  type Period,
  periodOf,
  serialOf,
  TIME_UNITS,
  type TimeUnit,
} from './time-units.ts';

/** A period of the chart, with the numbers of its entries. */
export interface TimeBin extends Period {
  /** Entries dated entirely and for certain within the period, for each of the kinds. */
  readonly certain: readonly number[];
  /** Entries that may be of the period or of another one. */
  readonly possible: number;
}

export interface TimeBins {
  /** What one bin is. The first and the last are shorter where the range begins and ends. */
  readonly unit: string;
  /** The lanes of the types that occur, in the order of the registry. */
  readonly kinds: readonly string[];
  /** In order of time, without gaps. */
  readonly bins: readonly TimeBin[];
  /** Number of entries that may be of several bins. */
  readonly imprecise: number;
}

/** More would be narrower than a finger on a telephone, and than three pixels. */
const BINS_MAX = 60;

type TimeFilter = Pick<TimelineQuery, 'from' | 'to'>;

/** Serials of the first and the last day. */
interface DayRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Divides the range of the filter, where it has no bound the time of the entries, into bins of the shortest unit that
 * needs no more than `BINS_MAX` and that some entry is dated by. An open or unknown end counts in all bins that it
 * reaches, a set in those of its members, an approximate date also in those of its margin. There are no bins if no day
 * is known.
 */
export function binEntries(counts: readonly DensityCount[], filter: TimeFilter): TimeBins {
  const range = rangeOf(counts, filter);
  if (range === undefined) return { unit: 'day', kinds: [], bins: [], imprecise: 0 };
  const unit = unitFor(range, counts);
  const periods = periodsIn(range, unit, filter);
  const lanes = lanesOf(counts);
  const kinds = [...new Set(lanes.values())];
  const tally = binDates(counts, periods, kinds.length, ({ type }) => kinds.indexOf(lanes.get(type) ?? type));
  const bins = periods.map((period, index) => binOf(period, tally, index));
  const total = sumOf(counts.map(({ entries }) => entries));
  return { unit: unit.name, kinds, bins, imprecise: total - sumOf(tally.certain.flat()) };
}

/** Divides a range without counting entries. */
export function periodsOfRange(first: number, last: number, filter: TimeFilter): readonly Period[] {
  const range = rangeOf([{ earliest: first, latest: last, type: '', entries: 1 }], filter);
  return range === undefined ? [] : periodsIn(range, unitFor(range, []), filter);
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function binOf(period: Period, { certain, possible }: DateTally, index: number): TimeBin {
  return { ...period, certain: certain.map((kind) => kind[index] ?? 0), possible: possible[index] ?? 0 };
}

/** Returns the lane of each type that occurs, in the order of the registry. */
function lanesOf(counts: readonly DensityCount[]): ReadonlyMap<string, string> {
  const types = new Set(counts.map(({ type }) => type));
  const known = entryTypes().filter(({ name }) => types.has(name));
  return new Map([...known.map(({ name, lane }) => [name, lane] as const), ...unknownTypes(types, known)]);
}

/** Types of an extension that is no longer loaded are lanes of their own. */
function unknownTypes(types: ReadonlySet<string>, known: readonly { readonly name: string }[]) {
  const names = new Set(known.map(({ name }) => name));
  return [...types].filter((type) => !names.has(type)).map((type) => [type, type] as const);
}

function rangeOf(counts: readonly DensityCount[], { from, to }: TimeFilter): DayRange | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { earliest, latest } of counts) {
    first = Math.min(first, earliest ?? latest ?? first);
    last = Math.max(last, latest ?? earliest ?? last);
  }
  if (first > last) return undefined;
  const [asked, end] = [from && daySerial(from), to && daySerial(to)];
  first = asked ?? Math.min(first, end ?? first);
  last = end ?? Math.max(last, first);
  return { first, last };
}

function unitFor(range: DayRange, counts: readonly DensityCount[]): TimeUnit {
  const fitting = TIME_UNITS.filter((unit) => binCount(range, unit) <= BINS_MAX);
  const dated = fitting.find((unit) => counts.some((count) => isDatedBy(count, unit)));
  return dated ?? fitting[0] ?? (TIME_UNITS.at(-1) as TimeUnit);
}

function binCount({ first, last }: DayRange, { interval }: TimeUnit): number {
  const days = last - first + 1;
  const [start, next] = [interval.floor(dateOf(first)), interval.ceil(dateOf(first + 1))];
  const unitDays = Math.max(serialOf(next) - serialOf(start), 1);
  if (days / unitDays > 2 * BINS_MAX) return Number.POSITIVE_INFINITY;
  return interval.range(start, dateOf(last + 1)).length;
}

/** True if the date lies within one bin of the unit for certain. */
function isDatedBy({ earliest, latest, reach }: DensityCount, { interval }: TimeUnit): boolean {
  if (earliest === undefined || latest === undefined || reach?.canBeCertain === false) return false;
  if (earliest === latest) return true;
  return interval.floor(dateOf(earliest)).getTime() === interval.floor(dateOf(latest)).getTime();
}

/** Whole units, but for the bounds of the filter. */
function periodsIn(range: DayRange, { interval }: TimeUnit, { from, to }: TimeFilter): readonly Period[] {
  const starts = interval.range(interval.floor(dateOf(range.first)), dateOf(range.last + 1));
  const [begin, end] = [
    from === undefined ? FIRST_DAY : range.first,
    to === undefined ? LAST_DAY : range.last,
  ];
  return starts.map((start) => {
    const next = serialOf(interval.offset(start, 1));
    return periodOf(Math.max(serialOf(start), begin), Math.min(next - 1, end));
  });
}
