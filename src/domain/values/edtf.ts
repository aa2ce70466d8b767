import { LRUCache } from 'lru-cache';
import { type DateSpan, type Day, isInCalendar, joinedSpans } from './calendar.ts';
import {
  combinedQualifier,
  type DateQualifier,
  type EdtfDate,
  type EdtfRefusal,
  invalid,
  isDayFirst,
  notADate,
  parseSingleDate,
  type SingleOutcome,
  unsupported,
} from './edtf-date.ts';

/*
 * Imprecise dates: a subset of EDTF (ISO 8601-2:2019, levels 0 to 2).
 *
 * Supported are days, months and years with `X` for unknown digits, a qualifier at the end of a date, intervals with an
 * open or an unknown end, and sets. Years run from 1000 to 9999, so a truncated year (`0025`) is refused.
 */

export { type DateSpan, type Day, dayOfSerial, daySerial } from './calendar.ts';

export type EdtfOutcome = ({ readonly outcome: 'parsed' } & EdtfDate) | EdtfRefusal;

/** Length of the longest date: an interval of two qualified days, `2025-09-07~/2025-09-09~`. */
const LENGTH_MAX = 23;
/** Maximum number of members of a set. A range such as `1670..1672` is one member. */
const MEMBERS_MAX = 32;
/** A member is at most a range, whose two dots take one character more than the slash of an interval. */
const SET_LENGTH_MAX = (LENGTH_MAX + 2) * MEMBERS_MAX + 1;
const DAY = /^([1-9]\d{3})-(\d\d)-(\d\d)$/;
const SET = /^(?:\[(.*)\]|\{(.*)\})$/;

const KNOWN_DATES_MAX = 4_096;
/** Valid dates that are not a single day. An event's date is parsed several times, which takes microseconds each. */
const impreciseDates = new LRUCache<string, EdtfOutcome>({ max: KNOWN_DATES_MAX });

/** Parses an EDTF date. Every refusal says what to send instead. */
export function parseEdtf(text: string): EdtfOutcome {
  const day = parseDay(text);
  if (day !== undefined) return dated({ earliest: day, latest: day }, undefined);
  if (text.length > LENGTH_MAX) return parseImprecise(text);
  const known = impreciseDates.get(text);
  if (known !== undefined) return known;
  const parsed = parseImprecise(text);
  if (parsed.outcome === 'parsed') impreciseDates.set(copied(text), parsed);
  return parsed;
}

/** A text may be a part of a larger one, such as the body of a form, which V8 keeps in memory as long as the part. */
function copied(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

function parseImprecise(text: string): EdtfOutcome {
  const set = text.length > SET_LENGTH_MAX ? null : SET.exec(text);
  if (set !== null) return parseSet(set[1] ?? set[2] ?? '');
  if (text.length > LENGTH_MAX) return notADate();
  const slash = text.indexOf('/');
  return slash < 0 || isDayFirst(text)
    ? parseDate(text)
    : parseInterval(text.slice(0, slash), text.slice(slash + 1));
}

/** Returns the span of a valid date. Throws a TypeError on any other text. */
export function spanOf(date: string): DateSpan {
  return dateOf(date).span;
}

/** Returns what a valid date means. Throws a TypeError on any other text. */
export function dateOf(text: string): EdtfDate {
  const parsed = parseEdtf(text);
  if (parsed.outcome === 'refused') throw new TypeError(`Not a date: ${text}`);
  return parsed;
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

/** True if some day may lie in both spans. An end without a day reaches beyond all days. */
export function spansOverlap(a: DateSpan, b: DateSpan): boolean {
  return startsBy(a, b.latest) && startsBy(b, a.latest);
}

function startsBy(span: DateSpan, day: Day | undefined): boolean {
  return span.earliest === undefined || day === undefined || span.earliest <= day;
}

function dated(
  span: DateSpan,
  qualifier: DateQualifier | undefined,
  { reach = [span], unknownEnd }: Partial<Pick<EdtfDate, 'reach' | 'unknownEnd'>> = {},
): EdtfOutcome {
  return { outcome: 'parsed', span, qualifier, unknownEnd, reach };
}

function parseDate(text: string): EdtfOutcome {
  const parsed = parseSingleDate(text);
  if (parsed.outcome === 'refused') return parsed;
  const { earliest, latest, qualifier, margin } = parsed;
  return dated({ earliest, latest }, qualifier, { reach: [margin] });
}

function parseInterval(start: string, end: string): EdtfOutcome {
  if (isWithoutDate(start) && isWithoutDate(end)) {
    return unsupported('An interval without a date says nothing. Use the day of the report as its end.');
  }
  const range = parseRange(start, end);
  if (range.outcome === 'refused' || (start !== '' && end !== '')) return range;
  return { ...range, unknownEnd: start === '' ? 'start' : 'end' };
}

function isWithoutDate(end: string): boolean {
  return end === '' || end === '..';
}

/** Parses both ends of an interval or of a range in a set. An end that is empty or `..` has no day. */
function parseRange(start: string, end: string): EdtfOutcome {
  const [from, to] = [parseEnd(start), parseEnd(end)];
  if (from?.outcome === 'refused') return from;
  if (to?.outcome === 'refused') return to;
  const span = { earliest: from?.earliest, latest: to?.latest };
  if (!startsBy(span, span.latest)) {
    return invalid(`${start} to ${end} ends before it starts. Did you mean ${end} to ${start}?`);
  }
  const reach = [{ earliest: from?.margin.earliest, latest: to?.margin.latest }];
  return dated(span, combinedQualifier(from?.qualifier, to?.qualifier), { reach });
}

function parseEnd(text: string): SingleOutcome | undefined {
  return isWithoutDate(text) ? undefined : parseSingleDate(text);
}

function parseSet(list: string): EdtfOutcome {
  if (list.includes(' ')) return invalid('Write a set without spaces, such as [2010-07-13,2010-07-31].');
  const texts = list.split(',');
  if (texts.length > MEMBERS_MAX) return unsupported(`A set has at most ${MEMBERS_MAX} members.`);
  const members: EdtfDate[] = [];
  for (const [index, text] of texts.entries()) {
    const member = parseMember(text, index === 0, index === texts.length - 1);
    if (member.outcome === 'refused') return member;
    members.push(member);
  }
  const stated = joinedSpans(members.map(({ span }) => span));
  const span = { earliest: stated[0]?.earliest, latest: stated.at(-1)?.latest };
  const qualifier = members.map((member) => member.qualifier).reduce(combinedQualifier);
  return dated(span, qualifier, { reach: joinedSpans(members.flatMap(({ reach }) => reach)) });
}

/** Parses a date or a range. Only the first member may be open at its start, and only the last at its end. */
function parseMember(text: string, isFirst: boolean, isLast: boolean): EdtfOutcome {
  const dots = text.indexOf('..');
  if (dots < 0) return parseDate(text);
  const [start, end] = [text.slice(0, dots), text.slice(dots + 2)];
  if (start === '' && end === '')
    return invalid('A set needs dates. Leave out a member that is only two dots.');
  if ((start === '' && !isFirst) || (end === '' && !isLast)) {
    return invalid(
      'Only the first member of a set may begin with two dots, and only the last may end with them.',
    );
  }
  return parseRange(start, end);
}
