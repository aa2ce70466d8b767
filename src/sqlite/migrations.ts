import { type Database, inTransaction } from './driver.ts';

/** SQL of one step. A published step never changes: the next change is a further step at the end of the list. */
export type Migration = string;

/** The file cannot be read by this version of the program. */
export class FileVersionError extends Error {
  override readonly name = 'FileVersionError';
}

/**
 * Brings a file to the last step of the list; `PRAGMA user_version` counts the steps that it has taken. Each step is
 * one transaction with its count, so that a crash leaves the file at a step, never between two.
 * Throws FileVersionError, and changes nothing, when a newer program has written the file.
 */
export function migrate(database: Database, migrations: readonly Migration[], path: string): void {
  const version = userVersion(database);
  refuseNewer(version, migrations, path);
  for (const [offset, migration] of migrations.slice(version).entries()) {
    const step = `${migration}; PRAGMA user_version = ${version + offset + 1}`;
    inTransaction(database, () => database.exec(step));
  }
}

/** For a connection that only reads: throws FileVersionError unless the file stands at the last step of the list. */
export function requireMigrated(database: Database, migrations: readonly Migration[], path: string): void {
  const version = userVersion(database);
  refuseNewer(version, migrations, path);
  if (version < migrations.length) {
    throw new FileVersionError(
      `${path} was written by an older version of Chancery (schema ${version}, this program needs ` +
        `${migrations.length}). Start the server once: it brings the file up to date.`,
    );
  }
}

function userVersion(database: Database): number {
  const row = database.prepare<{ user_version: number }>('PRAGMA user_version').get();
  if (row === undefined) throw new Error('SQLite gave no user_version');
  return row.user_version;
}

function refuseNewer(version: number, migrations: readonly Migration[], path: string): void {
  if (version <= migrations.length) return;
  throw new FileVersionError(
    `${path} was written by a newer version of Chancery (schema ${version}, this program knows ` +
      `${migrations.length}). Nothing was changed. Use the newer version.`,
  );
}
