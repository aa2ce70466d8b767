/**
 * Imprecise dates: the part of EDTF (ISO 8601-2:2019, levels 0 to 2) that the record is dated with.
 *
 * Days, months and years with `X` for digits that are not known, a qualifier behind a date, and intervals with an
 * open end. Years run from 1000 to 9999, so that a year cut short (`0025`) is not taken for one.
 */

declare const brand: unique symbol;

/** A day of the proleptic Gregorian calendar, `YYYY-MM-DD`, from 1000-01-01 to 9999-12-31. */
export type Day = string & { readonly [brand]: 'Day' };

/** The first and the last day that a date may mean. Undefined: an open end. */
export interface DateSpan {
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** What `?`, `~` and `%` say of a date. An interval has what its two ends have together. */
export type DateQualifier = 'uncertain' | 'approximate' | 'both';

export type EdtfOutcome =
  | { readonly outcome: 'parsed'; readonly span: DateSpan; readonly qualifier: DateQualifier | undefined }
  /** `detail` says in plain English what would be right. */
  | { readonly outcome: 'refused'; readonly detail: string };

/** Longest date there is: an interval of two qualified days, `2025-09-07~/2025-09-09~`. */
const LENGTH_MAX = 23;
const DAY = /^([1-9]\d{3})-(\d\d)-(\d\d)$/;
const DATE = /^([1-9][\dX]{3})(?:-([\dX]{2})(?:-([\dX]{2}))?)?([?~%])?$/;
/** `05/06/2025` and `5.6.2025`. */
const DAY_FIRST = /^\d{1,2}[/.]\d{1,2}([/.]|$)/;
const MS_PER_DAY = 86_400_000;
const FORMS = 'Expected a date such as 2025-09-08, 2025-09, 2025, 2025-1X, 2025-09~ or 2025-09-07/2025-09-09';

/** Reads a date; every refusal says what to send instead. */
export function parseEdtf(text: string): EdtfOutcome {
  const day = parseDay(text);
  if (day !== undefined) {
    return { outcome: 'parsed', span: { earliest: day, latest: day }, qualifier: undefined };
  }
  if (text.length > LENGTH_MAX) return { outcome: 'refused', detail: `${FORMS}.` };
  const slash = text.indexOf('/');
  return slash < 0 || DAY_FIRST.test(text)
    ? parseDate(text)
    : parseInterval(text.slice(0, slash), text.slice(slash + 1));
}

/** The span of a date that `parseEdtf` takes; throws a TypeError on any other text. */
export function spanOf(date: string): DateSpan {
  const parsed = parseEdtf(date);
  if (parsed.outcome === 'refused') throw new TypeError(`Not a date: ${date}`);
  return parsed.span;
}

/** The day that a text names, or the first or last day of its month or year; undefined for all other dates. */
export function boundOf(text: string, end: keyof DateSpan): Day | undefined {
  if (!/^[\d-]+$/.test(text)) return undefined;
  const parsed = parseEdtf(text);
  return parsed.outcome === 'parsed' ? parsed.span[end] : undefined;
}

/** The day that the text names; undefined when it is not exactly `YYYY-MM-DD`, or not in the calendar. */
export function parseDay(text: string): Day | undefined {
  const match = DAY.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return isInCalendar(year, month, day) ? (text as Day) : undefined;
}

/** Whole days since 1970-01-01; negative before it. */
export function daySerial(day: Day): number {
  return Date.parse(day) / MS_PER_DAY;
}

/** The inverse of `daySerial`, for what it can give. */
export function dayOfSerial(serial: number): Day {
  return new Date(serial * MS_PER_DAY).toISOString().slice(0, 10) as Day;
}

/** True when some day may lie in both; an open end reaches past all days. */
export function spansOverlap(a: DateSpan, b: DateSpan): boolean {
  return startsBy(a, b.latest) && startsBy(b, a.latest);
}

function startsBy(span: DateSpan, day: Day | undefined): boolean {
  return span.earliest === undefined || day === undefined || span.earliest <= day;
}

function parseInterval(start: string, end: string): EdtfOutcome {
  if (start === '..' && end === '..') {
    return refused(
      'An interval that is open at both ends says nothing; the day it was reported on is an end.',
    );
  }
  if (start === '' || end === '')
    return refused('Write an open end of an interval as .., such as ../2025-10-13.');
  const from = parseEnd(start);
  const to = parseEnd(end);
  if (from.outcome === 'refused') return from;
  if (to.outcome === 'refused') return to;
  const span = { earliest: from.span.earliest, latest: to.span.latest };
  if (!startsBy(span, span.latest))
    return refused(`The interval ends before it starts; did you mean ${end}/${start}?`);
  return { outcome: 'parsed', span, qualifier: bothQualifiers(from.qualifier, to.qualifier) };
}

function parseEnd(text: string): EdtfOutcome {
  if (text !== '..') return parseDate(text);
  return { outcome: 'parsed', span: { earliest: undefined, latest: undefined }, qualifier: undefined };
}

function parseDate(text: string): EdtfOutcome {
  const match = DATE.exec(text);
  if (match === null) return refused(explainForm(text));
  const [, year = '', month, day, mark] = match;
  if (month !== undefined && Number(month) >= 21 && Number(month) <= 41) {
    return refused(
      'Seasons and quarters are not taken; write the months as an interval, such as 2025-06/2025-08.',
    );
  }
  const earliest = firstDay(year, month ?? 'XX', day ?? 'XX', 'upwards');
  const latest = firstDay(year, month ?? 'XX', day ?? 'XX', 'downwards');
  if (earliest === undefined) return refused(`${text} is not in the calendar.`);
  return { outcome: 'parsed', span: { earliest, latest }, qualifier: qualifierOf(mark) };
}

/** The first day that fits the masks (`X` is any digit), going up from the smallest or down from the greatest. */
function firstDay(year: string, month: string, day: string, way: 'upwards' | 'downwards'): Day | undefined {
  const years = numbersOf(year, 1000, 9999, way);
  const months = numbersOf(month, 1, 12, way);
  const days = numbersOf(day, 1, 31, way);
  for (const y of years) {
    for (const m of months) {
      const d = days.find((candidate) => isInCalendar(y, m, candidate));
      if (d !== undefined) return `${y}-${twoDigits(m)}-${twoDigits(d)}` as Day;
    }
  }
  return undefined;
}

/** The numbers from `min` to `max` that fit the mask; at most 1,000, as the first digit of a year is never `X`. */
function numbersOf(mask: string, min: number, max: number, way: 'upwards' | 'downwards'): readonly number[] {
  const first = Math.max(min, Number(mask.replaceAll('X', '0')));
  const last = Math.min(max, Number(mask.replaceAll('X', '9')));
  const numbers: number[] = [];
  for (let n = first; n <= last; n++) {
    if (fits(String(n).padStart(mask.length, '0'), mask)) numbers.push(n);
  }
  return way === 'upwards' ? numbers : numbers.reverse();
}

function fits(digits: string, mask: string): boolean {
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] !== 'X' && mask[at] !== digits[at]) return false;
  }
  return true;
}

function isInCalendar(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function twoDigits(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

function qualifierOf(mark: string | undefined): DateQualifier | undefined {
  if (mark === '?') return 'uncertain';
  if (mark === '~') return 'approximate';
  return mark === '%' ? 'both' : undefined;
}

function bothQualifiers(
  a: DateQualifier | undefined,
  b: DateQualifier | undefined,
): DateQualifier | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a === b ? a : 'both';
}

function explainForm(text: string): string {
  if (DAY_FIRST.test(text)) {
    return `${text} can be read in two ways; write the year first, such as 2025-06-05.`;
  }
  if (/^-|^0|^Y/.test(text)) return 'Years run from 1000 to 9999 and have four digits.';
  if (/^X/.test(text)) return 'The first digit of the year has to be known.';
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return 'Give the day without the time of day, such as 2025-10-13.';
  if (/^\d{4}\d{4}$/.test(text))
    return `Write ${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}, with hyphens.`;
  if (/[?~%].*\d|[?~%]{2}/.test(text)) return 'Put one qualifier (?, ~ or %) behind the whole date.';
  return `${FORMS}; words such as “recently” belong in dateVerbatim, beside an interval.`;
}

function refused(detail: string): EdtfOutcome {
  return { outcome: 'refused', detail };
}
