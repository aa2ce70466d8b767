import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Database, openDatabase, SQLITE_BUSY, sqliteCode } from './driver.ts';

/** Thrown when another process uses the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

export interface DataFolderLock {
  release(): void;
}

/**
 * References to the locked connections. Without one, garbage collection would close a connection and release its lock.
 */
const lockedConnections = new Set<Database>();

/**
 * Locks a data folder for this process, and creates it if it does not exist. The lock is the write lock of SQLite on an
 * empty file. The operating system releases it however the process ends, so a lock never goes stale. Throws
 * DataFolderInUseError at once, without writing anything, if another process has locked the folder.
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  createFolder(resolve(dataDir));
  accessSync(dataDir, constants.W_OK);
  const database = openDatabase(join(dataDir, 'lock.db'), { busyTimeoutMs: 0 });
  try {
    // IMMEDIATE takes one lock, which one process gets. EXCLUSIVE takes several, so that two processes that start at
    // the same time can keep each other from the last one. The journal in memory needs no space on a full disk.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    if (((sqliteCode(error) ?? 0) & 0xff) !== SQLITE_BUSY) throw error;
    throw new DataFolderInUseError(
      `The data folder ${resolve(dataDir)} is in use by another Chancery process. ` +
        'Stop that process first, or choose another folder with DATA_DIR.',
      { cause: error },
    );
  }
  lockedConnections.add(database);
  return {
    release: () => {
      lockedConnections.delete(database);
      database.close();
    },
  };
}

/**
 * Creates a folder for this user only, and the folders above it. `mkdirSync` with `recursive` never returns where the
 * system refuses every name, as in `/proc`.
 */
function createFolder(folder: string): void {
  try {
    createSingleFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    createFolder(dirname(folder));
    createSingleFolder(folder);
  }
}

function createSingleFolder(folder: string): void {
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(folder).isDirectory();
    if (!exists) throw error;
  }
}
