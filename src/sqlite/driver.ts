import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Only this file knows which SQLite is in use: the module built into Node from version 24 on, and before that
 * `@photostructure/sqlite`, which offers the same API as a prebuilt binary. The types cover the part of the API in use.
 */

export type SqlValue = string | number | Uint8Array | null;

export interface PreparedStatement<Row = unknown> {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
  iterate(...values: readonly SqlValue[]): IterableIterator<Row>;
  /** Returns rows as arrays in column order, which costs a third less than objects when many rows are read. */
  setReturnArrays(enabled: boolean): void;
}

export interface Database {
  /** `Row` is the type of the rows that the statement returns. It is not checked. */
  prepare<Row = unknown>(sql: string): PreparedStatement<Row>;
  exec(sql: string): void;
  /** Makes a function of one argument known to the SQL of this connection. */
  function(name: string, work: (value: SqlValue) => SqlValue): void;
  /**
   * The connection and its statements must not be used afterwards. Before Node 24, a connection with prepared
   * statements keeps the file open until they are garbage-collected, and does not checkpoint the WAL. Callers that need
   * a checkpoint must run one first.
   */
  close(): void;
  readonly isTransaction: boolean;
}

/** How long a statement waits for another connection's lock by default. */
export const BUSY_TIMEOUT_MS = 5_000;

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** 0 fails at once with SQLITE_BUSY. Default: BUSY_TIMEOUT_MS. */
  readonly busyTimeoutMs?: number;
}

interface Driver {
  readonly DatabaseSync: new (
    path: string,
    options: { readonly readOnly: boolean; readonly timeout: number },
  ) => Database;
  readonly backup: (
    source: Database,
    target: string,
    options: { readonly rate: number; readonly progress: (pages: BackupProgress) => void },
  ) => Promise<number>;
}

interface BackupProgress {
  readonly totalPages: number;
  readonly remainingPages: number;
}

const nodeMajor = Number.parseInt(process.versions.node, 10);

const driver: Driver =
  nodeMajor >= 24 ? loadBuiltIn() : ((await import('@photostructure/sqlite')) as unknown as Driver);

/** Suppresses the warning on stderr that Node before 24.15 prints while it loads the experimental module. */
function loadBuiltIn(): Driver {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite') as unknown as Driver;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Closes the files of closed connections whose statements are no longer referenced (see `close`), so that deleted files
 * free their disk space. It runs a full garbage collection, so call it rarely.
 */
export const releaseClosedFiles: () => void = nodeMajor >= 24 ? () => {} : collectGarbage;

/** Runs a full garbage collection. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/**
 * Throws SQLite's error if the file cannot be opened. A new file is for its owner only, and so are the files that
 * SQLite puts beside it.
 */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  const { readOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  if (!readOnly) createPrivateFile(path);
  return new driver.DatabaseSync(path, { readOnly, timeout: busyTimeoutMs });
}

/** Leaves an existing file unopened, because closing a file releases all locks of this process on it. */
function createPrivateFile(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Copies what is in the WAL of a database that is open elsewhere into its file, while others read and write. A second
 * pass copies what was written during the first, so that the next writer can usually begin the WAL again. Throws
 * SQLite's error, also if there is no such file.
 */
export function checkpointShared(path: string): void {
  const database = new driver.DatabaseSync(`${pathToFileURL(path)}?mode=rw`, { readOnly: false, timeout: 0 });
  try {
    const pass = 'PRAGMA wal_checkpoint(PASSIVE);';
    database.exec(`PRAGMA fullfsync = ON; ${pass} ${pass}`);
  } finally {
    database.close();
  }
}

/** Checkpoints the WAL into the file and closes it. If the disk is full, the WAL stays, and the next start reads it. */
export function closeCheckpointed(database: Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  } finally {
    database.close();
  }
}

/**
 * Writes the file again without what was deleted or replaced, and empties the WAL, which has older pages. Returns false
 * if a reader or a checkpoint still needs them.
 */
export function eraseDeleted(database: Database): boolean {
  database.exec('VACUUM');
  return database.prepare<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
}

/** Removes a database that is not open, together with the files that SQLite puts beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}

/**
 * Opens a database also in a folder where SQLite cannot create the files that it needs beside a database in WAL mode,
 * because the folder is read-only or its disk is full. No other process has the database open then, or the files would
 * be there, so it is read as it is.
 */
export function openToRead(path: string): Database {
  const database = openDatabase(path, { readOnly: true });
  try {
    database.exec('SELECT 1 FROM sqlite_schema LIMIT 1');
    return database;
  } catch (error) {
    database.close();
    const trouble = sqliteTrouble(error);
    const isUnwritable =
      trouble === 'read-only' || trouble === 'disk-full' || sqliteCode(error) === SQLITE_CANTOPEN;
    if (!isUnwritable || hasContent(`${path}-wal`)) throw error;
    return new driver.DatabaseSync(`${pathToFileURL(path)}?immutable=1`, { readOnly: true, timeout: 0 });
  }
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

const DEFAULT_PAGE_BYTES = 4_096;

/** Returns how many bytes a page of a database has. */
export function pageBytesOf(database: Database): number {
  const row = database.prepare<{ readonly page_size: number }>('PRAGMA page_size').get();
  return row?.page_size ?? DEFAULT_PAGE_BYTES;
}

/** How much is copied at a time. */
const BACKUP_BYTES = 4 << 20;

/**
 * Copies a database into a new file, page by page, on another thread. In a transaction of the source, the copy is the
 * database as that transaction sees it.
 *
 * @param onPages called after each part; if it throws, the copy ends with its error
 */
export async function backUpDatabase(
  source: Database,
  target: string,
  onPages: (copied: number, total: number) => void,
): Promise<void> {
  createPrivateFile(target);
  let stopped: { readonly error: unknown } | undefined;
  const progress = ({ totalPages, remainingPages }: BackupProgress): void => {
    try {
      onPages(totalPages - remainingPages, totalPages);
    } catch (error) {
      stopped ??= { error };
      throw error;
    }
  };
  await driver.backup(source, target, { rate: BACKUP_BYTES / pageBytesOf(source), progress });
  if (stopped !== undefined) throw stopped.error;
}

/**
 * Runs the work in a transaction that takes the write lock first. Rolls back and rethrows if the work or SQLite throws.
 */
export function inTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Result codes that callers distinguish. The low byte of an extended code is the primary code.
 * https://sqlite.org/rescode.html
 */
const SQLITE_PERM = 3;
export const SQLITE_BUSY = 5;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
export const SQLITE_FULL = 13;
export const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
export const SQLITE_IOERR_SHMSIZE = 4874;

/** Errors of a running statement have no result code, so `sqliteCode` does not recognise them all. */
export function isSqliteError(error: unknown): error is Error {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SQLITE_ERROR';
}

/** Returns the extended result code of an error that SQLite threw; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

const OUT_OF_REACH: readonly (number | undefined)[] = [
  SQLITE_PERM,
  SQLITE_BUSY,
  SQLITE_NOMEM,
  SQLITE_READONLY,
  SQLITE_IOERR,
  SQLITE_FULL,
  SQLITE_CANTOPEN,
];

/** True if the error is about the disk, the memory or another process. It says nothing about what is in the file. */
export function isOutOfReach(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && OUT_OF_REACH.includes(code & 0xff);
}

/** Returns what an error of SQLite means for the operator; undefined if SQLite did not throw it. */
export function sqliteTrouble(error: unknown): 'read-only' | 'disk-full' | 'damaged' | 'other' | undefined {
  const code = sqliteCode(error);
  if (code === undefined) return undefined;
  if ((code & 0xff) === SQLITE_READONLY) return 'read-only';
  if ((code & 0xff) === SQLITE_CORRUPT || code === SQLITE_NOTADB) return 'damaged';
  return code === SQLITE_FULL || code === SQLITE_IOERR_SHMSIZE ? 'disk-full' : 'other';
}
