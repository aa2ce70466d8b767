import { closeSync, fsyncSync, openSync } from 'node:fs';
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
import { type Database, inTransaction, openDatabase } from '../driver.ts';
import { migrate } from '../migrations.ts';
import { EntryVersionWriter } from './entry-version-writer.ts';
import { LinkWriter } from './link-table.ts';
import { LogPointTable, LogPointWriter } from './log-points.ts';
import { ORDINALS_END, TIMELINE_SCHEMA, TIMELINE_TABLES } from './timeline-schema.ts';
import { TimelineSummaries } from './timeline-summaries.ts';

/**
 * `live`: WAL with `synchronous=NORMAL`, for a file that others read. A crash of the machine may undo the last
 * transactions, rows and checkpoint together; the projector then repeats them from the log. WAL checkpoints block the
 * projector, so they are frequent and short.
 *
 * `building`: for a new file that nobody reads yet. Everything is one transaction without a journal, so no page is
 * written twice. Nothing is stored before `close`; after a crash or an SQLite error the file is unusable.
 */
export type WriteMode = 'live' | 'building';

const PRAGMAS: Readonly<Record<WriteMode, string>> = {
  live:
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; ' +
    'PRAGMA wal_autocheckpoint = 1000',
  building: 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768',
};

/** The columns of the table `checkpoint`. */
type StoredCheckpoint = Checkpoint & { readonly changedOrdinal: number };

/** Writes the timelines of one projection to a view file. */
export class SqliteTimelineWriter implements TimelineWriter {
  readonly #file: string;
  readonly #mode: WriteMode;
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #logPoints: LogPointTable;
  readonly #logPointWriter: LogPointWriter;
  readonly #summaries: TimelineSummaries;
  readonly #entryVersions: EntryVersionWriter;
  readonly #links: LinkWriter;
  #checkpoint: StoredCheckpoint | undefined;
  /** The error that made a file in `building` mode unusable. */
  #buildError: unknown;

  /** Throws SQLite's error if the file is damaged or has another schema. */
  constructor(file: string, comparePositions: EventReader['comparePositions'], mode: WriteMode = 'live') {
    this.#file = file;
    this.#mode = mode;
    this.#compare = comparePositions;
    this.#db = openDatabase(file);
    try {
      // Otherwise the journals of statements are written to temporary files.
      this.#db.exec(`PRAGMA temp_store = MEMORY; ${PRAGMAS[mode]}`);
      // A file in `building` mode gets the other steps, which are indexes, after all its rows.
      migrate(this.#db, mode === 'live' ? TIMELINE_SCHEMA : [TIMELINE_TABLES], file);
      this.#statements = prepare(this.#db);
      this.#checkpoint = this.#statements.checkpoint.get();
      this.#logPoints = new LogPointTable(this.#db);
      this.#logPointWriter = new LogPointWriter(this.#db);
      this.#summaries = new TimelineSummaries(this.#db, this.#changedOrdinal);
      this.#entryVersions = new EntryVersionWriter(this.#db, this.#summaries);
      this.#links = new LinkWriter(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get #changedOrdinal(): number {
    return this.#checkpoint?.changedOrdinal ?? 0;
  }

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal | undefined {
    const count = this.#checkpoint?.ordinal ?? 0;
    const last = this.#logPoints.lastUpTo(count, (point) => this.#compare(point.position, position));
    return last?.position === position ? last.ordinal : undefined;
  }

  linksTo(target: string): readonly InboundLink[] {
    return this.#links.linksTo(target);
  }

  commit(batch: Batch): void {
    for (const version of batch.versions) requireWithinLimits(version);
    this.#checkpoint = this.#mode === 'live' ? this.#commitLive(batch) : this.#commitBuilding(batch);
    this.#summaries.trimCache();
  }

  #commitLive(batch: Batch): StoredCheckpoint {
    try {
      return inTransaction(this.#db, () => this.#write(batch));
    } catch (error) {
      this.#summaries.reset(this.#changedOrdinal);
      this.#links.reset();
      throw error;
    }
  }

  /** Without a journal there is no rollback, so every commit after a failed one throws the same error. */
  #commitBuilding(batch: Batch): StoredCheckpoint {
    if (this.#buildError !== undefined) throw this.#buildError;
    try {
      if (!this.#db.isTransaction) this.#db.exec('BEGIN');
      return this.#write(batch);
    } catch (error) {
      this.#buildError = error;
      throw error;
    }
  }

  #write({ logPoints, versions, links, checkpoint }: Batch): StoredCheckpoint {
    this.#logPointWriter.addAll(logPoints);
    for (const version of versions) this.#entryVersions.add(version);
    for (const link of links) this.#links.add(link);
    this.#summaries.flush();
    const { ordinal, position, instant, eventId, lineage } = checkpoint;
    const { changedOrdinal } = this.#summaries;
    this.#statements.setCheckpoint.run(ordinal, position, instant, eventId, lineage, changedOrdinal);
    return { ...checkpoint, changedOrdinal };
  }

  /**
   * Closes a live file, and checkpoints its WAL unless a reader prevents it. Completes a file in `building` mode and
   * syncs it to disk; if this throws, the file is unusable.
   */
  close(): void {
    if (this.#mode === 'building') {
      this.#completeBuilding();
      return;
    }
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }

  #completeBuilding(): void {
    try {
      if (this.#buildError !== undefined) throw this.#buildError;
      if (this.#db.isTransaction) this.#db.exec('COMMIT');
      // The sort for an index uses as much memory as the cache may. A smaller cache suffices and bounds it.
      this.#db.exec('PRAGMA cache_size = -16384');
      migrate(this.#db, TIMELINE_SCHEMA, this.#file);
    } finally {
      this.#db.close();
    }
    syncFile(this.#file);
  }

  /** Closes an unfinished file in `building` mode, which the caller then deletes. */
  discard(): void {
    this.#db.close();
  }
}

/** Runs before anything is written, so a refused batch leaves even a file in `building` mode usable. */
function requireWithinLimits({ eventOrdinal, item, from }: EntryVersion): void {
  if (from.ordinal >= ORDINALS_END) throw new RangeError(`A log of ${ORDINALS_END} events is full`);
  if (item >= ITEMS_MAX) throw new RangeError(`Event ${eventOrdinal} shows more than ${ITEMS_MAX} items`);
}

/** Syncs a file that was written without a journal. */
function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<StoredCheckpoint>(
      `SELECT ordinal, position, instant, event_id AS eventId, lineage, changed_ordinal AS changedOrdinal
       FROM checkpoint`,
    ),
    setCheckpoint: db.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?, ?, ?)'),
  };
}
