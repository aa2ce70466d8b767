import { TZDate, tz } from '@date-fns/tz';
import type { Month } from 'date-fns';
import { format } from 'date-fns/format';
import { isLastDayOfMonth } from 'date-fns/isLastDayOfMonth';
import { enUS } from 'date-fns/locale/en-US';
import { parseISO } from 'date-fns/parseISO';
import type { Occurrence } from '../../domain/record/summary.ts';
import { type DateSpan, type Day, parseEdtf } from '../../domain/values/edtf.ts';
import { type Html, html } from '../shell/html.ts';
import { memoize } from '../shell/memoize.ts';

/** A date as an event states it, in EDTF. */
export type StatedDate = Pick<Occurrence, 'edtf' | 'basis' | 'verbatim'>;

/** A date with as many parts as are known, and the text of its qualifier. */
interface DateParts {
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
  /** `about ` or empty. */
  readonly prefix: string;
  /** ` (uncertain)` or empty. */
  readonly suffix: string;
}

const QUALIFIED_DATE = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?$/;

/** Formats a date as precisely as it is known: “September 2025”, “7–9 September 2025”, “about 2025”. */
export function formatOccurred({ edtf, basis, verbatim }: StatedDate): string {
  if (basis !== 'inferred') return formatStated(edtf);
  const text = formatInferred(edtf);
  return verbatim === undefined ? `${text} (inferred)` : `${text} (inferred from “${verbatim}”)`;
}

/** Renders a date as a `<time>` element, or as plain text if HTML has no machine-readable form of it. */
export function renderDate(date: StatedDate): Html {
  const text = formatOccurred(date);
  return MACHINE_READABLE.test(date.edtf)
    ? html`<time datetime="${date.edtf}">${text}</time>`
    : html`<span dir="auto">${text}</span>`;
}

/** An unqualified day, month or year. */
const MACHINE_READABLE = /^\d{4}(-\d\d){0,2}$/;

/** Formats the month of a day: “September 2025”. */
export function formatMonth(day: string): string {
  return `${monthName(day.slice(5, 7))} ${day.slice(0, 4)}`;
}

/** @param month `01` to `12` */
export function monthName(month: string): string {
  return enUS.localize.month((Number(month) - 1) as Month, { width: 'wide' });
}

/** Formats an RFC 3339 instant: “24 November 2026, 09:10 UTC”. */
export const formatInstant = memoize((instant) => {
  const date = new TZDate(instant, 'UTC');
  return Number.isNaN(date.getTime()) ? instant : format(date, "d MMMM uuuu, HH:mm 'UTC'");
});

/**
 * Formats a local time with its offset from UTC: “13 October 2025, 15:00 (Asia/Shanghai, UTC+08:00)”.
 *
 * @param local ISO 8601 date and time without an offset
 * @param zone name in the IANA time zone database
 */
export function formatLocalTime(local: string, zone: string): string {
  const date = parseISO(local, { in: tz(zone) });
  if (Number.isNaN(date.getTime())) return `${local} (${zone})`;
  const time = local.length > 'YYYY-MM-DDTHH:mm'.length ? 'HH:mm:ss' : 'HH:mm';
  return `${format(date, `d MMMM uuuu, ${time}`)} (${zone}, UTC${format(date, 'xxx')})`;
}

/** A stated interval is the time that the event took. */
const formatStated = memoize((edtf) => formatEdtf(edtf, formatRange));

/** An inferred interval is the time within which the event must have happened. */
const formatInferred = memoize((edtf) => formatEdtf(edtf, formatBetween));

function formatEdtf(edtf: string, formatInterval: (from: DateParts, to: DateParts) => string): string {
  if (/^[[{]/.test(edtf)) return formatSet(edtf);
  const [start = '', end] = edtf.split('/');
  if (end === undefined) return formatSingle(start);
  if (start === '') return `until ${formatSingle(end)}, start unknown`;
  if (end === '') return `from ${formatSingle(start)}, end unknown`;
  if (start === '..') return `before ${formatSingle(end)}`;
  if (end === '..') return `from ${formatSingle(start)} on`;
  const [from, to] = [partsOf(start), partsOf(end)];
  return from === undefined || to === undefined ? formatMasked(edtf) : formatInterval(from, to);
}

/** “13 or 31 July 2010” for one of the dates, “13 and 31 July 2010” for all of them. */
function formatSet(set: string): string {
  const conjunction = set.startsWith('[') ? 'or' : 'and';
  const members = set.slice(1, -1).split(',');
  const lastText = members.pop() ?? '';
  const last = partsOf(lastText);
  const texts = members.map((member) => {
    const parts = partsOf(member);
    return parts === undefined || last === undefined
      ? formatMember(member, conjunction)
      : formatStart(parts, last);
  });
  const end = formatMember(lastText, conjunction);
  return texts.length === 0 ? end : `${texts.join(', ')} ${conjunction} ${end}`;
}

/** Formats a date or a range of a set: “1670–1672”, “1984 or earlier”. */
function formatMember(member: string, conjunction: 'or' | 'and'): string {
  const [start = '', end] = member.split('..');
  if (end === undefined) return formatSingle(start);
  if (start === '') return `${formatSingle(end)} ${conjunction} earlier`;
  if (end === '') return `${formatSingle(start)} ${conjunction} later`;
  return formatEdtf(`${start}/${end}`, formatRange);
}

function formatSingle(date: string): string {
  const parts = partsOf(date);
  return parts === undefined ? formatMasked(date) : formatParts(parts);
}

/** Returns undefined for dates with unknown digits. */
function partsOf(date: string): DateParts | undefined {
  const [match, year = '', month, day, qualifier] = QUALIFIED_DATE.exec(date) ?? [];
  if (match === undefined) return undefined;
  return {
    year,
    ...(month !== undefined && { month: monthName(month) }),
    ...(day !== undefined && { day: String(Number(day)) }),
    prefix: qualifier === '~' || qualifier === '%' ? 'about ' : '',
    suffix: qualifier === '?' || qualifier === '%' ? ' (uncertain)' : '',
  };
}

function formatParts({ year, month, day, prefix, suffix }: DateParts): string {
  return prefix + [day, month, year].filter((part) => part !== undefined).join(' ') + suffix;
}

function formatBetween(from: DateParts, to: DateParts): string {
  return `between ${formatStart(from, to)} and ${formatParts(to)}`;
}

/** Single words and numbers are joined by a dash without spaces: “7–9 September”, but “28 September – 2 October”. */
function formatRange(from: DateParts, to: DateParts): string {
  const start = formatStart(from, to);
  const isTight = !start.replace(from.prefix, '').includes(' ') && precisionOf(from) === precisionOf(to);
  return `${start}${isTight ? '–' : ' – '}${formatParts(to)}`;
}

/** Leaves out the month and year that the end of the interval repeats. */
function formatStart(from: DateParts, to: DateParts): string {
  const { year, month, day, prefix, suffix } = from;
  if (suffix !== '' || year !== to.year || month === undefined || to.month === undefined) {
    return formatParts(from);
  }
  const isSameMonth = month === to.month && day !== undefined && to.day !== undefined;
  return prefix + (isSameMonth ? day : [day, month].filter(Boolean).join(' '));
}

function precisionOf({ month, day }: DateParts): number {
  return (month === undefined ? 0 : 1) + (day === undefined ? 0 : 1);
}

/** Formats a date with unknown digits as the time that it leaves open, in the largest units that fit. */
function formatMasked(date: string): string {
  const parsed = parseEdtf(date);
  if (parsed.outcome === 'refused') return date;
  const { span, qualifier } = parsed;
  const prefix = qualifier === 'approximate' || qualifier === 'both' ? 'about ' : '';
  const suffix = qualifier === 'uncertain' || qualifier === 'both' ? ' (uncertain)' : '';
  return prefix + formatSpan(date, span) + suffix;
}

function formatSpan(date: string, { earliest, latest }: DateSpan): string {
  if (earliest === undefined || latest === undefined) return date;
  if (/^\d{3}X[?~%]?$/.test(date)) return `the ${date.slice(0, 3)}0s`;
  const precision = spanPrecision(earliest, latest);
  const [from, to] = [partsOf(earliest.slice(0, precision)), partsOf(latest.slice(0, precision))];
  if (from === undefined || to === undefined) return date;
  return formatParts(from) === formatParts(to) ? formatParts(to) : formatBetween(from, to);
}

/** Returns the length of `YYYY` for a span of whole years, of `YYYY-MM` for whole months, or else of a day. */
function spanPrecision(earliest: Day, latest: Day): number {
  if (earliest.endsWith('-01-01') && latest.endsWith('-12-31')) return 'YYYY'.length;
  const isWholeMonths = earliest.endsWith('-01') && isLastDayOfMonth(parseISO(latest));
  return isWholeMonths ? 'YYYY-MM'.length : latest.length;
}
