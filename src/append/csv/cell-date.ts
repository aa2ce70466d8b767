/** The parts of a date format, such as `DD/MM/YYYY`, as regular expressions with the part of the date they give. */
const PARTS: Readonly<Record<string, readonly [part: DatePart, pattern: string]>> = {
  YYYY: ['year', '\\d{4}'],
  MMMM: ['month', '[A-Za-z]{3,9}'],
  MMM: ['month', '[A-Za-z]{3}'],
  MM: ['month', '\\d{2}'],
  M: ['month', '\\d{1,2}'],
  DD: ['day', '\\d{2}'],
  D: ['day', '\\d{1,2}'],
};

type DatePart = 'year' | 'month' | 'day';

const PART = /YYYY|MMMM|MMM|MM|M|DD|D/g;

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];

/** Reads a text as an EDTF date; undefined if it does not have the format. The day may not exist in its month. */
export type DateFormat = (text: string) => string | undefined;

/**
 * Compiles a format of `YYYY`, `MM`, `M`, `MMM` (Jan), `MMMM` (January), `DD`, `D` and other characters. A format
 * without a day reads months, and one without a month years.
 *
 * @returns undefined if the format has no year, has a part twice, or a day without a month
 */
export function compileDateFormat(format: string): DateFormat | undefined {
  const parts = [...format.matchAll(PART)].map(([token]) => PARTS[token]?.[0]);
  if (new Set(parts).size !== parts.length || !parts.includes('year')) return undefined;
  if (parts.includes('day') && !parts.includes('month')) return undefined;
  const escaped = format.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = escaped.replace(PART, (token) => {
    const [part, digits] = PARTS[token] ?? [];
    return `(?<${part}>${digits})`;
  });
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const { year, month, day } = expression.exec(text)?.groups ?? {};
    if (year === undefined || month === undefined) return year;
    const number = /^\d/.test(month) ? month : monthNumber(month);
    return (
      number &&
      [year, number.padStart(2, '0'), ...(day === undefined ? [] : [day.padStart(2, '0')])].join('-')
    );
  };
}

/** Returns undefined for a word that is no English name of a month, or its first three letters. */
function monthNumber(name: string): string | undefined {
  const lower = name.toLowerCase();
  const index = MONTHS.findIndex((month) => month === lower || month.slice(0, 3) === lower);
  return index < 0 ? undefined : String(index + 1);
}
