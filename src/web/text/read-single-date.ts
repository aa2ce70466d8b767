import { enUS } from 'date-fns/locale/en-US';
import { parseDay } from '../../domain/values/edtf.ts';

/*
 * Reads a day, a month or a year in words, in lower case: “14 october 2025”, “oct 14, 2025”, “about 1985”. Whether the
 * day is in the calendar is not checked.
 */

const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|' +
  'oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?';
const DAY_FIRST = new RegExp(`^${DAY}(?: of)? (${MONTH})\\.?,? (\\d{4})$`);
const MONTH_FIRST = new RegExp(`^(${MONTH})\\.? ${DAY},? (\\d{4})$`);
const MONTH_ALONE = new RegExp(`^(${MONTH})\\.?,?(?: of)? (\\d{4})$`);
const NUMERIC = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;
const YEAR_FIRST = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})$/;
const EDTF = /^\d[\dx]{3}(?:-[\dx]{2}){0,2}$/;
const DECADE = /^(?:the )?(\d{3})0s$/;
const WEEKDAY = /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\.?,? /;
const APPROXIMATE = /^(?:about|around|approximately|approx\.?|roughly|circa|ca?\.?) ?(?=\S)/;
const UNCERTAIN_BEFORE = /^(?:possibly|probably|perhaps) /;
const UNCERTAIN_AFTER = / ?(?:\(uncertain\)|\?)$/;

/** How `3/4/2025` is read. Without it, only what has one reading is. */
type Order = 'day-first' | 'month-first';

/** Returns the date in EDTF; undefined if the text is none. */
export function readSingle(words: string, order?: Order): string | undefined {
  let plain = words.trim();
  const isUncertain = UNCERTAIN_AFTER.test(plain) || UNCERTAIN_BEFORE.test(plain);
  plain = plain.replace(UNCERTAIN_AFTER, '').replace(UNCERTAIN_BEFORE, '');
  const isApproximate = APPROXIMATE.test(plain);
  const date = readPlain(plain.replace(APPROXIMATE, '').replace(WEEKDAY, ''), order);
  if (date === undefined) return undefined;
  const qualifier = isUncertain ? (isApproximate ? '%' : '?') : isApproximate ? '~' : '';
  return `${date}${qualifier}`;
}

function readPlain(words: string, order: Order | undefined): string | undefined {
  const [, day, month, year] = DAY_FIRST.exec(words) ?? [];
  if (year !== undefined) return `${year}-${monthNumber(month)}-${twoDigits(day)}`;
  const [, named, dayAfter, ofYear] = MONTH_FIRST.exec(words) ?? [];
  if (ofYear !== undefined) return `${ofYear}-${monthNumber(named)}-${twoDigits(dayAfter)}`;
  const [, alone, monthYear] = MONTH_ALONE.exec(words) ?? [];
  if (monthYear !== undefined) return `${monthYear}-${monthNumber(alone)}`;
  const [, decade] = DECADE.exec(words) ?? [];
  if (decade !== undefined) return `${decade}X`;
  if (EDTF.test(words)) return words.toUpperCase();
  return readNumeric(words, order);
}

function readNumeric(words: string, order: Order | undefined): string | undefined {
  const [, ofYear, , month, dayOfMonth] = YEAR_FIRST.exec(words) ?? [];
  if (ofYear !== undefined) return `${ofYear}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
  const [, first, , second, year] = NUMERIC.exec(words) ?? [];
  if (year === undefined) return undefined;
  const isMonthFirst = order === undefined ? Number(second) > 12 : order === 'month-first';
  const [day, number] = isMonthFirst ? [second, first] : [first, second];
  return `${year}-${twoDigits(number)}-${twoDigits(day)}`;
}

/** The locale knows the names; an abbreviation is the start of one. */
function monthNumber(name = ''): string {
  const start = name.slice(0, 3);
  const index = MONTHS.findIndex((month) => month.startsWith(start));
  return twoDigits(String(index + 1));
}

const MONTHS = Array.from({ length: 12 }, (_, month) =>
  enUS.localize.month(month as 0, { width: 'wide' }).toLowerCase(),
);

function twoDigits(number = ''): string {
  return number.padStart(2, '0');
}

/** Returns the day of the week of a day that is given with another one. */
export function otherWeekday(words: string): string | undefined {
  const [stated] = WEEKDAY.exec(words) ?? [];
  const day = parseDay(readSingle(words) ?? '');
  if (stated === undefined || day === undefined) return undefined;
  const weekday = enUS.localize.day(new Date(day).getUTCDay() as 0, { width: 'wide' });
  return weekday.toLowerCase().startsWith(stated.slice(0, 3)) ? undefined : weekday;
}

const YEAR_OF = /\d{4}(?!\d)/;
const MONTH_OF = new RegExp(`\\b(?:${MONTH})\\b`);

/**
 * Reads several dates, of which the earlier ones leave out what the last one has: “7” of “7 and 9 September 2025”. In
 * “September 7–9, 2025”, the last one leaves out the month. Returns undefined if one of them is no date.
 */
export function completions(texts: readonly string[]): readonly string[] | undefined {
  const month = texts.map((text) => MONTH_OF.exec(text)?.[0]).findLast((each) => each !== undefined) ?? '';
  const lastMonth = MONTH_OF.exec(texts.at(-1) ?? '')?.[0] ?? month;
  const year = YEAR_OF.exec(texts.at(-1) ?? '')?.[0] ?? '';
  const dates = texts.map((text) => {
    const plain = text.replace(UNCERTAIN_AFTER, '');
    const suffix = text.slice(plain.length);
    const forms = [
      text,
      `${plain} ${year}${suffix}`,
      `${plain} ${lastMonth} ${year}${suffix}`,
      withMonth(text, month),
    ];
    return forms.map((form) => readSingle(form)).find((date) => date !== undefined);
  });
  return dates.every((date) => date !== undefined) ? dates : undefined;
}

function withMonth(text: string, month: string): string {
  return `${month} ${text}`;
}

const PART =
  /^(?:in |at |around )?(?:the )?(early|mid|late|beginning of|start of|middle of|end of)(?: the)? (.+)$/;
const THIRDS: Readonly<Record<string, 0 | 1 | 2>> = {
  early: 0,
  'beginning of': 0,
  'start of': 0,
  mid: 1,
  'middle of': 1,
  late: 2,
  'end of': 2,
};

/** A part of a month, a year or a decade, as an interval with approximate ends: “mid october 2025”. */
export function partOf(words: string): string | undefined {
  const [, part = '', whole = ''] = PART.exec(words) ?? [];
  const third = THIRDS[part];
  const date = third === undefined ? undefined : readSingle(whole);
  if (third === undefined || date === undefined) return undefined;
  const [from, to] = thirdOf(date, third) ?? [];
  return from === undefined ? undefined : `${from}~/${to}~`;
}

function thirdOf(date: string, third: 0 | 1 | 2): readonly [from: string, to: string] | undefined {
  if (/^\d{4}-\d\d$/.test(date)) {
    const days = [
      ['01', '10'],
      ['11', '20'],
      ['21', lastDay(date)],
    ] as const;
    return [`${date}-${days[third][0]}`, `${date}-${days[third][1]}`];
  }
  if (/^\d{4}$/.test(date)) {
    const months = [
      ['01', '04'],
      ['05', '08'],
      ['09', '12'],
    ] as const;
    return [`${date}-${months[third][0]}`, `${date}-${months[third][1]}`];
  }
  const years = [
    [0, 3],
    [4, 6],
    [7, 9],
  ] as const;
  const decade = /^(\d{3})X$/.exec(date)?.[1];
  return decade === undefined ? undefined : [`${decade}${years[third][0]}`, `${decade}${years[third][1]}`];
}

function lastDay(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return String(new Date(Date.UTC(year ?? 0, number ?? 0, 0)).getUTCDate());
}

const QUARTER = /^(?:the )?(?:q([1-4])|(first|second|third|fourth|last) quarter)(?: of)?,? (\d{4})$/;
const HALF = /^(?:the )?(first|second) half(?: of)? (\d{4})$/;
const ORDINALS = ['first', 'second', 'third', 'fourth'];

/** A quarter or half of a year, as an interval of months. */
export function readPeriod(words: string): string | undefined {
  const [, digit, ordinal = '', year] = QUARTER.exec(words) ?? [];
  if (year !== undefined) {
    const named = ordinal === 'last' ? 3 : ORDINALS.indexOf(ordinal);
    return monthsOf(year, digit === undefined ? named : Number(digit) - 1, 3);
  }
  const [, half = '', ofYear] = HALF.exec(words) ?? [];
  return ofYear === undefined ? undefined : monthsOf(ofYear, ORDINALS.indexOf(half), 6);
}

function monthsOf(year: string, index: number, length: number): string {
  const first = index * length + 1;
  return `${year}-${twoDigits(String(first))}/${year}-${twoDigits(String(first + length - 1))}`;
}
