import { type DateSpan, type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import type { TimelineEntry } from '../../projector/define-timeline.ts';
import {
  type DensityCount,
  type DensityQuery,
  type EntryKey,
  type EntryVersion,
  entryNumber,
  type Facets,
  type SerialSpan,
  type TimelineQuery,
} from '../../projector/timeline-store.ts';

interface StoredSpan {
  readonly earliest: number;
  readonly latest: number;
}

interface StoredReach {
  readonly spans: readonly StoredSpan[];
  readonly canBeCertain: boolean;
}

/** One version of one entry, as the store in memory keeps it. */
export interface StoredVersion extends Pick<EntryVersion, 'body' | 'partitions'> {
  readonly facets: Required<Facets>;
  /** `entryNumber` of its event and item. */
  readonly entry: number;
  /** Days since 1970-01-01; `OPEN_START` if the start is open or unknown. */
  readonly earliest: number;
  /** Days since 1970-01-01; `OPEN_END` if the end is open or unknown. */
  readonly latest: number;
  readonly reach: StoredReach | undefined;
  readonly rank: number;
  /** Ordinal of the event that made this version. */
  readonly from: number;
  /** Ordinal of the event that replaced it, exclusive; infinite for the present version. */
  readonly to: number;
}

/** Sorts before all days. Finite, because a cursor is written as JSON. */
export const OPEN_START = Number.MIN_SAFE_INTEGER;
/** Sorts after all days. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

/** Converts a version from the projector into one that is valid until it is replaced. */
export function storedVersion(version: EntryVersion): StoredVersion {
  const { from, partitions, body, reach, rank } = version;
  // Copied field by field: the facets may be a whole entry, whose other fields are in the body already.
  const { type, countries, topics, speechActs, speakers = [] } = version.facets;
  return {
    entry: entryNumber(version),
    ...storedSpan(version),
    reach: reach && { spans: reach.spans.map(storedSpan), canBeCertain: reach.canBeCertain },
    rank,
    facets: { type, countries, topics, speechActs, speakers },
    body,
    partitions,
    from: from.ordinal,
    to: Number.POSITIVE_INFINITY,
  };
}

function storedSpan({ earliest, latest }: DateSpan): StoredSpan {
  return {
    earliest: earliest === undefined ? OPEN_START : daySerial(earliest),
    latest: latest === undefined ? OPEN_END : daySerial(latest),
  };
}

/** Tells whether the version is the current one after the event with this ordinal. */
export function isValidAt({ from, to }: StoredVersion, ordinal: number): boolean {
  return from <= ordinal && to > ordinal;
}

/** Compares two entries by their place in a timeline. */
export function compareKeys(a: EntryKey, b: EntryKey): number {
  return a.earliest - b.earliest || a.latest - b.latest || a.rank - b.rank || a.entry - b.entry;
}

type Filter = Omit<DensityQuery, 'entriesMax' | 'asOf'>;

/** Tells whether the version passes the filter in the timeline `key`. */
export function matchesFilter(version: StoredVersion, key: string, filter: Filter): boolean {
  const { type, countries, topics, speechActs, speakers } = version.facets;
  const partition = version.partitions.get(key) ?? '';
  return (
    isInRange(version, filter) &&
    matchesList(filter.types, [type]) &&
    matchesList(filter.countries, countries) &&
    matchesList(filter.topics, topics) &&
    matchesList(filter.speechActs, speechActs) &&
    matchesList(filter.speakers, speakers) &&
    (filter.roles.length === 0 || filter.roles.some((role) => partition.includes(JSON.stringify(role))))
  );
}

/** Tells whether a day that the version may mean is in the range or, if `certain`, all of them are for certain. */
export function isInRange(
  version: StoredVersion,
  { from, to, certain }: Pick<TimelineQuery, 'from' | 'to' | 'certain'>,
): boolean {
  const [first, last] = [
    from === undefined ? OPEN_START : daySerial(from),
    to === undefined ? OPEN_END : daySerial(to),
  ];
  const { reach } = version;
  if (certain) {
    return (reach?.canBeCertain ?? true) && version.earliest >= first && version.latest <= last;
  }
  const spans = reach?.spans ?? [version];
  return spans.some(({ earliest, latest }) => latest >= first && earliest <= last);
}

function matchesList(wanted: readonly string[], actual: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((value) => actual.includes(value));
}

/** Returns the entry as the timeline `key` shows it, as JSON: the fields of the partition, then the body. */
export function entryJson({ partitions, body }: StoredVersion, key: string): string {
  const fields = partitions.get(key) ?? '{}';
  return fields === '{}' ? body : `${fields.slice(0, -1)},${body.slice(1)}`;
}

/** Returns the entry as the timeline `key` shows it. */
export function entryOf(version: StoredVersion, key: string): TimelineEntry {
  return JSON.parse(entryJson(version, key)) as TimelineEntry;
}

/** Undefined for an end without a day. */
function serialOrOpen(serial: number): number | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : serial;
}

function serialSpan({ earliest, latest }: StoredSpan): SerialSpan {
  return { earliest: serialOrOpen(earliest), latest: serialOrOpen(latest) };
}

/** Returns what the dates of the version mean, to count equal ones. */
export function datesOf(version: StoredVersion): Omit<DensityCount, 'entries'> {
  const { reach } = version;
  return {
    ...serialSpan(version),
    ...(reach && { reach: { spans: reach.spans.map(serialSpan), canBeCertain: reach.canBeCertain } }),
  };
}

/** Undefined for an end without a day. */
export function dayOrOpen(serial: number): Day | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : dayOfSerial(serial);
}
