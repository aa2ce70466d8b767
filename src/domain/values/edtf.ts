/*
 * Imprecise dates: a subset of EDTF (ISO 8601-2:2019, levels 0 to 2).
 *
 * Supported are days, months and years with `X` for unknown digits, a qualifier at the end of a date, and intervals
 * with an open end. Years run from 1000 to 9999, so a truncated year (`0025`) is refused.
 */

declare const brand: unique symbol;

/** A day of the proleptic Gregorian calendar, `YYYY-MM-DD`, from 1000-01-01 to 9999-12-31. */
export type Day = string & { readonly [brand]: 'Day' };

/** The first and last day that a date may mean; undefined for an open end. */
export interface DateSpan {
  readonly earliest: Day | undefined;
  readonly latest: Day | undefined;
}

/** The meaning of `?`, `~` and `%`. An interval combines the qualifiers of its ends. */
export type DateQualifier = 'uncertain' | 'approximate' | 'both';

export type EdtfOutcome =
  | { readonly outcome: 'parsed'; readonly span: DateSpan; readonly qualifier: DateQualifier | undefined }
  /** `detail` is a sentence that says what to send instead. */
  | { readonly outcome: 'refused'; readonly detail: string };

/** Length of the longest date: an interval of two qualified days, `2025-09-07~/2025-09-09~`. */
const LENGTH_MAX = 23;
const DAY = /^([1-9]\d{3})-(\d\d)-(\d\d)$/;
const DATE = /^([1-9][\dX]{3})(?:-([\dX]{2})(?:-([\dX]{2}))?)?([?~%])?$/;
/** `05/06/2025` and `5.6.2025`. */
const DAY_FIRST = /^\d{1,2}[/.]\d{1,2}([/.]|$)/;
const MS_PER_DAY = 86_400_000;
const FORMS = 'Expected a date such as 2025-09-08, 2025-09, 2025, 2025-1X, 2025-09~ or 2025-09-07/2025-09-09';

/** Parses an EDTF date. Every refusal says what to send instead. */
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

/** Returns the span of a valid date. Throws a TypeError on any other text. */
export function spanOf(date: string): DateSpan {
  const parsed = parseEdtf(date);
  if (parsed.outcome === 'refused') throw new TypeError(`Not a date: ${date}`);
  return parsed.span;
}

/** Returns the first or last day of a plain year, month or day; undefined for all other dates. */
export function boundOf(text: string, end: keyof DateSpan): Day | undefined {
  if (!/^[\d-]+$/.test(text)) return undefined;
  const parsed = parseEdtf(text);
  return parsed.outcome === 'parsed' ? parsed.span[end] : undefined;
}

/** Parses `YYYY-MM-DD`. Returns undefined for any other form and for days that are not in the calendar. */
export function parseDay(text: string): Day | undefined {
  const match = DAY.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return isInCalendar(year, month, day) ? (text as Day) : undefined;
}

/** Returns the number of days since 1970-01-01, negative before. */
export function daySerial(day: Day): number {
  return Date.parse(day) / MS_PER_DAY;
}

/** The inverse of `daySerial`. */
export function dayOfSerial(serial: number): Day {
  return new Date(serial * MS_PER_DAY).toISOString().slice(0, 10) as Day;
}

/** True if some day may lie in both spans. An open end reaches beyond all days. */
export function spansOverlap(a: DateSpan, b: DateSpan): boolean {
  return startsBy(a, b.latest) && startsBy(b, a.latest);
}

function startsBy(span: DateSpan, day: Day | undefined): boolean {
  return span.earliest === undefined || day === undefined || span.earliest <= day;
}

function parseInterval(start: string, end: string): EdtfOutcome {
  if (start === '..' && end === '..') {
    return refused(
      'An interval that is open at both ends says nothing. Use the day of the report as its end.',
    );
  }
  if (start === '' || end === '')
    return refused('Write an open end of an interval as two dots, such as ../2025-10-13.');
  const from = parseEnd(start);
  const to = parseEnd(end);
  if (from.outcome === 'refused') return from;
  if (to.outcome === 'refused') return to;
  const span = { earliest: from.span.earliest, latest: to.span.latest };
  if (!startsBy(span, span.latest))
    return refused(`The interval ends before it starts. Did you mean ${end}/${start}?`);
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
      'Seasons and quarters are not supported. Write the months as an interval, such as 2025-06/2025-08.',
    );
  }
  const earliest = firstDay(year, month ?? 'XX', day ?? 'XX', 'ascending');
  const latest = firstDay(year, month ?? 'XX', day ?? 'XX', 'descending');
  if (earliest === undefined) return refused(`${text} is not in the calendar.`);
  return { outcome: 'parsed', span: { earliest, latest }, qualifier: qualifierOf(mark) };
}

/** Returns the smallest (`ascending`) or greatest day that matches the masks, in which `X` is any digit. */
function firstDay(
  year: string,
  month: string,
  day: string,
  order: 'ascending' | 'descending',
): Day | undefined {
  const years = numbersOf(year, 1000, 9999, order);
  const months = numbersOf(month, 1, 12, order);
  const days = numbersOf(day, 1, 31, order);
  for (const y of years) {
    for (const m of months) {
      const d = days.find((candidate) => isInCalendar(y, m, candidate));
      if (d !== undefined) return `${y}-${twoDigits(m)}-${twoDigits(d)}` as Day;
    }
  }
  return undefined;
}

/** Returns the numbers from `min` to `max` that match the mask: at most 1,000, as a year's first digit is never `X`. */
function numbersOf(
  mask: string,
  min: number,
  max: number,
  order: 'ascending' | 'descending',
): readonly number[] {
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
    return `${text} is ambiguous. Write the year first, such as 2025-06-05.`;
  }
  if (/^-|^0|^Y/.test(text)) return 'Years run from 1000 to 9999 and have four digits.';
  if (/^X/.test(text)) return 'The first digit of the year must be known.';
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return 'Give the day without the time of day, such as 2025-10-13.';
  if (/^\d{4}\d{4}$/.test(text))
    return `Write ${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}, with hyphens.`;
  if (/[?~%].*\d|[?~%]{2}/.test(text)) return 'Put one qualifier (?, ~ or %) at the end of the whole date.';
  return `${FORMS}. Words such as “recently” belong in dateVerbatim, next to an interval.`;
}

function refused(detail: string): EdtfOutcome {
  return { outcome: 'refused', detail };
}
