import { tzOffset } from '@date-fns/tz';

/**
 * Former name → the present name in the IANA time zone database. Browsers and Node report the former ones as the zone
 * of their users, as ICU never renames a zone.
 */
const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** The zones of the database that belong to a place, and UTC. */
const zones: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone),
  ...Object.values(RENAMED),
  'UTC',
]);

export type TimeZoneOutcome =
  | { readonly outcome: 'resolved'; readonly zone: string }
  /** `detail` says what to send instead. */
  | { readonly outcome: 'refused'; readonly detail: string };

/**
 * Resolves a time zone to its present IANA name. Abbreviations and offsets are refused, as they do not say which zone
 * is meant, and so are names that were never those of a place (`US/Pacific`).
 */
export function resolveTimeZone(text: string): TimeZoneOutcome {
  const zone = Object.hasOwn(RENAMED, text) ? RENAMED[text] : text;
  if (zone !== undefined && zones.has(zone)) return { outcome: 'resolved', zone };
  return { outcome: 'refused', detail: refusalOf(text) };
}

function refusalOf(text: string): string {
  const expected = 'Expected an IANA time zone, such as Asia/Shanghai.';
  if (/[+-]\d/.test(text)) return `An offset does not say which time zone is meant. ${expected}`;
  if (/^[A-Z]{1,4}(\d[A-Z]{3})?$/.test(text)) return `Abbreviations of time zones are ambiguous. ${expected}`;
  const known = canonicalName(text);
  return known !== text && zones.has(known) ? `Send ${known}, the IANA name of this time zone.` : expected;
}

/** Returns the present name of a zone that `Intl` knows under another one; else the text. */
function canonicalName(text: string): string {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    return RENAMED[timeZone] ?? timeZone;
  } catch {
    return text;
  }
}

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

/**
 * False if the clocks of the zone skipped the local time: an hour in spring in most zones, and all of 2011-12-30 in
 * Pacific/Apia.
 *
 * @param local `YYYY-MM-DDThh:mm` or `YYYY-MM-DDThh:mm:ss`
 */
export function localTimeExists(local: string, zone: string): boolean {
  const asUtcMs = Date.parse(`${local}Z`);
  const offsetAt = (ms: number) => tzOffset(zone, new Date(ms));
  // The offsets before and after a change, however large it is.
  const offsets = [offsetAt(asUtcMs - MS_PER_DAY), offsetAt(asUtcMs + MS_PER_DAY)];
  return offsets.some((offset) => offsetAt(asUtcMs - offset * MS_PER_MINUTE) === offset);
}
