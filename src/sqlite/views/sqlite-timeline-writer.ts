import type { InboundLink } from '../../domain/record/record-version.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import {
  type Batch,
  type Checkpoint,
  type EntryVersion,
  ITEMS_MAX,
  type Ordinal,
  type TimelineWriter,
} from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { EntryTable } from './entry-table.ts';
import { EntryVersionWriter } from './entry-version-writer.ts';
import { ListItemWriter } from './list-items.ts';
import { LogPointTable } from './log-points.ts';
import type { SharedTables } from './shared-tables.ts';
import { ORDINALS_END } from './timeline-schema.ts';
import { TimelineTable } from './timeline-table.ts';

/** Runs the work in a transaction of the file, or in the one that is open. */
export type Transact = <Result>(work: () => Result) => Result;

/** The columns of the table `projection` that change. */
type StoredCheckpoint = Checkpoint & { readonly changedOrdinal: number };

/** Writes the timelines of one projection to a view file. */
export class SqliteTimelineWriter implements TimelineWriter {
  readonly transact: Transact;
  readonly #id: number;
  readonly #shared: SharedTables;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #logPoints: LogPointTable;
  readonly #timelines: TimelineTable;
  readonly #entries: EntryTable;
  readonly #entryVersions: EntryVersionWriter;
  readonly #listItems: ListItemWriter;
  /** Undefined if it has to be read from the file. */
  #stored: { readonly checkpoint: StoredCheckpoint | undefined } | undefined;

  /** @param id of the row of `projection` */
  constructor(
    db: Database,
    id: number,
    shared: SharedTables,
    transact: Transact,
    comparePositions: EventReader['comparePositions'],
  ) {
    this.#id = id;
    this.#shared = shared;
    this.transact = transact;
    this.#compare = comparePositions;
    this.#statements = prepare(db);
    this.checkpoint();
    this.#logPoints = new LogPointTable(db);
    const { timelineIds, filterIndex } = shared;
    this.#entries = new EntryTable(db);
    this.#timelines = new TimelineTable(db, id, timelineIds, filterIndex, this.#entries);
    this.#entryVersions = new EntryVersionWriter(shared, this.#timelines, this.#entries);
    this.#listItems = new ListItemWriter(db, id);
  }

  checkpoint(): StoredCheckpoint | undefined {
    this.#stored ??= { checkpoint: this.#statements.checkpoint.get(this.#id) };
    return this.#stored.checkpoint;
  }

  ordinalAt(position: Position): Ordinal | undefined {
    const count = this.checkpoint()?.ordinal ?? 0;
    const last = this.#logPoints.lastUpTo(count, (point) => this.#compare(point.position, position));
    return last?.position === position ? last.ordinal : undefined;
  }

  linksTo(target: string): readonly InboundLink[] {
    const checkpoint = this.checkpoint();
    return checkpoint === undefined ? [] : this.#shared.links.linksTo(target, checkpoint.ordinal);
  }

  commit(batch: Batch): void {
    for (const version of batch.versions) requireWithinLimits(version);
    this.#stored = { checkpoint: this.transact(() => this.#write(batch)) };
    this.#timelines.trimCache(this.#shared.isLive);
  }

  updateIndexes(): void {
    if (!this.#shared.isLive || !this.#shared.areIndexesDue()) return;
    this.#shared.updatesWithRows = true;
    this.transact(() => this.#shared.updateIndexes());
    this.#shared.updatesWithRows = false;
  }

  /** Discards the state in memory after a transaction was rolled back. */
  reset(): void {
    this.#stored = undefined;
    this.#entries.clear();
    this.#timelines.reset();
  }

  #write({ logPoints, versions, links, listItems = [], checkpoint }: Batch): StoredCheckpoint {
    this.#shared.beginIndexes();
    this.#shared.logPoints.addAll(logPoints);
    for (const version of versions) this.#entryVersions.add(version);
    for (const link of links) this.#shared.links.add(link);
    for (const item of listItems) this.#listItems.add(item);
    this.#timelines.flush();
    this.#entries.flush();
    const { ordinal, position, instant, eventId, lineage } = checkpoint;
    const changedOrdinal = this.#timelines.changedOrdinal || (this.checkpoint()?.changedOrdinal ?? 0);
    this.#statements.setCheckpoint.run(
      ordinal,
      position,
      instant,
      eventId,
      lineage,
      changedOrdinal,
      this.#id,
    );
    if (this.#shared.updatesWithRows) this.#shared.updateIndexes();
    return { ...checkpoint, changedOrdinal };
  }
}

/** Runs before anything is written, so a refused batch leaves even a file in `building` mode usable. */
function requireWithinLimits({ eventOrdinal, item, from }: EntryVersion): void {
  if (from.ordinal >= ORDINALS_END) throw new RangeError(`A log of ${ORDINALS_END} events is full`);
  if (item >= ITEMS_MAX) throw new RangeError(`Event ${eventOrdinal} shows more than ${ITEMS_MAX} items`);
}

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<StoredCheckpoint>(
      `SELECT ordinal, position, instant, event_id AS eventId, lineage, changed_ordinal AS changedOrdinal
       FROM projection WHERE id = ? AND ordinal IS NOT NULL`,
    ),
    setCheckpoint: db.prepare(
      `UPDATE projection SET ordinal = ?, position = ?, instant = ?, event_id = ?, lineage = ?,
         changed_ordinal = ? WHERE id = ?`,
    ),
  };
}
