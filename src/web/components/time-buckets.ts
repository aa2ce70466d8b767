import { parseISO } from 'date-fns/parseISO';
import { dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import type { DensityCount, TimelineQuery } from '../../projector/timeline-store.ts';
import { type Period, periodsFrom } from './time-periods.ts';
import { type BucketText, CENTURY, TIME_UNITS, type TimeUnit } from './time-units.ts';

/** A day, month, quarter, year, decade or century, with the number of its entries. */
export interface TimeBucket extends BucketText {
  /** Entries dated entirely and for certain within the bucket. */
  readonly certain: number;
  /** Entries that may be of the bucket or of another one. */
  readonly possible: number;
}

export interface TimeBuckets {
  /** What one bucket is. */
  readonly unit: TimeUnit['name'];
  /** In order of time, without gaps. */
  readonly buckets: readonly TimeBucket[];
}

const BUCKETS_MAX = 40;
/** With fewer, the bars of a few days would be as wide as the page. */
const BUCKETS_MIN = 12;

type TimeFilter = Pick<TimelineQuery, 'from' | 'to'>;

/** The first and last day of the histogram. */
interface DateRange {
  readonly first: Date;
  readonly last: Date;
}

/**
 * Divides the time of the entries, within the bounds of the filter, into buckets of the shortest unit that needs no
 * more than `BUCKETS_MAX`. An open or unknown end counts in all buckets that it reaches, a set in those of its members,
 * an approximate date also in those of its margin. There are no buckets if no day is known.
 */
export function bucketize(counts: readonly DensityCount[], filter: TimeFilter): TimeBuckets {
  const range = rangeOf(counts, filter);
  if (range === undefined) return { unit: 'day', buckets: [] };
  const unit = TIME_UNITS.find((candidate) => bucketCount(range, candidate) <= BUCKETS_MAX) ?? CENTURY;
  const first = unit.startOf(range.first);
  const periods = periodsFrom(first, unit, bucketCount(range, unit));
  const tally = tallyOf(counts, scaleOf(periods));
  const buckets = periods.map((period, index) => ({
    ...clippedBounds(period, filter),
    certain: tally.certain[index] ?? 0,
    possible: tally.possible[index] ?? 0,
  }));
  return { unit: unit.name, buckets: padded(buckets, first, unit) };
}

/** Returns the days of the entries, cut to the bounds of the filter. */
function rangeOf(counts: readonly DensityCount[], filter: TimeFilter): DateRange | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { earliest, latest } of counts) {
    const start = earliest ?? latest ?? first;
    const end = latest ?? earliest ?? last;
    if (start < first) first = start;
    if (end > last) last = end;
  }
  if (first > last) return undefined;
  const [from, to] = [filter.from && daySerial(filter.from), filter.to && daySerial(filter.to)];
  if (from !== undefined) [first, last] = [Math.max(first, from), Math.max(last, from)];
  if (to !== undefined) [first, last] = [Math.min(first, to), Math.min(last, to)];
  return { first: parseISO(dayOfSerial(first)), last: parseISO(dayOfSerial(last)) };
}

function bucketCount({ first, last }: DateRange, unit: TimeUnit): number {
  return unit.difference(last, first) + 1;
}

/** The link of a bucket narrows the filter and never widens it. */
function clippedBounds({ text, first, last }: Period, { from, to }: TimeFilter): BucketText {
  return {
    label: text.label,
    from: from !== undefined && from > first ? from : text.from,
    to: to !== undefined && to < last ? to : text.to,
  };
}

/** Adds empty buckets on both sides of a short histogram. */
function padded(buckets: readonly TimeBucket[], first: Date, unit: TimeUnit): readonly TimeBucket[] {
  const missing = BUCKETS_MIN - buckets.length;
  if (missing <= 0) return buckets;
  const before = Math.floor(missing / 2);
  const empty = (from: number, count: number): readonly TimeBucket[] =>
    periodsFrom(unit.add(first, from), unit, count)
      .filter(hasFourDigitYear)
      .map(({ text }) => ({ ...text, certain: 0, possible: 0 }));
  return [...empty(-before, before), ...buckets, ...empty(buckets.length, missing - before)];
}

/** EDTF level 1 has no other years, and neither have the links of the buckets. */
function hasFourDigitYear({ first }: Period): boolean {
  return /^\d{4}-/.test(first);
}

/** The days of the buckets, as serials. */
interface Scale {
  /** The first day of each bucket. */
  readonly starts: readonly number[];
  /** The first day of the first bucket. */
  readonly begin: number;
  /** The last day of the last bucket. */
  readonly end: number;
}

function scaleOf(periods: readonly Period[]): Scale {
  const starts = periods.map(({ first }) => daySerial(first));
  const [begin = 0] = starts;
  const last = periods.at(-1)?.last;
  return { starts, begin, end: last === undefined ? begin : daySerial(last) };
}

/** Numbers of entries by bucket. */
interface Tally {
  readonly certain: readonly number[];
  readonly possible: readonly number[];
}

/**
 * Counts in time linear in the counts: a date that reaches over several buckets is added where it begins and taken off
 * where it ends, and a running sum gives the number in each bucket. A date of several spans counts once in a bucket.
 */
function tallyOf(counts: readonly DensityCount[], scale: Scale): Tally {
  const { starts } = scale;
  const certain = new Array<number>(starts.length).fill(0);
  const changes = new Array<number>(starts.length + 1).fill(0);
  for (const count of counts) {
    const { entries } = count;
    const bucket = certainBucket(count, scale);
    if (bucket !== undefined) {
      certain[bucket] = (certain[bucket] ?? 0) + entries;
      continue;
    }
    for (const [first, last] of possibleBuckets(count, scale)) {
      changes[first] = (changes[first] ?? 0) + entries;
      changes[last + 1] = (changes[last + 1] ?? 0) - entries;
    }
  }
  let sum = 0;
  const possible = starts.map((_, index) => {
    sum += changes[index] ?? 0;
    return sum;
  });
  return { certain, possible };
}

/** Returns the index of the bucket that the date lies in for certain; undefined if there is none. */
function certainBucket({ earliest, latest, reach }: DensityCount, scale: Scale): number | undefined {
  const { begin, end, starts } = scale;
  if (earliest === undefined || latest === undefined || earliest < begin || latest > end) return undefined;
  const bucket = bucketAt(earliest, scale);
  const isWithin = bucket === starts.length - 1 || latest < (starts[bucket + 1] ?? end);
  return isWithin && reach?.canBeCertain !== false ? bucket : undefined;
}

type IndexRange = readonly [first: number, last: number];

/** Returns the indexes of the buckets that the date may lie in, as ranges that do not overlap. */
function possibleBuckets({ earliest, latest, reach }: DensityCount, scale: Scale): readonly IndexRange[] {
  const { begin, end } = scale;
  const ranges: IndexRange[] = [];
  for (const span of reach?.spans ?? [{ earliest, latest }]) {
    const [from, to] = [Math.max(span.earliest ?? begin, begin), Math.min(span.latest ?? end, end)];
    if (from > to) continue;
    const [first, last] = [bucketAt(from, scale), bucketAt(to, scale)];
    const next = (ranges.at(-1)?.[1] ?? -1) + 1;
    if (last >= next) ranges.push([Math.max(first, next), last]);
  }
  return ranges;
}

/** Returns the index of the bucket with a day. Buckets differ little in length, so the estimate is rarely corrected. */
function bucketAt(serial: number, { starts, begin, end }: Scale): number {
  let index = Math.floor(((serial - begin) / (end - begin + 1)) * starts.length);
  while (index > 0 && (starts[index] ?? end) > serial) index -= 1;
  while (index < starts.length - 1 && (starts[index + 1] ?? end) <= serial) index += 1;
  return index;
}
