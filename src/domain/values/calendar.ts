declare const brand: unique symbol;

/** A day of the proleptic Gregorian calendar, `YYYY-MM-DD`, from 1000-01-01 to 9999-12-31. */
export type Day = string & { readonly [brand]: 'Day' };

/** The first and last day that a date may mean; undefined for an end without a day. */
export interface DateSpan {
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** A span with a day at both ends. */
export interface ClosedSpan extends DateSpan {
  readonly earliest: Day;
  readonly latest: Day;
}

export type DateUnit = 'day' | 'month' | 'year';

const MS_PER_DAY = 86_400_000;
const FIRST_SERIAL = Date.UTC(1000, 0, 1) / MS_PER_DAY;
const LAST_SERIAL = Date.UTC(9999, 11, 31) / MS_PER_DAY;

/** Returns the number of days since 1970-01-01, negative before. */
export function daySerial(day: Day): number {
  return Date.parse(day) / MS_PER_DAY;
}

/** The inverse of `daySerial`. */
export function dayOfSerial(serial: number): Day {
  return new Date(serial * MS_PER_DAY).toISOString().slice(0, 10) as Day;
}

export function isInCalendar(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Returns the first and last day that match the masks, in which `X` is any digit; undefined if no day matches. */
export function maskedSpan(year: string, month: string, day: string): ClosedSpan | undefined {
  const earliest = boundaryDay(year, month, day, 'ascending');
  const latest = boundaryDay(year, month, day, 'descending');
  return earliest === undefined || latest === undefined ? undefined : { earliest, latest };
}

type Order = 'ascending' | 'descending';

/** Returns the smallest (`ascending`) or greatest day that matches the masks. */
function boundaryDay(year: string, month: string, day: string, order: Order): Day | undefined {
  const months = numbersOf(month, 1, 12, order);
  const days = numbersOf(day, 1, 31, order);
  for (const y of numbersOf(year, 1000, 9999, order)) {
    for (const m of months) {
      const d = days.find((candidate) => isInCalendar(y, m, candidate));
      if (d !== undefined) return `${y}-${twoDigits(m)}-${twoDigits(d)}` as Day;
    }
  }
  return undefined;
}

/** Returns the numbers from `min` to `max` that match the mask: at most 1,000, as a year's first digit is never `X`. */
function numbersOf(mask: string, min: number, max: number, order: Order): readonly number[] {
  const first = Math.max(min, Number(mask.replaceAll('X', '0')));
  const last = Math.min(max, Number(mask.replaceAll('X', '9')));
  const numbers: number[] = [];
  for (let n = first; n <= last; n++) {
    if (matches(String(n).padStart(mask.length, '0'), mask)) numbers.push(n);
  }
  return order === 'ascending' ? numbers : numbers.reverse();
}

function matches(digits: string, mask: string): boolean {
  for (let index = 0; index < mask.length; index++) {
    if (mask[index] !== 'X' && mask[index] !== digits[index]) return false;
  }
  return true;
}

function twoDigits(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

/** Widens a span by the day, month or year before it and the one after it, within the years 1000 to 9999. */
export function widened({ earliest, latest }: ClosedSpan, unit: DateUnit): ClosedSpan {
  const [y1, m1, d1] = numbersIn(earliest);
  const [y2, m2, d2] = numbersIn(latest);
  switch (unit) {
    case 'day':
      return { earliest: dayAt(y1, m1, d1 - 1), latest: dayAt(y2, m2, d2 + 1) };
    case 'month':
      return { earliest: dayAt(y1, m1 - 1, 1), latest: dayAt(y2, m2 + 2, 0) };
    case 'year':
      return { earliest: dayAt(y1 - 1, 1, 1), latest: dayAt(y2 + 1, 12, 31) };
  }
}

function numbersIn(day: Day): readonly [year: number, month: number, day: number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))];
}

/** Returns a day that is counted from the first of a month; 0 is the last day of the month before. */
function dayAt(year: number, month: number, day: number): Day {
  const serial = Date.UTC(year, month - 1, day) / MS_PER_DAY;
  return dayOfSerial(Math.min(Math.max(serial, FIRST_SERIAL), LAST_SERIAL));
}

/** Sorts spans and joins those that overlap or follow one another without a day between them. */
export function joinedSpans(spans: readonly DateSpan[]): readonly DateSpan[] {
  const sorted = [...spans].sort((a, b) => compare(startSerial(a), startSerial(b)));
  const joined: DateSpan[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last === undefined || startSerial(span) > endSerial(last) + 1) joined.push(span);
    else if (endSerial(span) > endSerial(last)) {
      joined[joined.length - 1] = { earliest: last.earliest, latest: span.latest };
    }
  }
  return joined;
}

function startSerial({ earliest }: DateSpan): number {
  return earliest === undefined ? Number.NEGATIVE_INFINITY : daySerial(earliest);
}

function endSerial({ latest }: DateSpan): number {
  return latest === undefined ? Number.POSITIVE_INFINITY : daySerial(latest);
}

/** Infinities are equal, although their difference is no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
