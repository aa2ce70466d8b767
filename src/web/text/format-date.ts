import { type DateSpan, type Day, parseEdtf } from '../../domain/values/edtf.ts';
import { memoize } from '../shell/memoize.ts';

/** The date of an event, as an entry has it. */
export interface Occurred {
  readonly edtf: string;
  readonly earliest: string | null;
  readonly latest: string | null;
  /** `inferred`: somebody worked it out from what the source says, which is `verbatim`. */
  readonly basis?: 'stated' | 'inferred';
  readonly verbatim?: string;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A date with no more digits than are known, and the words for its qualifier. */
interface End {
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
  readonly about: string;
  readonly doubt: string;
}

const PLAIN = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?$/;

/** The date in words, as precise as it is and no more: “September 2025”, “7–9 September 2025”, “about 2025”. */
export function formatOccurred({ edtf, basis, verbatim }: Occurred): string {
  if (basis !== 'inferred') return statedWords(edtf);
  const words = dateWords(edtf, true);
  return verbatim === undefined ? `${words} (inferred)` : `${words} (inferred from “${verbatim}”)`;
}

/** What `<time>` takes: a day, a month or a year without a qualifier; undefined for all other dates. */
export function machineDate(edtf: string): string | undefined {
  return /^\d{4}(-\d\d){0,2}$/.test(edtf) ? edtf : undefined;
}

const statedWords = memoize((edtf) => dateWords(edtf, false));

/** @param isInferred an interval is the time in which it must have been, not the time that it took */
function dateWords(edtf: string, isInferred: boolean): string {
  const [start = '', end] = edtf.split('/');
  if (end === undefined) return oneDate(start);
  if (start === '..') return `before ${oneDate(end)}`;
  if (end === '..') return `from ${oneDate(start)} on`;
  const [from, to] = [endOf(start), endOf(end)];
  if (from === undefined || to === undefined) return maskedWords(edtf);
  if (isInferred) return `between ${shortened(from, to)} and ${endWords(to)}`;
  return rangeWords(from, to);
}

function oneDate(text: string): string {
  const end = endOf(text);
  return end === undefined ? maskedWords(text) : endWords(end);
}

function endOf(text: string): End | undefined {
  const [matched, year = '', month, day, mark] = PLAIN.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return {
    year,
    ...(month !== undefined && { month: MONTHS[Number(month) - 1] ?? month }),
    ...(day !== undefined && { day: String(Number(day)) }),
    about: mark === '~' || mark === '%' ? 'about ' : '',
    doubt: mark === '?' || mark === '%' ? ' (uncertain)' : '',
  };
}

function endWords({ year, month, day, about, doubt }: End): string {
  return about + [day, month, year].filter((part) => part !== undefined).join(' ') + doubt;
}

/** Without what the other end says as well. */
function shortened(from: End, to: End): string {
  const { year, month, day, about, doubt } = from;
  if (doubt !== '' || year !== to.year || month === undefined) return endWords(from);
  if (month !== to.month || day === undefined) return about + [day, month].filter(Boolean).join(' ');
  return about + day;
}

/** Single numbers and names are joined closely, what has several words with spaces about the dash. */
function rangeWords(from: End, to: End): string {
  const start = shortened(from, to);
  const isClose = !start.replace(from.about, '').includes(' ') && partsOf(from) === partsOf(to);
  return `${start}${isClose ? '–' : ' – '}${endWords(to)}`;
}

function partsOf({ month, day }: End): number {
  return (month === undefined ? 0 : 1) + (day === undefined ? 0 : 1);
}

/** Digits that are not known: what they leave open, in the largest parts that fit. */
function maskedWords(text: string): string {
  const parsed = parseEdtf(text);
  if (parsed.outcome === 'refused') return text;
  const { span, qualifier } = parsed;
  const about = qualifier === 'approximate' || qualifier === 'both' ? 'about ' : '';
  const doubt = qualifier === 'uncertain' || qualifier === 'both' ? ' (uncertain)' : '';
  return about + spanWords(text, span) + doubt;
}

function spanWords(text: string, { earliest, latest }: DateSpan): string {
  if (earliest === undefined || latest === undefined) return text;
  if (/^\d{3}X[?~%]?$/.test(text)) return `the ${text.slice(0, 3)}0s`;
  const [from, to] = [wholeParts(earliest, latest, earliest), wholeParts(earliest, latest, latest)];
  if (from === undefined || to === undefined || endWords(from) === endWords(to))
    return endWords(to ?? from ?? UNKNOWN);
  return `between ${shortened(from, to)} and ${endWords(to)}`;
}

const UNKNOWN: End = { year: 'unknown', about: '', doubt: '' };

/** One end of a span, as a year or a month where the span is made of whole ones. */
function wholeParts(earliest: Day, latest: Day, end: Day): End | undefined {
  if (earliest.endsWith('-01-01') && latest.endsWith('-12-31')) return endOf(end.slice(0, 4));
  const isMonths = earliest.endsWith('-01') && isLastOfMonth(latest);
  return endOf(isMonths ? end.slice(0, 7) : end);
}

function isLastOfMonth(day: Day): boolean {
  const [year = 0, month = 0, last = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).getUTCDate() === last;
}

/** “24 November 2026, 09:10 UTC”, of an instant by RFC 3339. */
export function formatInstant(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} UTC`;
}
