import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
 * Locks a data folder for this process, and creates it if it does not exist. The lock is an exclusive SQLite
 * transaction on an empty file. The operating system releases it however the process ends, so a lock never goes stale.
 * Throws DataFolderInUseError at once, without writing anything, if another process has locked the folder.
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  mkdirSync(dataDir, { recursive: true });
  const database = openDatabase(join(dataDir, 'lock.db'), { busyTimeoutMs: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
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
