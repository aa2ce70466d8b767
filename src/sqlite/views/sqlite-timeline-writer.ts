import { closeSync, fsyncSync, openSync } from 'node:fs';
import { daySerial } from '../../domain/values/edtf.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import {
  type Batch,
  type Checkpoint,
  type EntryVersion,
  entryNumber,
  ITEMS_MAX,
  type Ordinal,
  type TimelineWriter,
  VERSIONS_MAX,
} from '../../projector/timeline-store.ts';
import { type Database, inTransaction, openDatabase } from '../driver.ts';
import { migrate } from '../migrations.ts';
import { LogPointTable, LogPointWriter } from './log-points.ts';
import { facetText } from './timeline-facets.ts';
import {
  entryOfVersion,
  firstVersionId,
  OPEN_END,
  OPEN_START,
  ORDINAL_BOUND,
  STILL_STANDING,
  TIMELINE_INDEXES,
  TIMELINE_TABLES,
} from './timeline-schema.ts';
import { TimelineSummaries } from './timeline-summaries.ts';

interface VersionRow {
  readonly id: number;
  readonly earliest: number;
  readonly latest: number;
  readonly partitions: string;
  readonly facets: string;
  readonly body: string;
}

type StoredCheckpoint = Checkpoint & { readonly changedOrdinal: number };

/**
 * `live`: WAL with `synchronous=NORMAL`, for a file that others read: a crash of the machine may take the last
 * transactions back, rows and checkpoint together, and the projector does them again from the log. A checkpoint of the
 * WAL holds the projector up, so it comes often and is short.
 * `building`: for a new file that nobody reads yet. All is one transaction without a journal, so that no page is written
 * twice: nothing is there before `close`, and a crash, or a fault of SQLite, leaves a file of no use.
 */
export type WriteMode = 'live' | 'building';

/** A built file gets its last step when its rows are there. */
const SCHEMA = [TIMELINE_TABLES, TIMELINE_INDEXES];

const PRAGMAS: Readonly<Record<WriteMode, string>> = {
  live: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 500',
  building: 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536',
};

/** Writes the timelines of one projection to a file of their own. */
export class SqliteTimelineWriter implements TimelineWriter {
  readonly #file: string;
  readonly #mode: WriteMode;
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #moments: LogPointTable;
  readonly #momentRows: LogPointWriter;
  readonly #timelines: TimelineSummaries;
  #checkpoint: StoredCheckpoint | undefined;
  /** Why a file that is being built cannot be used. */
  #fault: unknown;

  /** Throws what SQLite throws when the file is damaged or of another schema. */
  constructor(file: string, comparePositions: EventReader['comparePositions'], mode: WriteMode = 'live') {
    this.#file = file;
    this.#mode = mode;
    this.#compare = comparePositions;
    this.#db = openDatabase(file);
    try {
      this.#db.exec(`PRAGMA page_size = 8192; ${PRAGMAS[mode]}`);
      migrate(this.#db, mode === 'live' ? SCHEMA : [TIMELINE_TABLES], file);
      this.#statements = prepare(this.#db);
      this.#checkpoint = this.#statements.checkpoint.get();
      this.#moments = new LogPointTable(this.#db);
      this.#momentRows = new LogPointWriter(this.#db);
      this.#timelines = new TimelineSummaries(this.#db, this.#changedOrdinal);
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
    const found = this.#moments.lastUpTo(count, (moment) => this.#compare(moment.position, position));
    return found?.position === position ? found.ordinal : undefined;
  }

  commit(batch: Batch): void {
    for (const version of batch.versions) requireRoom(version);
    const written = this.#mode === 'live' ? this.#transact(batch) : this.#build(batch);
    this.#checkpoint = written;
    this.#timelines.trim();
  }

  #transact(batch: Batch): StoredCheckpoint {
    try {
      return inTransaction(this.#db, () => this.#write(batch));
    } catch (error) {
      this.#timelines.forget(this.#changedOrdinal);
      throw error;
    }
  }

  /** After a fault there is no way back, and nothing more is taken. */
  #build(batch: Batch): StoredCheckpoint {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      if (!this.#db.isTransaction) this.#db.exec('BEGIN');
      return this.#write(batch);
    } catch (error) {
      this.#fault = error;
      throw error;
    }
  }

  #write({ moments, versions, checkpoint }: Batch): StoredCheckpoint {
    this.#momentRows.addAll(moments);
    for (const version of versions) this.#put(version);
    this.#timelines.flush();
    const { ordinal, position, instant, eventId, lineage } = checkpoint;
    const { changedOrdinal } = this.#timelines;
    this.#statements.setCheckpoint.run(ordinal, position, instant, eventId, lineage, changedOrdinal);
    return { ...checkpoint, changedOrdinal };
  }

  /**
   * A live file is left without a WAL beside it, as far as no reader is in the way; a built one is whole and on disk.
   * Throws when it cannot be: then it is of no use.
   */
  close(): void {
    if (this.#mode === 'live') {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#db.close();
      return;
    }
    try {
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#db.isTransaction) this.#db.exec('COMMIT');
      // Sorting takes as much memory as the cache has: less is enough, and keeps a large file from taking more.
      this.#db.exec('PRAGMA cache_size = -16384');
      migrate(this.#db, SCHEMA, this.#file);
    } finally {
      this.#db.close();
    }
    syncFile(this.#file);
  }

  /** Closes a file that is being built and is not wanted any more. */
  discard(): void {
    this.#db.close();
  }

  #put(version: EntryVersion): void {
    const row = rowOf(version);
    const entry = entryNumber(version);
    const before = version.from.ordinal === version.eventOrdinal ? undefined : this.#latestVersion(entry);
    if (before === undefined && version.partitions.size === 0) return;
    if (before !== undefined) {
      if (this.#saysTheSame(before, row, version.partitions)) return;
      this.#close(before, version);
    }
    const id = before === undefined ? firstVersionId(entry) : before.id + 1;
    if (entryOfVersion(id) !== entry) {
      throw new RangeError(
        `Item ${version.item} of event ${version.eventOrdinal} has more than ${VERSIONS_MAX} versions`,
      );
    }
    const { earliest, latest, partitions, facets, body } = row;
    this.#statements.addVersion.run(id, earliest, latest, partitions, facets, body);
    const { ordinal } = version.from;
    for (const [key, matter] of version.partitions) {
      const timeline = this.#timelines.add(key, earliest, latest, ordinal);
      this.#statements.addEntry.run(timeline, earliest, latest, id, ordinal, STILL_STANDING, matter);
    }
  }

  #latestVersion(entry: number): VersionRow | undefined {
    return this.#statements.latestVersion.get(firstVersionId(entry), firstVersionId(entry + 1));
  }

  #saysTheSame(
    before: VersionRow,
    after: Omit<VersionRow, 'id'>,
    partitions: EntryVersion['partitions'],
  ): boolean {
    if (before.body !== after.body || before.facets !== after.facets) return false;
    if (before.partitions !== after.partitions) return false;
    const { id, earliest, latest } = before;
    if (earliest !== after.earliest || latest !== after.latest) return false;
    for (const [key, matter] of partitions) {
      if (this.#statements.matter.get(key, earliest, latest, id)?.matter !== matter) return false;
    }
    return true;
  }

  /** Lets the rows of a version stand up to, and not including, the event that makes the next one. */
  #close(before: VersionRow, next: EntryVersion): void {
    const keys: readonly string[] = JSON.parse(before.partitions);
    const { ordinal } = next.from;
    for (const key of keys) {
      const timeline = this.#timelines.remove(key, before.earliest, before.latest, ordinal);
      this.#statements.closeEntry.run(ordinal, timeline, before.earliest, before.latest, before.id);
    }
  }
}

function rowOf({ earliest, latest, partitions, facets, body }: EntryVersion): Omit<VersionRow, 'id'> {
  return {
    earliest: earliest === undefined ? OPEN_START : daySerial(earliest),
    latest: latest === undefined ? OPEN_END : daySerial(latest),
    partitions: JSON.stringify([...partitions.keys()]),
    facets: partitions.size > 0 ? facetText(facets) : '',
    body,
  };
}

/** Asked before anything is written. */
function requireRoom({ eventOrdinal: record, item, from }: EntryVersion): void {
  if (from.ordinal >= ORDINAL_BOUND) throw new RangeError(`A log of ${ORDINAL_BOUND} events is full`);
  if (item >= ITEMS_MAX) throw new RangeError(`Event ${record} shows more than ${ITEMS_MAX} items`);
}

/** What was written without a journal is on disk after this. */
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
    latestVersion: db.prepare<VersionRow>(
      `SELECT id, earliest, latest, partitions, facets, body FROM version
       WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1`,
    ),
    addVersion: db.prepare('INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)'),
    addEntry: db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)'),
    matter: db.prepare<{ matter: string }>(
      `SELECT matter FROM entry WHERE timeline = (SELECT id FROM timeline WHERE key = ?)
       AND earliest = ? AND latest = ? AND version = ?`,
    ),
    closeEntry: db.prepare(
      'UPDATE entry SET to_ordinal = ? WHERE timeline = ? AND earliest = ? AND latest = ? AND version = ?',
    ),
  };
}
