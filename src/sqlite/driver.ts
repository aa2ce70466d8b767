import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * The one file that knows which SQLite is in use: the module built into Node from 24 on, and below it
 * `@photostructure/sqlite`, which brings the same API as a prebuilt binary. The types are the subset that is used.
 */

export type SqlValue = string | number | Uint8Array | null;

export interface PreparedStatement<Row = unknown> {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
  iterate(...values: readonly SqlValue[]): IterableIterator<Row>;
  /** Rows as arrays in the order of the columns: a third cheaper than objects where many rows are read. */
  setReturnArrays(enabled: boolean): void;
}

export interface Database {
  /** `Row` is what the statement returns; nothing checks it. */
  prepare<Row = unknown>(sql: string): PreparedStatement<Row>;
  exec(sql: string): void;
  /**
   * No use of the connection or its statements after this. Below Node 24 a connection with prepared statements keeps
   * the file open until they are collected as garbage, and does not move the WAL into it: whoever needs that asks
   * for a checkpoint first.
   */
  close(): void;
  readonly isTransaction: boolean;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** How long a statement waits for a lock that another connection holds; 0 gives SQLITE_BUSY at once. Else 5 s. */
  readonly busyTimeoutMs?: number;
}

interface Driver {
  readonly DatabaseSync: new (
    path: string,
    options: { readonly readOnly: boolean; readonly timeout: number },
  ) => Database;
}

const nodeMajor = Number.parseInt(process.versions.node, 10);

const driver: Driver =
  nodeMajor >= 24 ? loadBuiltIn() : ((await import('@photostructure/sqlite')) as unknown as Driver);

/** Node below 24.15 calls the module experimental on stderr, once, while it is loaded: nothing a user can act on. */
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
 * Lets go of the files of closed connections, as far as nobody refers to their statements any more (see `close`): what
 * was removed from the disk meanwhile gives its room back. Takes as long as collecting all garbage, so it is for rare moments.
 */
export const releaseClosed: () => void = nodeMajor >= 24 ? () => {} : collectGarbage;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Throws what SQLite throws when the file cannot be opened. */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  const { readOnly = false, busyTimeoutMs = 5_000 } = options;
  return new driver.DatabaseSync(path, { readOnly, timeout: busyTimeoutMs });
}

/** Takes the write lock, and does all of the work or none of it. Throws what the work or SQLite throws. */
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

/** Extended result codes that are told apart; the primary code is the low byte. https://sqlite.org/rescode.html */
export const SQLITE_BUSY = 5;
export const SQLITE_FULL = 13;
export const SQLITE_IOERR_SHMSIZE = 4874;

/** Extended result code of an error that SQLite threw; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
