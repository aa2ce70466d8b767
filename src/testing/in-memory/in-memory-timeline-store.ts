import { type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import {
  type AsOf,
  type Batch,
  type ChangesQuery,
  type Checkpoint,
  type DensityCount,
  type DensityQuery,
  type EntryKey,
  type EntryVersion,
  entryNumber,
  type Facets,
  type IndexQuery,
  ITEMS_MAX,
  type LogPoint,
  type Ordinal,
  type TimelinePage,
  type TimelineQuery,
  type TimelineReader,
  type TimelineSummary,
  type TimelineWriter,
} from '../../projector/timeline-store.ts';

/** A version of an entry, as it was stored. */
export interface StoredVersion extends Pick<EntryVersion, 'body' | 'partitions'> {
  readonly facets: Required<Facets>;
  /** `entryNumber` of its event and item. */
  readonly entry: number;
  /** Days since 1970-01-01; an open start or end is a number beyond all days. */
  readonly earliest: number;
  readonly latest: number;
  /** It stands from the event with this ordinal… */
  readonly from: number;
  /** …up to the one with this, which made the next version. Infinite: it still stands. */
  readonly to: number;
}

type Row = { -readonly [Name in keyof StoredVersion]: StoredVersion[Name] };

interface Timeline {
  /** Every version that stands, or stood, in the timeline; in its order once `isSorted`. */
  readonly rows: Row[];
  isSorted: boolean;
  changedOrdinal: number;
}

/** The reference of the port: the plainest store that keeps all of it but the disk. For tests, replay and comparison. */
export class InMemoryTimelineStore implements TimelineWriter, TimelineReader {
  readonly projection: string;
  readonly #compare: EventReader['comparePositions'];
  readonly #moments: LogPoint[] = [];
  /** `entryNumber` → its latest version. */
  readonly #latest = new Map<number, Row>();
  readonly #timelines = new Map<string, Timeline>();
  #changedOrdinal = 0;
  #checkpoint: Checkpoint | undefined;

  /** @param projection name and version, `country@1` */
  constructor(projection: string, comparePositions: EventReader['comparePositions']) {
    this.projection = projection;
    this.#compare = comparePositions;
  }

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal | undefined {
    const found = this.#lastMoment((moment) => this.#compare(moment.position, position));
    return found?.position === position ? found.ordinal : undefined;
  }

  commit({ moments, versions, checkpoint }: Batch): void {
    for (const version of versions) requireRoom(version);
    for (const moment of moments) this.#moments.push(moment);
    for (const version of versions) this.#put(version);
    this.#checkpoint = checkpoint;
  }

  momentAt(asOf: AsOf): LogPoint | undefined {
    if ('position' in asOf) return this.#lastMoment(({ position }) => this.#compare(position, asOf.position));
    const sought = Date.parse(asOf.instant);
    return this.#lastMoment(({ instant }) => Date.parse(instant) - sought);
  }

  lastChange(key?: string): LogPoint | undefined {
    const ordinal = key === undefined ? this.#changedOrdinal : this.#timelines.get(key)?.changedOrdinal;
    return ordinal === undefined ? undefined : this.#moments[ordinal - 1];
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const { asOf, after, order, limit } = query;
    const matching = this.versionsIn(key).filter(
      (row) => standsAt(row, asOf) && matches(row, row.partitions.get(key) ?? '', query),
    );
    const ordered = order === 'asc' ? matching : matching.toReversed();
    const isBeyond = (row: StoredVersion): boolean =>
      after === undefined || (order === 'asc' ? inOrder(row, after) > 0 : inOrder(row, after) < 0);
    const rest = ordered.filter(isBeyond);
    const shown = rest.slice(0, limit);
    const last = rest.length > limit ? shown.at(-1) : undefined;
    return { entries: shown.map((row) => entryJson(row, key)), next: last && keyOf(last) };
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const standing = this.versionsIn(key).filter((row) => standsAt(row, asOf));
    return standing.length === 0 ? undefined : summaryOf(key, standing);
  }

  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined {
    const rows = this.versionsIn(key).filter((row) => isWithin(row, query));
    if (rows.length > query.entriesMax) return undefined;
    const counts = new Map<string, DensityCount>();
    for (const row of rows) {
      if (!standsAt(row, query.asOf) || !matches(row, row.partitions.get(key) ?? '', query)) continue;
      const [earliest, latest] = [serialWithin(row.earliest), serialWithin(row.latest)];
      const entries = (counts.get(`${earliest} ${latest}`)?.entries ?? 0) + 1;
      counts.set(`${earliest} ${latest}`, { earliest, latest, entries });
    }
    return [...counts.values()];
  }

  changes(key: string, query: ChangesQuery): number | undefined {
    const { after, upTo, changesMax } = query;
    const made = this.versionsIn(key).filter(({ from }) => from > after && from <= upTo);
    if (made.length > changesMax) return undefined;
    return made.filter((row) => matches(row, row.partitions.get(key) ?? '', query)).length;
  }

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    const keys = [...this.#timelines.keys()].filter((key) => key > after).sort();
    const summaries: TimelineSummary[] = [];
    for (const key of keys) {
      if (summaries.length === limit) break;
      const standing = this.#timelines.get(key)?.rows.filter((row) => standsAt(row, asOf)) ?? [];
      if (standing.length > 0) summaries.push(summaryOf(key, standing));
    }
    return summaries;
  }

  /** Beyond the port: every version that ever stood in a timeline, in its order; versions of one entry by age. */
  versionsIn(key: string): readonly StoredVersion[] {
    const timeline = this.#timelines.get(key);
    if (timeline === undefined) return [];
    if (!timeline.isSorted) timeline.rows.sort((a, b) => inOrder(a, b) || a.from - b.from);
    timeline.isSorted = true;
    return timeline.rows;
  }

  close(): void {}

  #put(version: EntryVersion): void {
    const { from, partitions, body } = version;
    const entry = entryNumber(version);
    const before = this.#latest.get(entry);
    if (before === undefined && partitions.size === 0) return;
    const earliest = version.earliest === undefined ? OPEN_START : daySerial(version.earliest);
    const latest = version.latest === undefined ? OPEN_END : daySerial(version.latest);
    const facets = facetsAlone(version.facets);
    const row = { entry, earliest, latest, facets, body, partitions, from: from.ordinal, to: STILL_STANDING };
    if (before !== undefined && saysTheSame(before, row)) return;
    if (before !== undefined) this.#close(before, from.ordinal);
    this.#latest.set(entry, row);
    for (const key of partitions.keys()) this.#add(key, row);
  }

  #add(key: string, row: Row): void {
    const known = this.#timelines.get(key);
    if (known === undefined)
      this.#timelines.set(key, { rows: [row], isSorted: true, changedOrdinal: row.from });
    else {
      known.rows.push(row);
      known.isSorted = false;
      known.changedOrdinal = row.from;
    }
    this.#changedOrdinal = row.from;
  }

  /** Lets a version stand up to, and not including, the event that makes the next one. */
  #close(row: Row, ordinal: number): void {
    row.to = ordinal;
    for (const key of row.partitions.keys()) {
      const timeline = this.#timelines.get(key);
      if (timeline !== undefined) timeline.changedOrdinal = ordinal;
      this.#changedOrdinal = ordinal;
    }
  }

  /** The last moment that does not lie after a place, given how a moment compares with it. */
  #lastMoment(compare: (moment: LogPoint) => number): LogPoint | undefined {
    let [low, high] = [0, this.#moments.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const moment = this.#moments[middle];
      if (moment !== undefined && compare(moment) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#moments[low - 1];
  }
}

const STILL_STANDING = Number.POSITIVE_INFINITY;
/** Finite, so that a cursor can be written as JSON. */
const OPEN_START = Number.MIN_SAFE_INTEGER;
const OPEN_END = Number.MAX_SAFE_INTEGER;

function requireRoom({ eventOrdinal: record, item }: EntryVersion): void {
  if (item >= ITEMS_MAX) throw new RangeError(`Event ${record} shows more than ${ITEMS_MAX} items`);
}

/** Without what else an entry says, which would be kept twice. */
function facetsAlone({ type, countries, topics, speechActs, speakers = [] }: Facets): Required<Facets> {
  return { type, countries, topics, speechActs, speakers };
}

function saysTheSame(a: StoredVersion, b: StoredVersion): boolean {
  if (a.body !== b.body || a.earliest !== b.earliest || a.latest !== b.latest) return false;
  if (JSON.stringify(a.facets) !== JSON.stringify(b.facets)) return false;
  if (a.partitions.size !== b.partitions.size) return false;
  for (const [key, matter] of a.partitions) if (b.partitions.get(key) !== matter) return false;
  return true;
}

function standsAt({ from, to }: StoredVersion, ordinal: number): boolean {
  return from <= ordinal && to > ordinal;
}

function inOrder(a: EntryKey, b: EntryKey): number {
  return a.earliest - b.earliest || a.latest - b.latest || a.entry - b.entry;
}

function keyOf({ earliest, latest, entry }: StoredVersion): EntryKey {
  return { earliest, latest, entry };
}

type Filter = Omit<DensityQuery, 'entriesMax' | 'asOf'>;

function matches(row: StoredVersion, matter: string, query: Filter): boolean {
  const { type, countries, topics, speechActs, speakers } = row.facets;
  return (
    isWithin(row, query) &&
    anyOf(query.types, [type]) &&
    anyOf(query.countries, countries) &&
    anyOf(query.topics, topics) &&
    anyOf(query.speechActs, speechActs) &&
    anyOf(query.speakers, speakers) &&
    (query.roles.length === 0 || query.roles.some((role) => matter.includes(JSON.stringify(role))))
  );
}

function isWithin(
  { earliest, latest }: StoredVersion,
  { from, to, certain }: Pick<TimelineQuery, 'from' | 'to' | 'certain'>,
): boolean {
  const [first, last] = certain ? [earliest, latest] : [latest, earliest];
  return (from === undefined || first >= daySerial(from)) && (to === undefined || last <= daySerial(to));
}

function anyOf(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((value) => found.includes(value));
}

function entryJson({ partitions, body }: StoredVersion, key: string): string {
  const matter = partitions.get(key) ?? '{}';
  return matter === '{}' ? body : `${matter.slice(0, -1)},${body.slice(1)}`;
}

function summaryOf(key: string, rows: readonly StoredVersion[]): TimelineSummary {
  const earliest = rows.reduce((day, row) => Math.min(day, row.earliest), OPEN_END);
  const latest = rows.reduce((day, row) => Math.max(day, row.latest), OPEN_START);
  return { key, entries: rows.length, earliest: dayWithin(earliest), latest: dayWithin(latest) };
}

function dayWithin(serial: number): Day | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : dayOfSerial(serial);
}

function serialWithin(serial: number): number | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : serial;
}
