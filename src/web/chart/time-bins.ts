import { LRUCache } from 'lru-cache';
import { entryTypes } from '../../domain/event-types/registry.ts';
import { daySerial } from '../../domain/values/edtf.ts';
import type { DensityCount, TimelineQuery } from '../../projector/timeline-store.ts';
import { DatedCounts } from './dated-counts.ts';
import { addSpans } from './span-tally.ts';
import {
  FIRST_DAY,
  LAST_DAY,
  midnightOf,
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

/** The time axis of a chart. */
export interface TimeAxis {
  readonly unit: string;
  /** In order of time, without gaps. */
  readonly periods: readonly Period[];
}

/**
 * Divides the range of the filter, where it has no bound the time of the entries, into bins of the shortest unit that
 * needs no more than `BINS_MAX` and that some entry is dated by. Undefined if no day is known.
 *
 * @param charts the entries of each chart that shares the axis
 */
export function axisOf(charts: readonly DatedCounts[], filter: TimeFilter): TimeAxis | undefined {
  const range = unionOf(charts.map((counts) => rangeOf(counts, filter)));
  if (range === undefined) return undefined;
  const unit = unitFor(range, charts);
  return { unit: unit.name, periods: periodsIn(range, unit, filter) };
}

/**
 * Counts entries in the bins of an axis. An open or unknown end counts in all bins that it reaches, a set in those of
 * its members, an approximate date also in those of its margin.
 */
export function binEntries(
  counts: DatedCounts,
  filter: TimeFilter,
  axis: TimeAxis | undefined = axisOf([counts], filter),
): TimeBins {
  if (axis === undefined) return { unit: 'day', kinds: [], bins: [], imprecise: 0 };
  const { unit, periods } = axis;
  const certain = counts.countsBetween([
    ...periods.map(({ first }) => first),
    (periods.at(-1)?.last ?? 0) + 1,
  ]);
  const { possible, imprecise } = addSpans(certain, counts.others, periods, counts.types);
  const { kinds, indexes } = kindsOf(counts.types, certain);
  const bins = periods.map((period, bin) => {
    const ofKinds = indexes.map((types) => types.reduce((sum, type) => sum + (certain[type]?.[bin] ?? 0), 0));
    return { ...period, certain: ofKinds, possible: possible[bin] ?? 0 };
  });
  return { unit, kinds, bins, imprecise };
}

function unionOf(ranges: readonly (DayRange | undefined)[]): DayRange | undefined {
  const known = ranges.filter((range) => range !== undefined);
  if (known.length === 0) return undefined;
  return {
    first: Math.min(...known.map(({ first }) => first)),
    last: Math.max(...known.map(({ last }) => last)),
  };
}

/** Divides a range without counting entries. */
export function periodsOfRange(first: number, last: number, filter: TimeFilter): readonly Period[] {
  const ends = [first, last].map((day) => ({ earliest: day, latest: day, type: '', entries: 1 }));
  return axisOf([DatedCounts.of(ends)], filter)?.periods ?? [];
}

interface Kinds {
  /** Lanes, in the order of the registry. */
  readonly kinds: readonly string[];
  /** For each of them, the indexes of its types. */
  readonly indexes: readonly (readonly number[])[];
}

/** The kind of the entries of a timeline that is too long to tell its types apart. */
export const ALL_KINDS = 'Dated entries';

/**
 * Groups the types that have entries by their lane. Types that are not registered are lanes of their own.
 *
 * @param certain type → bin → number
 */
function kindsOf(types: readonly string[], certain: readonly (readonly number[])[]): Kinds {
  const occurring = new Set(types.filter((_, index) => certain[index]?.some((entries) => entries > 0)));
  const known = entryTypes().filter(({ name }) => occurring.has(name));
  const lanes = new Map(known.map(({ name, lane }) => [name, lane]));
  const laneOf = (type: string): string => lanes.get(type) ?? (type === '' ? ALL_KINDS : type);
  const kinds = [...new Set([...lanes.values(), ...[...occurring].map(laneOf)])];
  const indexes = kinds.map((kind) =>
    types.flatMap((type, index) => (occurring.has(type) && laneOf(type) === kind ? [index] : [])),
  );
  return { kinds, indexes };
}

function rangeOf(counts: DatedCounts, { from, to }: TimeFilter): DayRange | undefined {
  const [asked, end] = [from && daySerial(from), to && daySerial(to)];
  const dated = counts.extentIn(asked, end);
  let [first, last] = dated ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { earliest, latest } of counts.others) {
    first = Math.min(first, earliest ?? latest ?? first);
    last = Math.max(last, latest ?? earliest ?? last);
  }
  if (first > last) return undefined;
  return {
    first: asked ?? Math.min(first, end ?? first),
    last: end ?? Math.max(last, asked ?? last),
  };
}

function unitFor({ first, last }: DayRange, charts: readonly DatedCounts[]): TimeUnit {
  const shortest = TIME_UNITS.findIndex(({ daysMax, countIn }) => {
    return last - first < daysMax * BINS_MAX && countIn(first, last) <= BINS_MAX;
  });
  const fitting = TIME_UNITS.slice(shortest);
  const hasDays = charts.some((counts) => counts.extentIn(first, last) !== undefined);
  const others = charts.flatMap((counts) => counts.others);
  const dated = hasDays ? fitting[0] : fitting.find((unit) => others.some((count) => isDatedBy(count, unit)));
  return (dated ?? fitting[0]) as TimeUnit;
}

/** True if the date lies within one bin of the unit for certain, or each of the dates that it may be. */
function isDatedBy({ earliest, latest, reach }: DensityCount, { interval }: TimeUnit): boolean {
  if (reach?.canBeCertain === false) return false;
  return (reach?.spans ?? [{ earliest, latest }]).every((span) => {
    if (span.earliest === undefined || span.latest === undefined) return false;
    const [first, last] = [span.earliest, span.latest].map((day) =>
      interval.floor(midnightOf(day)).getTime(),
    );
    return first === last;
  });
}

/** Whole units, but for the bounds of the filter. Many timelines are shown in the same range. */
function periodsIn(range: DayRange, unit: TimeUnit, { from, to }: TimeFilter): readonly Period[] {
  const begin = from === undefined ? FIRST_DAY : range.first;
  const end = to === undefined ? LAST_DAY : range.last;
  const key = [unit.name, range.first, range.last, begin, end].join('/');
  return dividedRanges.memo(key, { context: { range, unit, begin, end } });
}

interface DividedRange {
  readonly range: DayRange;
  readonly unit: TimeUnit;
  /** Serials of the days that the first and the last period are shortened to. */
  readonly begin: number;
  readonly end: number;
}

const RANGES_MAX = 256;

const dividedRanges = new LRUCache<string, readonly Period[], DividedRange>({
  max: RANGES_MAX,
  memoMethod: (_key, _stale, { context: { range, unit, begin, end } }) => {
    const { interval } = unit;
    const starts = interval.range(interval.floor(midnightOf(range.first)), midnightOf(range.last + 1));
    return starts.map((start) => {
      const next = serialOf(interval.offset(start, 1));
      return periodOf(Math.max(serialOf(start), begin), Math.min(next - 1, end));
    });
  },
});
