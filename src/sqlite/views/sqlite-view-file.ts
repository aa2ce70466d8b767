import type { EventReader } from '../../event-store/event-store.ts';
import type { TimelineWriter } from '../../projector/timeline-store.ts';
import { closeCheckpointed, type Database, inTransaction, openDatabase } from '../driver.ts';
import { migrate } from '../migrations.ts';
import { syncPath } from '../sync-path.ts';
import { limitWal } from '../wal-file.ts';
import { FILTER_INDEX_SIZES } from './filter-index.ts';
import { type ProjectionVersion, SharedTables } from './shared-tables.ts';
import { SqliteTimelineWriter, type Transact } from './sqlite-timeline-writer.ts';
import { TIMELINE_SCHEMA, TIMELINE_TABLES } from './timeline-schema.ts';

/**
 * `live`: WAL with `synchronous=NORMAL`, for a file that others read. A crash of the machine may undo the last
 * transactions, rows and checkpoint together; the projector then repeats them from the log. A WAL checkpoint writes
 * each page once, however often it has changed, so there are few: one for some 800 events that come alone.
 *
 * `building`: for a new file that nobody reads yet. Everything is one transaction without a journal, so no page is
 * written twice. Nothing is stored before `close`; after a crash or an SQLite error the file is unusable.
 */
export type WriteMode = 'live' | 'building';

/**
 * Small, because an event changes single rows on many pages, and SQLite writes whole pages: to the WAL, then to the
 * file. Reads take the same time as with larger pages.
 */
const PAGE_BYTES = 512;

const PRAGMAS: Readonly<Record<WriteMode, string>> = {
  live: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096',
  building: 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -20480',
};

/** Writes a view file, which holds the timelines of projections with the same entries. */
export class SqliteViewFile {
  readonly #path: string;
  readonly #mode: WriteMode;
  readonly #db: Database;
  readonly #tables: SharedTables;
  readonly #writers: ReadonlyMap<string, SqliteTimelineWriter>;
  /** The error that made a file in `building` mode unusable. */
  #buildError: unknown;

  /**
   * Opens the file, or creates it for the projections.
   *
   * @throws SQLite's error if the file is damaged or has another schema
   * @throws RangeError if it has other projections, or other versions of them
   */
  constructor(
    path: string,
    projections: readonly ProjectionVersion[],
    comparePositions: EventReader['comparePositions'],
    mode: WriteMode = 'live',
    sizes = FILTER_INDEX_SIZES,
  ) {
    this.#path = path;
    this.#mode = mode;
    this.#db = openDatabase(path);
    try {
      // The page size has an effect on new files only. By default the journals of statements are temporary files.
      this.#db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA temp_store = MEMORY; ${PRAGMAS[mode]}`);
      if (mode === 'live') limitWal(this.#db);
      // A file in `building` mode gets the other steps, which are indexes, after all its rows.
      migrate(this.#db, mode === 'live' ? TIMELINE_SCHEMA : [TIMELINE_TABLES], path);
      requireProjections(this.#db, projections, path);
      const isLive = mode === 'live';
      this.#tables = new SharedTables(this.#db, projections, sizes, isLive);
      const transact: Transact = (work) => this.#transact(work);
      const writers = storedProjections(this.#db).map(({ id, name }) => {
        return [
          name,
          new SqliteTimelineWriter(this.#db, id, this.#tables, transact, comparePositions),
        ] as const;
      });
      this.#writers = new Map(writers);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Differs between files if other events or contents were removed from the log before they were made. */
  get removals(): number {
    return removalsOf(this.#db);
  }

  set removals(digest: number) {
    this.#db.exec(`PRAGMA application_id = ${digest}`);
  }

  /** Returns the writer of a projection of the file. */
  writer(projection: string): TimelineWriter {
    const writer = this.#writers.get(projection);
    if (writer === undefined) throw new RangeError(`${this.#path} has no projection ${projection}`);
    return writer;
  }

  /**
   * Closes a live file, and checkpoints its WAL unless a reader or a full disk prevents it. Completes a file in
   * `building` mode and syncs it to disk; if this throws, the file is unusable.
   */
  close(): void {
    if (this.#mode === 'building') {
      this.#completeBuilding();
      return;
    }
    closeCheckpointed(this.#db);
  }

  #completeBuilding(): void {
    try {
      if (this.#buildError !== undefined) throw this.#buildError;
      if (this.#db.isTransaction) {
        this.#tables.filterIndex.flushAll();
        this.#tables.textIndex.flushAll();
        this.#db.exec('COMMIT');
      }
      migrate(this.#db, TIMELINE_SCHEMA, this.#path);
    } finally {
      this.#db.close();
    }
    syncPath(this.#path);
  }

  /** Closes an unfinished file in `building` mode, which the caller then deletes. */
  discard(): void {
    this.#db.close();
  }

  #transact<Result>(work: () => Result): Result {
    return this.#mode === 'live' ? this.#transactLive(work) : this.#transactBuilding(work);
  }

  #transactLive<Result>(work: () => Result): Result {
    if (this.#db.isTransaction) return work();
    try {
      const result = inTransaction(this.#db, work);
      this.#tables.contents.forgetLatest();
      return result;
    } catch (error) {
      this.#tables.reset();
      for (const writer of this.#writers.values()) writer.reset();
      throw error;
    }
  }

  /** Without a journal there is no rollback, so every transaction after a failed one throws the same error. */
  #transactBuilding<Result>(work: () => Result): Result {
    if (this.#buildError !== undefined) throw this.#buildError;
    try {
      if (!this.#db.isTransaction) this.#db.exec('BEGIN');
      return work();
    } catch (error) {
      this.#buildError = error;
      throw error;
    }
  }
}

type StoredProjection = ProjectionVersion & { readonly id: number };

function storedProjections(db: Database): readonly StoredProjection[] {
  return db.prepare<StoredProjection>('SELECT id, name, version FROM projection ORDER BY id').all();
}

/** Adds the projections to a new file. An older one must have exactly these. */
function requireProjections(db: Database, projections: readonly ProjectionVersion[], path: string): void {
  const label = ({ name, version }: ProjectionVersion) => `${name}@${version}`;
  const stored = storedProjections(db).map(label);
  const expected = projections.map(label);
  if (stored.length === 0) {
    const insert = db.prepare('INSERT INTO projection (name, version) VALUES (?, ?)');
    inTransaction(db, () => {
      for (const { name, version } of projections) insert.run(name, version);
    });
  } else if (stored.join() !== expected.join()) {
    throw new RangeError(`${path} has the projections ${stored.join(', ')}, not ${expected.join(', ')}`);
  }
}

/** `SqliteViewFile.removals` of an open file. */
export function removalsOf(database: Database): number {
  return database.prepare<{ application_id: number }>('PRAGMA application_id').get()?.application_id ?? 0;
}
