import { type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import type { DensityCount } from '../../projector/timeline-store.ts';
import { memoize } from '../shell/memoize.ts';
import { MONTHS } from '../text/format-date.ts';

/** A day, month, quarter, year, decade or century, with the entries that lie in it. */
export interface TimeBucket {
  readonly label: string;
  /** As `from` and `to` of a filter have it. */
  readonly from: string;
  readonly to: string;
  /** Entries whose days all lie in it. */
  readonly certain: number;
  /** Entries that reach into it, and may belong elsewhere. */
  readonly possible: number;
}

export interface TimeBuckets {
  /** “month”: what one of them is. */
  readonly unit: Unit['name'];
  readonly list: readonly TimeBucket[];
}

interface Unit {
  readonly name: 'day' | 'month' | 'quarter' | 'year' | 'decade' | 'century';
  /** Months; 0: a day. */
  readonly months: number;
}

const UNITS: readonly Unit[] = [
  { name: 'day', months: 0 },
  { name: 'month', months: 1 },
  { name: 'quarter', months: 3 },
  { name: 'year', months: 12 },
  { name: 'decade', months: 120 },
  { name: 'century', months: 1200 },
];
const STRETCHES_MAX = 40;
/** A timeline of a few days is not spread over a page. */
const STRETCHES_MIN = 12;

interface Days {
  readonly first: Day;
  readonly last: Day;
}

/**
 * The time that a filter asks for, or else the entries have, in stretches of the shortest unit of which there are not
 * too many. An open end reaches as far as what is drawn. Empty when no day is known.
 */
export function bucketize(counts: readonly DensityCount[], asked: { from?: Day; to?: Day }): TimeBuckets {
  const days = extentOf(counts, asked);
  if (days === undefined) return { unit: 'day', list: [] };
  const unit = UNITS.find((candidate) => numberOf(days, candidate) <= STRETCHES_MAX) ?? LONGEST;
  const own = numberOf(days, unit);
  const starts = startsOf(startBefore(days.first, unit, 0), unit, own + 1);
  const tally = tallyOf(counts, starts.slice(0, -1).map(daySerial), daySerial(starts[own] ?? days.last));
  const list = starts.slice(0, -1).map((start, at) => ({
    ...narrowed(start, unit, asked),
    certain: tally.certain[at] ?? 0,
    possible: tally.possible[at] ?? 0,
  }));
  return { unit: unit.name, list: padded(list, days.first, starts[own] ?? days.last, unit) };
}

const LONGEST: Unit = { name: 'century', months: 1200 };

/** Within what was asked for, the days that entries have; what lies beyond them is empty and need not be drawn. */
function extentOf(counts: readonly DensityCount[], asked: { from?: Day; to?: Day }): Days | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { earliest, latest } of counts) {
    const [start, end] = [earliest ?? latest ?? first, latest ?? earliest ?? last];
    if (start < first) first = start;
    if (end > last) last = end;
  }
  if (first > last) return undefined;
  const [from, to] = [asked.from && daySerial(asked.from), asked.to && daySerial(asked.to)];
  if (from !== undefined) [first, last] = [Math.max(first, from), Math.max(last, from)];
  if (to !== undefined) [first, last] = [Math.min(first, to), Math.min(last, to)];
  return { first: dayOfSerial(first), last: dayOfSerial(last) };
}

function numberOf({ first, last }: Days, { months }: Unit): number {
  if (months === 0) return daySerial(last) - daySerial(first) + 1;
  return Math.floor(monthOf(last) / months) - Math.floor(monthOf(first) / months) + 1;
}

/** Months since the year 0. */
function monthOf(day: Day): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function dayOfMonth(month: number): Day {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}-01` as Day;
}

function startsOf(first: Day, unit: Unit, count: number): readonly Day[] {
  const starts: Day[] = [];
  for (let start = first; starts.length < count; start = nextStart(start, unit)) starts.push(start);
  return starts;
}

/** Of few stretches some more are drawn on both sides; they are empty. */
function padded(list: readonly TimeBucket[], first: Day, end: Day, unit: Unit): readonly TimeBucket[] {
  const missing = Math.max(0, STRETCHES_MIN - list.length);
  const before = Math.floor(missing / 2);
  const empty = (start: Day): TimeBucket => ({ ...named(start, unit), certain: 0, possible: 0 });
  return [
    ...startsOf(startBefore(first, unit, before), unit, before)
      .filter(hasYear)
      .map(empty),
    ...list,
    ...startsOf(end, unit, missing - before)
      .filter(hasYear)
      .map(empty),
  ];
}

/** Dates have years of four digits (EDTF level 1); there is nothing to draw before and after. */
function hasYear(day: Day): boolean {
  return /^\d{4}-/.test(day);
}

/** A stretch narrows what was asked for, and never widens it. */
function narrowed(start: Day, unit: Unit, { from, to }: { from?: Day; to?: Day }): ReturnType<typeof named> {
  const whole = named(start, unit);
  const end = dayBefore(nextStart(start, unit));
  return {
    ...whole,
    ...(from !== undefined && from > start && { from }),
    ...(to !== undefined && to < end && { to }),
  };
}

/** First day of the stretch that lies so many before that of a day. */
function startBefore(day: Day, { months }: Unit, count: number): Day {
  if (months === 0) return dayOfSerial(daySerial(day) - count);
  const month = monthOf(day);
  return dayOfMonth(month - (month % months) - count * months);
}

function nextStart(start: Day, { months }: Unit): Day {
  return months === 0 ? dayOfSerial(daySerial(start) + 1) : dayOfMonth(monthOf(start) + months);
}

const dayBefore = memoize((day: Day): Day => dayOfSerial(daySerial(day) - 1));

function named(start: Day, unit: Unit): Pick<TimeBucket, 'label' | 'from' | 'to'> {
  const end = dayBefore(nextStart(start, unit));
  const [year, month] = [start.slice(0, 4), MONTHS[Number(start.slice(5, 7)) - 1] ?? ''];
  switch (unit.name) {
    case 'day':
      return { label: `${Number(start.slice(8))} ${month} ${year}`, from: start, to: start };
    case 'month':
      return { label: `${month} ${year}`, from: start.slice(0, 7), to: start.slice(0, 7) };
    case 'quarter': {
      const last = MONTHS[Number(end.slice(5, 7)) - 1] ?? '';
      return { label: `${month}–${last} ${year}`, from: start.slice(0, 7), to: end.slice(0, 7) };
    }
    case 'year':
      return { label: year, from: year, to: year };
    default:
      return { label: `${year}–${end.slice(0, 4)}`, from: year, to: end.slice(0, 4) };
  }
}

interface Tally {
  readonly certain: readonly number[];
  readonly possible: readonly number[];
}

/** Adds what reaches over several stretches at its two ends, and sums up afterwards: a long span costs no more. */
function tallyOf(counts: readonly DensityCount[], starts: readonly number[], end: number): Tally {
  const certain = new Array<number>(starts.length).fill(0);
  const changes = new Array<number>(starts.length + 1).fill(0);
  const [begin = 0] = starts;
  for (const { earliest = begin - 1, latest = end, entries } of counts) {
    if (latest < begin || earliest >= end) continue;
    const [first, last] = [
      stretchAt(Math.max(earliest, begin), starts),
      stretchAt(Math.min(latest, end - 1), starts),
    ];
    if (first === last && earliest >= begin && latest < end) certain[first] = (certain[first] ?? 0) + entries;
    else {
      changes[first] = (changes[first] ?? 0) + entries;
      changes[last + 1] = (changes[last + 1] ?? 0) - entries;
    }
  }
  let reaching = 0;
  const possible = starts.map((_, at) => {
    reaching += changes[at] ?? 0;
    return reaching;
  });
  return { certain, possible };
}

/** The last stretch that begins by a day. */
function stretchAt(serial: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= serial) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
