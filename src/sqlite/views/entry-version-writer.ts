import {
  type DateReach,
  type EntryPlace,
  type EntryVersion,
  entryNumber,
} from '../../projector/timeline-store.ts';
import { type StoredContent, serials } from './content-table.ts';
import type { EntryTable } from './entry-table.ts';
import type { SharedTables } from './shared-tables.ts';
import type { ReachJson } from './timeline-filter-sql.ts';
import type { TimelineTable } from './timeline-table.ts';

/** Writes the versions of a projection's entries to the table `entry`, and keeps its timelines up to date. */
export class EntryVersionWriter {
  readonly #shared: SharedTables;
  readonly #timelines: TimelineTable;
  readonly #entries: EntryTable;

  constructor(shared: SharedTables, timelines: TimelineTable, entries: EntryTable) {
    this.#shared = shared;
    this.#timelines = timelines;
    this.#entries = entries;
  }

  /**
   * Adds a version, and ends the rows of the one that it replaces.
   *
   * @throws RangeError if the item has had too many contents.
   */
  add(version: EntryVersion): void {
    if (version.replaces !== undefined) this.#endRows(version, version.replaces);
    if (version.partitions.size > 0) this.#addRows(version, this.#shared.contents.store(version));
  }

  /** Makes the rows of a version valid up to, but not including, the event that makes the next version. */
  #endRows(version: EntryVersion, { keys, rank, ...span }: EntryPlace): void {
    const { ordinal } = version.from;
    const [earliest, latest] = serials(span);
    const entry = entryNumber(version);
    for (const key of keys) {
      const timeline = this.#timelines.remove(key, { earliest, latest }, ordinal);
      const row = { timeline, earliest, latest, rank, entry, ordinal };
      if (!this.#entries.end(row)) throw new Error(missing(version, key));
    }
  }

  #addRows({ from: { ordinal }, reach, partitions }: EntryVersion, content: StoredContent): void {
    const timelines: number[] = [];
    const dates = { reach: reachJson(reach), reachDays: reachDaysOf(content.earliest, reach) };
    for (const [key, json] of partitions) {
      const { id: timeline, isIndexed } = this.#timelines.add(key, content, ordinal);
      const fields = this.#shared.fields.idOf(json);
      this.#entries.add({ timeline, fields, content, ordinal, ...dates });
      if (isIndexed) this.#shared.filterIndex.addRow(timeline, fields, content);
      timelines.push(timeline);
    }
    this.#shared.textIndex.addRows(timelines, ordinal, content);
  }
}

/** The code of a definition may have changed without its version. */
function missing({ eventOrdinal, item, from }: EntryVersion, key: string): string {
  return (
    `Event ${from.ordinal} changes item ${item} of event ${eventOrdinal}, which is not in the timeline ${key}: ` +
    'the projection has changed since that timeline was written. Rebuild it'
  );
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
