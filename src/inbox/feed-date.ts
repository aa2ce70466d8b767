import { parseDay } from '../domain/values/edtf.ts';

/** When an item was published. */
export interface FeedDate {
  /** The day in the time zone that the feed gives it in. */
  readonly day: string;
  /** RFC 3339, in UTC; null if there is no time of the day, or no known time zone. */
  readonly instant: string | null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** RFC 822 §5, with the years of RFC 2822. */
const RFC_822 = /^(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{4}|\d\d)(?:,?\s+(.*))?$/i;
/** The time of the day and the zone in RFC 822. */
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d))?\s*(\S*)/;
/** RFC 3339, and the shorter forms of W3CDTF that have a day. */
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(\S*))?$/;
/** The names that RFC 822 defines. All others, such as PKT or CEST, have several meanings or none there. */
const ZONES: Readonly<Record<string, string>> = {
  Z: 'Z',
  UT: 'Z',
  UTC: 'Z',
  GMT: 'Z',
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
};

/** Reads the date of an item. Returns undefined if it is none. */
export function parseFeedDate(text: string): FeedDate | undefined {
  const [, year, month, date, ...time] = RFC_3339.exec(text.trim()) ?? [];
  if (year !== undefined) return feedDate(`${year}-${month}-${date}`, time);
  const [, dayOfMonth = '', name = '', shortYear = '', clock = ''] = RFC_822.exec(text.trim()) ?? [];
  const number = MONTHS.indexOf(name.toLowerCase()) + 1;
  if (number === 0) return undefined;
  return feedDate(
    `${fullYear(shortYear)}-${padded(String(number))}-${padded(dayOfMonth)}`,
    CLOCK.exec(clock)?.slice(1) ?? [],
  );
}

function feedDate(day: string, [hours, minutes, seconds, zone]: readonly string[]): FeedDate | undefined {
  if (parseDay(day) === undefined) return undefined;
  const offset = offsetOf(zone);
  if (hours === undefined || offset === undefined) return { day, instant: null };
  const ms = Date.parse(`${day}T${padded(hours)}:${minutes}:${seconds ?? '00'}${offset}`);
  return { day, instant: Number.isNaN(ms) ? null : new Date(ms).toISOString() };
}

function offsetOf(zone = ''): string | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return sign === undefined ? ZONES[zone.toUpperCase()] : `${sign}${hours}:${minutes}`;
}

/** Two digits mean 1950 to 2049 (RFC 2822 §4.3). */
function fullYear(year: string): string {
  if (year.length === 4) return year;
  return Number(year) < 50 ? `20${year}` : `19${year}`;
}

function padded(digits: string): string {
  return digits.padStart(2, '0');
}
