import { type DateSpan, daySerial } from '../../domain/values/edtf.ts';
import {
  type DateReach,
  type EntryVersion,
  entryNumber,
  VERSIONS_MAX,
} from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { facetText, type ReachJson } from './timeline-filter-sql.ts';
import {
  entryOfVersion,
  firstVersionId,
  OPEN_END_DAY,
  OPEN_START_DAY,
  STILL_VALID,
} from './timeline-schema.ts';
import type { TimelineSummaries } from './timeline-summaries.ts';

/** A row of `version` without its id. */
interface VersionContent {
  readonly earliest: number;
  readonly latest: number;
  readonly rank: number;
  /** Keys of the timelines that show the version, as a JSON array. */
  readonly partitions: string;
  readonly facets: string;
  readonly body: string;
}

interface VersionRow extends VersionContent {
  readonly id: number;
}

/** Writes the versions of entries to the tables `version` and `entry`, and keeps the summaries up to date. */
export class EntryVersionWriter {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #summaries: TimelineSummaries;

  constructor(db: Database, summaries: TimelineSummaries) {
    this.#statements = prepare(db);
    this.#summaries = summaries;
  }

  /**
   * Adds a version, and ends the rows of the one before it. Does nothing if the version equals the one before it, or if
   * there is none and no timeline shows the version.
   *
   * @throws RangeError if the item has too many versions.
   */
  add(version: EntryVersion): void {
    const entry = entryNumber(version);
    // The event itself makes the first version of its entries, so only later events have to look for one before.
    const before = version.from.ordinal === version.eventOrdinal ? undefined : this.#latestVersion(entry);
    if (before === undefined && version.partitions.size === 0) return;
    const content = contentOf(version);
    if (before !== undefined) {
      if (this.#isUnchanged(before, content, version)) return;
      this.#endRows(before, version.from.ordinal);
    }
    const id = before === undefined ? firstVersionId(entry) : before.id + 1;
    if (entryOfVersion(id) !== entry) {
      throw new RangeError(
        `Item ${version.item} of event ${version.eventOrdinal} has more than ${VERSIONS_MAX} versions`,
      );
    }
    this.#insert(id, content, version);
  }

  #latestVersion(entry: number): VersionRow | undefined {
    return this.#statements.latestVersion.get(firstVersionId(entry), firstVersionId(entry + 1));
  }

  #isUnchanged(before: VersionRow, after: VersionContent, { partitions, reach }: EntryVersion): boolean {
    if (before.body !== after.body || before.facets !== after.facets) return false;
    if (before.partitions !== after.partitions) return false;
    const { id, earliest, latest, rank } = before;
    if (earliest !== after.earliest || latest !== after.latest || rank !== after.rank) return false;
    const reachText = reachJson(reach);
    for (const [key, fields] of partitions) {
      const entry = this.#statements.entry.get(key, earliest, latest, rank, id);
      if (entry?.fields !== fields || entry.reach !== reachText) return false;
    }
    return true;
  }

  /** Makes the rows of a version valid up to, but not including, the event that makes the next version. */
  #endRows({ id, earliest, latest, rank, partitions }: VersionRow, ordinal: number): void {
    const keys: readonly string[] = JSON.parse(partitions);
    for (const key of keys) {
      const timeline = this.#summaries.remove(key, earliest, latest, ordinal);
      this.#statements.endEntry.run(ordinal, timeline, earliest, latest, rank, id);
    }
  }

  #insert(id: number, content: VersionContent, { from, reach, partitions }: EntryVersion): void {
    const { earliest, latest, rank, facets, body } = content;
    const reachText = reachJson(reach);
    const reachDays = reachDaysOf(earliest, reach);
    this.#statements.addVersion.run(id, earliest, latest, rank, content.partitions, facets, body);
    for (const [name, fields] of partitions) {
      const timeline = this.#summaries.add(name, earliest, latest, from.ordinal);
      const key = [timeline, earliest, latest, rank, id];
      this.#statements.addEntry.run(...key, from.ordinal, STILL_VALID, reachText, reachDays, fields);
    }
  }
}

function contentOf({ earliest, latest, rank, partitions, facets, body }: EntryVersion): VersionContent {
  const [first, last] = serials({ earliest, latest });
  return {
    earliest: first,
    latest: last,
    rank,
    partitions: JSON.stringify([...partitions.keys()]),
    facets: partitions.size > 0 ? facetText(facets) : '',
    body,
  };
}

function serials({ earliest, latest }: DateSpan): readonly [first: number, last: number] {
  return [
    earliest === undefined ? OPEN_START_DAY : daySerial(earliest),
    latest === undefined ? OPEN_END_DAY : daySerial(latest),
  ];
}

function reachJson(reach: DateReach | undefined): string | null {
  if (reach === undefined) return null;
  const json: ReachJson = [reach.canBeCertain ? 1 : 0, ...reach.spans.map(serials)];
  return JSON.stringify(json);
}

/** Returns the value of the column `reach_days`. */
function reachDaysOf(earliest: number, reach: DateReach | undefined): number | null {
  if (reach === undefined) return null;
  const days = reach.spans.flatMap(serials).map((day) => Math.abs(day - earliest));
  return Math.max(...days);
}

function prepare(db: Database) {
  return {
    latestVersion: db.prepare<VersionRow>(
      `SELECT id, earliest, latest, rank, partitions, facets, body FROM version
       WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1`,
    ),
    addVersion: db.prepare('INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)'),
    addEntry: db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    entry: db.prepare<{ fields: string; reach: string | null }>(
      `SELECT matter AS fields, reach FROM entry WHERE timeline = (SELECT id FROM timeline WHERE key = ?)
       AND earliest = ? AND latest = ? AND rank = ? AND version = ?`,
    ),
    endEntry: db.prepare(
      `UPDATE entry SET to_ordinal = ?
       WHERE timeline = ? AND earliest = ? AND latest = ? AND rank = ? AND version = ?`,
    ),
  };
}
