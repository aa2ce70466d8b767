import { type Day, dayOfSerial } from '../../domain/values/edtf.ts';
import type { TimelineEntry } from '../../projector/define-timeline.ts';
import {
  type EntryFilter,
  entryJson,
  type FilteredEntry,
  filteredEntry,
  isInFilter,
  OPEN_END,
  OPEN_START,
  type SortableSpan,
} from '../../projector/entry-filter.ts';
import {
  type DensityCount,
  type EntryKey,
  type EntryVersion,
  entryNumber,
  type SerialSpan,
} from '../../projector/timeline-store.ts';

/** One version of one entry, as the store in memory keeps it. */
export interface StoredVersion extends FilteredEntry, Pick<EntryVersion, 'body' | 'partitions'> {
  /** `entryNumber` of its event and item. */
  readonly entry: number;
  readonly rank: number;
  /** Ordinal of the event that made this version. */
  readonly from: number;
  /** Ordinal of the event that replaced it, exclusive; infinite for the present version. */
  readonly to: number;
}

/** Converts a version from the projector into one that is valid until it is replaced. */
export function storedVersion(version: EntryVersion): StoredVersion {
  const { from, partitions, body, rank } = version;
  return {
    entry: entryNumber(version),
    ...filteredEntry(version),
    rank,
    body,
    partitions,
    from: from.ordinal,
    to: Number.POSITIVE_INFINITY,
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

/** Tells whether the version passes the filter in the timeline `key`. */
export function matchesFilter(version: StoredVersion, key: string, filter: EntryFilter): boolean {
  return isInFilter(version, version.partitions.get(key) ?? '', filter);
}

/** Returns the entry as the timeline `key` shows it, as JSON. */
export function storedEntryJson({ partitions, body }: StoredVersion, key: string): string {
  return entryJson(partitions.get(key) ?? '{}', body);
}

/** Returns the entry as the timeline `key` shows it. */
export function entryOf(version: StoredVersion, key: string): TimelineEntry {
  return JSON.parse(storedEntryJson(version, key)) as TimelineEntry;
}

/** Undefined for an end without a day. */
function serialOrOpen(serial: number): number | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : serial;
}

function serialSpan({ earliest, latest }: SortableSpan): SerialSpan {
  return { earliest: serialOrOpen(earliest), latest: serialOrOpen(latest) };
}

/** Returns what the dates of the version mean, to count equal ones. */
export function datesOf(version: StoredVersion): Omit<DensityCount, 'entries' | 'type'> {
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
