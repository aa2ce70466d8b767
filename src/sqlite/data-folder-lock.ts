import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Database, openDatabase, SQLITE_BUSY, sqliteCode } from './driver.ts';

/** Another process has the folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

export interface DataFolderLock {
  release(): void;
}

/** A connection that nothing refers to is closed as garbage, and its lock with it: these are referred to. */
const held = new Set<Database>();

/**
 * Takes a data folder for this process, and makes the folder when there is none. The lock is an exclusive SQLite
 * transaction on a file that stays empty: the operating system lets go of it however the process ends, so that no
 * stale lock is ever left behind. Throws DataFolderInUseError at once when the folder is taken; nothing is written then.
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
  held.add(database);
  return {
    release: () => {
      held.delete(database);
      database.close();
    },
  };
}
