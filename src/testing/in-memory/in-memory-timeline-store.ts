import type { InboundLink } from '../../domain/record/record-version.ts';
import { countLeading } from '../../domain/values/binary-search.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import { OPEN_END, OPEN_START, rangeTest } from '../../projector/entry-filter.ts';
import { FacetTally } from '../../projector/facet-tally.ts';
import { BARE_ITEM, TimelineList } from '../../projector/timeline-list.ts';
import {
  type AsOf,
  type Batch,
  type ChangePointsQuery,
  type ChangesQuery,
  type Checkpoint,
  COUNTED_FACETS,
  type CountQuery,
  type DensityCount,
  type DensityQuery,
  type EntryChangesPage,
  type EntryChangesQuery,
  type EntryFacetCounts,
  type EntryVersion,
  type FirstQuery,
  type IndexQuery,
  ITEMS_MAX,
  type KeyQuery,
  type LatestChange,
  type LatestPage,
  type LatestQuery,
  type LinkVersion,
  type ListItemVersion,
  type LogPoint,
  type NewestQuery,
  type NewTimeline,
  type Ordinal,
  type TimelineCountQuery,
  type TimelinePage,
  type TimelineQuery,
  type TimelineReader,
  type TimelineSummary,
  type TimelineWriter,
} from '../../projector/timeline-store.ts';
import { listEntryChanges } from './entry-changes.ts';
import {
  compareKeys,
  datesOf,
  dayOrOpen,
  isValidAt,
  matchesFilter,
  type StoredVersion,
  storedEntryJson,
  storedVersion,
} from './stored-version.ts';

type MutableVersion = { -readonly [Name in keyof StoredVersion]: StoredVersion[Name] };

interface Timeline {
  /** Every version that the timeline has or had, in its order if `isSorted`. */
  readonly versions: MutableVersion[];
  isSorted: boolean;
  changedOrdinal: number;
}

/**
 * The reference implementation of the timeline-store port, without persistence. Tests use it, replays keep their rows
 * in it, and the contract suite compares it with the other stores.
 */
export class InMemoryTimelineStore implements TimelineWriter, TimelineReader {
  readonly removals = 0;
  readonly projection: string;
  readonly #compare: EventReader['comparePositions'];
  readonly #logPoints: LogPoint[] = [];
  /** `entryNumber` → the present version. */
  readonly #present = new Map<number, MutableVersion>();
  readonly #timelines = new Map<string, Timeline>();
  readonly #links: LinkVersion[] = [];
  readonly #listItems: ListItemVersion[] = [];
  #changedOrdinal = 0;
  #checkpoint: Checkpoint | undefined;

  /** @param projection name and version, such as `country@1` */
  constructor(projection: string, comparePositions: EventReader['comparePositions']) {
    this.projection = projection;
    this.#compare = comparePositions;
  }

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal | undefined {
    const last = this.logPointAt({ position });
    return last?.position === position ? last.ordinal : undefined;
  }

  linksTo(target: string, asOf: number = Number.POSITIVE_INFINITY): readonly InboundLink[] {
    const known = new Map<string, InboundLink>();
    for (const each of this.#links) {
      if (each.target === target && each.ordinal <= asOf) known.set(each.link.linkedBy, each.link);
    }
    return [...known.values()];
  }

  commit({ logPoints, versions, links, listItems = [], checkpoint }: Batch): void {
    for (const version of versions) requireItemIndex(version);
    for (const logPoint of logPoints) this.#logPoints.push(logPoint);
    for (const version of versions) this.#put(version);
    this.#links.push(...links);
    this.#listItems.push(...listItems);
    this.#checkpoint = checkpoint;
  }

  logPointAt(asOf: AsOf): LogPoint | undefined {
    if ('position' in asOf) {
      return this.#lastLogPoint(({ position }) => this.#compare(position, asOf.position) <= 0);
    }
    const untilMs = Date.parse(asOf.instant);
    return this.#lastLogPoint(({ instant }) => Date.parse(instant) <= untilMs);
  }

  lastChange(key?: string): LogPoint | undefined {
    const ordinal = key === undefined ? this.#changedOrdinal : this.#timelines.get(key)?.changedOrdinal;
    return ordinal === undefined ? undefined : this.#logPoints[ordinal - 1];
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const { asOf, after, order, limit } = query;
    const matching = this.versionsIn(key).filter(
      (version) => isValidAt(version, asOf) && matchesFilter(version, key, query),
    );
    const ordered = order === 'asc' ? matching : matching.toReversed();
    const isBeyond = (version: StoredVersion): boolean =>
      after === undefined ||
      (order === 'asc' ? compareKeys(version, after) > 0 : compareKeys(version, after) < 0);
    const rest = ordered.filter(isBeyond);
    const shown = rest.slice(0, limit);
    const last = rest.length > limit ? shown.at(-1) : undefined;
    return {
      entries: shown.map((version) => storedEntryJson(version, key)),
      next: last && { earliest: last.earliest, latest: last.latest, rank: last.rank, entry: last.entry },
    };
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const present = this.versionsIn(key).filter((version) => isValidAt(version, asOf));
    return present.length === 0 ? undefined : summarize(key, present);
  }

  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined {
    const scanned = this.versionsIn(key).filter(rangeTest(query));
    if (scanned.length > query.entriesMax) return undefined;
    const counts = new Map<string, DensityCount>();
    for (const version of scanned) {
      if (!isValidAt(version, query.asOf) || !matchesFilter(version, key, query)) continue;
      const group = { ...datesOf(version), type: query.byType ? version.facets.type : '' };
      const text = JSON.stringify(group);
      counts.set(text, { ...group, entries: (counts.get(text)?.entries ?? 0) + 1 });
    }
    return [...counts.values()];
  }

  countMatches(key: string, { entriesMax, ...query }: CountQuery): number {
    return this.page(key, { ...query, order: 'desc', limit: entriesMax + 1 }).entries.length;
  }

  facetCounts(key: string, { entriesMax, ...query }: CountQuery): EntryFacetCounts {
    const matching = this.versionsIn(key).filter(
      (version) => isValidAt(version, query.asOf) && matchesFilter(version, key, query),
    );
    const counted = matching.toReversed().slice(0, entriesMax);
    const tally = new FacetTally();
    for (const { facets, partitions } of counted) {
      tally.add('types', facets.type);
      for (const facet of COUNTED_FACETS) {
        if (facet === 'types' || facet === 'roles') continue;
        for (const value of new Set(facets[facet])) tally.add(facet, value);
      }
      tally.addRoles(partitions.get(key) ?? '{}');
    }
    return tally.result(counted.length, counted.length === matching.length);
  }

  changes(key: string, query: ChangesQuery): number | undefined {
    const { after, upTo, changesMax } = query;
    const scanned = this.versionsIn(key).filter(({ from }) => from > after && from <= upTo);
    if (scanned.length > changesMax) return undefined;
    return scanned.filter((version) => matchesFilter(version, key, query)).length;
  }

  entryChanges(key: string, query: EntryChangesQuery): EntryChangesPage {
    return listEntryChanges(key, this.versionsIn(key), query, this.#logPoints);
  }

  latest(key: string, { upTo, before, changesMax, limit, ...filter }: LatestQuery): LatestPage {
    const isBefore = ({ from, entry }: StoredVersion): boolean =>
      before === undefined || from < before.ordinal || (from === before.ordinal && entry < before.entry);
    const changes = this.versionsIn(key).filter((version) => version.from <= upTo && isBefore(version));
    const newestFirst = changes.toSorted((a, b) => b.from - a.from || b.entry - a.entry);
    const scanned = newestFirst.slice(0, changesMax);
    const matching = scanned.filter((version) => matchesFilter(version, key, filter));
    const shown = matching.slice(0, limit);
    const last = matching.length > limit ? shown.at(-1) : scanned.at(-1);
    const isLast = matching.length <= limit && scanned.length === changes.length;
    return {
      changes: shown.map((version) => this.#change(version, key)),
      next: isLast || last === undefined ? undefined : { ordinal: last.from as Ordinal, entry: last.entry },
    };
  }

  first(key: string, { upTo, ...filter }: FirstQuery): LatestChange | undefined {
    const matching = this.versionsIn(key).filter(
      (version) => version.from <= upTo && matchesFilter(version, key, filter),
    );
    const [first] = matching.toSorted((a, b) => a.from - b.from || a.entry - b.entry);
    return first && this.#change(first, key);
  }

  #change(version: StoredVersion, key: string): LatestChange {
    const logPoint = this.#logPoints[version.from - 1];
    if (logPoint === undefined) throw new Error(`The store has no event ${version.from}`);
    return { logPoint, entry: storedEntryJson(version, key) };
  }

  changePoints(key: string, query: ChangePointsQuery): readonly LogPoint[] {
    const { after, upTo, order, limit } = query;
    const ordinals = new Set(this.versionsIn(key).flatMap(({ from, to }) => [from, to]));
    const inRange = [...ordinals].filter((ordinal) => ordinal > after && ordinal <= upTo);
    const sorted = inRange.sort((a, b) => (order === 'asc' ? a - b : b - a)).slice(0, limit);
    return sorted.flatMap((ordinal) => this.#logPoints[ordinal - 1] ?? []);
  }

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    const keys = [...this.#timelines.keys()].filter((key) => key > after).sort();
    const summaries: TimelineSummary[] = [];
    for (const key of keys) {
      if (summaries.length === limit) break;
      const summary = this.summary(key, asOf);
      if (summary !== undefined) summaries.push(summary);
    }
    return summaries;
  }

  find({ text, after, keysMax, asOf }: KeyQuery): readonly TimelineSummary[] {
    const keys = [...this.#timelines.keys()].filter((key) => key > after).sort();
    const found = keys.slice(0, keysMax).filter((key) => key.includes(text));
    return found.flatMap((key) => this.summary(key, asOf) ?? []);
  }

  list(asOf: Ordinal): TimelineList {
    const known = this.#listItems.filter(({ ordinal }) => ordinal <= asOf);
    const items = new Map(known.map(({ key, item }) => [key, item]));
    const listed = this.index({ limit: Number.POSITIVE_INFINITY, asOf }).map(({ key }) => {
      return [key, { key, ...(items.get(key) ?? BARE_ITEM) }] as const;
    });
    return TimelineList.of(new Map(listed));
  }

  loadList(): Promise<void> {
    return Promise.resolve();
  }

  newest({ limit, asOf, before }: NewestQuery): readonly NewTimeline[] {
    const started = [...this.#timelines.keys()].map((key) => ({ key, ordinal: this.#createdOrdinal(key) }));
    return started
      .filter(({ ordinal }) => ordinal <= asOf)
      .sort(newestFirst)
      .filter((timeline) => before === undefined || newestFirst(timeline, before) > 0)
      .slice(0, limit);
  }

  #createdOrdinal(key: string): Ordinal {
    return Math.min(...this.versionsIn(key).map(({ from }) => from)) as Ordinal;
  }

  count({ timelinesMax, ...query }: TimelineCountQuery): number | undefined {
    const found = this.index({ ...query, limit: timelinesMax + 1 }).length;
    return found > timelinesMax ? undefined : found;
  }

  /**
   * Returns every version that the timeline has or had, in its order; versions of one entry with equal dates from the
   * oldest to the newest. Not part of the port.
   */
  versionsIn(key: string): readonly StoredVersion[] {
    const timeline = this.#timelines.get(key);
    if (timeline === undefined) return [];
    if (!timeline.isSorted) timeline.versions.sort((a, b) => compareKeys(a, b) || a.from - b.from);
    timeline.isSorted = true;
    return timeline.versions;
  }

  close(): void {}

  #put(version: EntryVersion): void {
    const next = storedVersion(version);
    const present = this.#present.get(next.entry);
    if (present === undefined && version.replaces !== undefined) {
      throw new Error(
        `Event ${next.from} replaces an entry of event ${version.eventOrdinal} that does not exist`,
      );
    }
    if (present !== undefined) this.#close(present, next.from);
    this.#present.set(next.entry, next);
    for (const key of next.partitions.keys()) this.#add(key, next);
  }

  #add(key: string, version: MutableVersion): void {
    const timeline = this.#timelines.get(key);
    if (timeline === undefined) {
      this.#timelines.set(key, { versions: [version], isSorted: true, changedOrdinal: version.from });
    } else {
      timeline.versions.push(version);
      timeline.isSorted = false;
      timeline.changedOrdinal = version.from;
    }
    this.#changedOrdinal = version.from;
  }

  /** Ends the validity of a version at the event that replaces it. */
  #close(version: MutableVersion, ordinal: number): void {
    version.to = ordinal;
    for (const key of version.partitions.keys()) {
      const timeline = this.#timelines.get(key);
      if (timeline !== undefined) timeline.changedOrdinal = ordinal;
      this.#changedOrdinal = ordinal;
    }
  }

  /** Finds the last log point of those, at the beginning of the log, that the predicate accepts. */
  #lastLogPoint(isIncluded: (logPoint: LogPoint) => boolean): LogPoint | undefined {
    return this.#logPoints[countLeading(this.#logPoints, isIncluded) - 1];
  }
}

function newestFirst(a: NewTimeline, b: NewTimeline): number {
  return b.ordinal - a.ordinal || (a.key < b.key ? 1 : -1);
}

function requireItemIndex({ eventOrdinal, item }: EntryVersion): void {
  if (item >= ITEMS_MAX) throw new RangeError(`Event ${eventOrdinal} has more than ${ITEMS_MAX} items.`);
}

function summarize(key: string, versions: readonly StoredVersion[]): TimelineSummary {
  const earliest = versions.reduce((day, version) => Math.min(day, version.earliest), OPEN_END);
  const latest = versions.reduce((day, version) => Math.max(day, version.latest), OPEN_START);
  return { key, entries: versions.length, earliest: dayOrOpen(earliest), latest: dayOrOpen(latest) };
}
