import { parseEdtf } from '../../domain/values/edtf.ts';
import { formatOccurred } from './format-date.ts';
import { completions, otherWeekday, partOf, readPeriod, readSingle } from './read-single-date.ts';

export type DateReading =
  | { readonly outcome: 'read'; readonly edtf: string }
  /** `detail` says what to write instead. */
  | { readonly outcome: 'refused'; readonly detail: string };

/**
 * Reads a date as people write it in English, or in EDTF, and returns it in EDTF. What a phrase means is documented in
 * `docs/pages.md`. A text with several meanings is refused with each of them.
 */
export function readDate(text: string): DateReading {
  const typed = text.trim();
  if (parseEdtf(typed).outcome === 'parsed') return { outcome: 'read', edtf: typed };
  const words = normalized(typed);
  const refusal = refusalOf(typed, words);
  if (refusal !== undefined) return refused(refusal);
  const edtf = openInterval(words) ?? interval(words) ?? set(words) ?? readSingle(words);
  return edtf === undefined ? refused(notUnderstood(typed)) : checked(edtf);
}

/** Says how a date is understood: “2025-10~: about October 2025”. */
export function describeDate(edtf: string): string {
  return `${edtf}: ${formatOccurred({ edtf })}`;
}

function refused(detail: string): DateReading {
  return { outcome: 'refused', detail };
}

/** The phrase was understood, but may name a day that is not in the calendar, or an end before the start. */
function checked(edtf: string): DateReading {
  const parsed = parseEdtf(edtf);
  return parsed.outcome === 'parsed' ? { outcome: 'read', edtf } : refused(parsed.detail);
}

function normalized(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^on /, '')
    .replace(/\b(mid|early|late)-/g, '$1 ')
    .replace(/\.$/, '');
}

const SEASON = /\b(spring|summer|autumn|fall|winter)\b/;
const RELATIVE =
  /\b(recent|recently|lately|soon|today|yesterday|tomorrow|ago|last(?! quarter)|next|this|now|currently)\b/;
const NUMERIC = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})$/;

/** Returns why a text is refused whose words are understood, or that must not be guessed. */
function refusalOf(typed: string, words: string): string | undefined {
  const season = SEASON.exec(words)?.[1];
  if (season !== undefined) {
    return (
      `“${season}” has no fixed months, and other ones south of the equator. Write the months that the source means, ` +
      'such as “between June and August 2025”.'
    );
  }
  if (RELATIVE.test(words)) {
    return (
      `“${typed}” depends on the day on which it is read. Write the last day that it can mean, such as “before 13 ` +
      'October 2025”, and put the words into “Wording of the source”.'
    );
  }
  const weekday = otherWeekday(words);
  if (weekday !== undefined)
    return `That day is a ${weekday}. Check the date, or leave out the day of the week.`;
  const [, first = '', , second = '', year = ''] = NUMERIC.exec(words) ?? [];
  if (year.length === 2) return `“${typed}” has no century. Write the year with four digits.`;
  return year !== '' ? ambiguity(typed, Number(first), Number(second), year) : undefined;
}

/** Both readings of `03/04/2025`; undefined if only one is in the calendar. */
function ambiguity(typed: string, first: number, second: number, year: string): string | undefined {
  if (first > 12 || second > 12 || first === second) return undefined;
  const [a, b] = [
    readSingle(`${first}/${second}/${year}`, 'day-first'),
    readSingle(`${first}/${second}/${year}`, 'month-first'),
  ];
  return `“${typed}” may be ${a} or ${b}. Write the name of the month, or the year first.`;
}

function notUnderstood(typed: string): string {
  const isEdtf = /^[\dX/.,~?%[\]{}-]+$/.test(typed);
  const parsed = parseEdtf(typed);
  if (isEdtf && parsed.outcome === 'refused') return parsed.detail;
  return (
    `“${typed}” is not understood. Write the date like 14 October 2025, October 2025, mid-October 2025, ` +
    '7–9 September 2025, about 1985, between March and May 2024 or before 13 October 2025, or in EDTF, such as ' +
    '2025-10~.'
  );
}

const OPEN: readonly (readonly [phrase: RegExp, edtf: (date: string) => string])[] = [
  [/^until (.+), start unknown$/, (date) => `/${date}`],
  [/^(?:from|since) (.+), end unknown$/, (date) => `${date}/`],
  [/^(?:before|until|by|no later than|not later than|at the latest) (.+)$/, (date) => `../${date}`],
  [/^(?:from|since) (.+) (?:on|onwards)$/, (date) => `${date}/..`],
  [/^(?:after|since|no earlier than|not earlier than) (.+)$/, (date) => `${date}/..`],
];

function openInterval(words: string): string | undefined {
  for (const [phrase, edtf] of OPEN) {
    const [, inner] = phrase.exec(words) ?? [];
    const date = inner === undefined ? undefined : readSingle(inner);
    if (date !== undefined) return edtf(date);
  }
  return undefined;
}

/** A dash between two dates, but not within `2025-09` or a word. */
const DASH =
  /\s*[–—]\s*|\s+-\s+|(?<=\b\d{1,2})-(?=\d{1,2}\b(?!-))|(?<=\b\d{4})-(?=\d{4}\b)|(?<=[a-z])-(?=[a-z])/;

function interval(words: string): string | undefined {
  const period = partOf(words) ?? readPeriod(words);
  if (period !== undefined) return period;
  const [, from, to] =
    /^between (.+?) and (.+)$/.exec(words) ??
    /^(?:from )?(.+?) (?:to|until|through|till) (.+)$/.exec(words) ??
    [];
  const ends = from === undefined || to === undefined ? words.split(DASH) : [from, to];
  const [start = '', end = ''] = ends;
  if (ends.length !== 2) return undefined;
  return completions([start, end])?.join('/');
}

/** “13 or 31 July 2010” is one of the dates, “13 and 31 July 2010” all of them. */
function set(words: string): string | undefined {
  const [, list = '', conjunction, last = ''] = /^(.+?),? (or|and) ((?:(?! or | and ).)+)$/.exec(words) ?? [];
  if (conjunction === undefined) return undefined;
  const members = membersOf(list, last);
  if (members === undefined) return undefined;
  return conjunction === 'or' ? `[${members}]` : `{${members}}`;
}

function membersOf(list: string, last: string): string | undefined {
  const isOpen = last === 'earlier' || last === 'later';
  const dates = completedList(list, isOpen ? [] : [last]);
  const end = dates?.at(-1);
  if (dates === undefined || end === undefined) return undefined;
  const closed = isOpen ? (last === 'earlier' ? `..${end}` : `${end}..`) : end;
  return [...dates.slice(0, -1), closed].join(',');
}

/** Commas separate dates, or a day from its year. */
function completedList(list: string, last: readonly string[]): readonly string[] | undefined {
  const splits = [[list], list.split(/, (?!\d{4}\b)/), list.split(', ')];
  for (const texts of splits) {
    const dates = completedMembers([...texts, ...last]);
    if (dates !== undefined) return dates;
  }
  return undefined;
}

/** A member may be a range: “1667, 1668 or 1670–1672”. */
function completedMembers(texts: readonly string[]): readonly string[] | undefined {
  const ranges = texts.map((text) => text.split(DASH));
  const dates = completions(ranges.flat());
  if (dates === undefined) return undefined;
  const rest = [...dates];
  return ranges.map(({ length }) => rest.splice(0, length).join('..'));
}
