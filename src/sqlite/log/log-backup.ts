import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointFile } from '../../integrity/log-files.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import {
  backUpDatabase,
  type Database,
  isSqliteError,
  openDatabase,
  openToRead,
  removeDatabase,
  SQLITE_CANTOPEN,
  type SqlValue,
  sqliteCode,
} from '../driver.ts';
import { requireNotNewer } from '../migrations.ts';
import { syncPath } from '../sync-path.ts';
import { treePath } from '../tree-store.ts';
import { integrityProblems } from './log-inspection.ts';
import { logMigrations, logPath } from './log-schema.ts';

/** Thrown when a file is not a whole log, or would overwrite one. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

/** Reports progress in events. If it throws, the copy ends with its error. */
export type OnCopied = (copied: number, total: number) => void;

interface LogEnd {
  readonly events: number;
  /** Undefined if there are no events. */
  readonly lastId: string | undefined;
}

/**
 * Copies the log of a data folder, which a server may have open, as of now into a new file, and verifies it.
 *
 * @returns the number of events
 */
export async function backUpLog(dataDir: string, target: string, onCopied: OnCopied): Promise<number> {
  return copyLogFile(logPath(dataDir), target, onCopied);
}

/**
 * Puts a verified copy of a log file into a data folder that has no log. What was derived from an older log is removed,
 * its checkpoint included, and made again at the next start. After a crash, the folder has the whole log or none.
 *
 * @returns the number of events
 * @throws LogFileError, DataFolderInUseError
 */
export async function restoreLog(file: string, dataDir: string, onCopied: OnCopied): Promise<number> {
  requireNoLog(dataDir);
  // Before the folder is created, so that a wrong file leaves nothing behind.
  await readLog(file, async (database) => verify(database, file));
  const lock = lockDataFolder(dataDir);
  const part = `${logPath(dataDir)}.part`;
  try {
    requireNoLog(dataDir);
    await rm(part, { force: true });
    const events = await copyLogFile(file, part, onCopied);
    syncPath(part);
    await rm(join(dataDir, 'views'), { recursive: true, force: true });
    removeDatabase(treePath(dataDir));
    new CheckpointFile(dataDir).remove();
    for (const suffix of ['-wal', '-shm']) await rm(logPath(dataDir) + suffix, { force: true });
    await rename(part, logPath(dataDir));
    syncPath(dataDir);
    return events;
  } finally {
    await rm(part, { force: true });
    lock.release();
  }
}

/** An empty file is no log. A WAL without its log may hold the last events of that log. */
function requireNoLog(dataDir: string): void {
  const existing = [logPath(dataDir), `${logPath(dataDir)}-wal`].find(
    (path) => existsSync(path) && statSync(path).size > 0,
  );
  if (existing === undefined) return;
  throw new LogFileError(
    `${dataDir} has a log already, so nothing was restored. Restore into a new folder, or move ${existing} away.`,
  );
}

/** The source is read in one transaction, so the copy is the log at one instant whatever is appended meanwhile. */
async function copyLogFile(source: string, target: string, onCopied: OnCopied): Promise<number> {
  const end = await readLog(source, async (database) => {
    database.exec('BEGIN');
    const { events, lastId } = endOfLog(database);
    const onPages = (copied: number, total: number) =>
      onCopied(Math.round((events * copied) / total), events);
    await backUpDatabase(database, target, onPages);
    return { events, lastId };
  });
  // One file, without the two that WAL mode puts beside it.
  const copy = openDatabase(target);
  copy.exec('PRAGMA journal_mode = DELETE');
  copy.close();
  const copied = await readLog(target, async (database) => verify(database, target));
  if (copied.events !== end.events || copied.lastId !== end.lastId) {
    throw new LogFileError(`The copy of ${source} has ${copied.events} events instead of ${end.events}.`);
  }
  return copied.events;
}

async function readLog<Result>(path: string, read: (database: Database) => Promise<Result>): Promise<Result> {
  try {
    const database = openToRead(path);
    try {
      requireNotNewer(database, logMigrations, path);
      return await read(database);
    } finally {
      database.close();
    }
  } catch (error) {
    if (!isSqliteError(error) || sqliteCode(error) === SQLITE_CANTOPEN) throw error;
    throw new LogFileError(`${path} is not a whole log: ${error.message}.`, { cause: error });
  }
}

function endOfLog(database: Database): LogEnd {
  const [events, lastId] = row(
    database,
    'SELECT count(*), (SELECT id FROM event ORDER BY position DESC LIMIT 1) FROM event',
  );
  return { events: Number(events), lastId: lastId === null ? undefined : String(lastId) };
}

/** Checks the structure of the file, and that no event is missing in the log or in a stream. */
function verify(database: Database, path: string): LogEnd {
  const [damage] = integrityProblems(database);
  if (damage !== undefined) throw new LogFileError(`${path} is damaged: ${damage}`);
  const end = endOfLog(database);
  const [first, last] = row(database, 'SELECT min(position), max(position) FROM event');
  const isGapless = end.events === 0 || (first === 1 && last === end.events);
  const [stream] = row(
    database,
    `SELECT (SELECT stream FROM event GROUP BY stream
             HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 LIMIT 1)`,
  );
  if (isGapless && stream === null) return end;
  const place = isGapless ? `the record ${stream}` : `positions ${first} to ${last}`;
  throw new LogFileError(`${path} lacks events: it has a gap in ${place}.`);
}

function row(database: Database, sql: string): readonly SqlValue[] {
  const statement = database.prepare<readonly SqlValue[]>(sql);
  statement.setReturnArrays(true);
  return statement.get() ?? [];
}
