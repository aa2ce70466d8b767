import { type Database, inTransaction, openDatabase } from './driver.ts';

/** The SQL of one step. A published step never changes: append a new step to the list instead. */
export type Migration = string;

/** Thrown when this version of the program cannot read the file. */
export class FileVersionError extends Error {
  override readonly name = 'FileVersionError';
}

/**
 * Applies the steps that a file lacks; `PRAGMA user_version` counts the applied ones. Each step is one transaction
 * together with its count, so a crash never leaves a step half applied.
 * Throws FileVersionError, and changes nothing, if a newer program has written the file.
 */
export function migrate(database: Database, migrations: readonly Migration[], path: string): void {
  const version = requireNotNewer(database, migrations, path);
  for (const [offset, migration] of migrations.slice(version).entries()) {
    const step = `${migration}; PRAGMA user_version = ${version + offset + 1}`;
    inTransaction(database, () => database.exec(step));
  }
}

/**
 * Opens a file in WAL mode and brings it up to date. Throws FileVersionError or SQLite's error.
 *
 * @param pragmas further settings, such as `synchronous = FULL`
 */
export function openMigrated(
  path: string,
  migrations: readonly Migration[],
  pragmas: readonly string[],
): Database {
  const database = openDatabase(path);
  try {
    database.exec(['journal_mode = WAL', ...pragmas].map((pragma) => `PRAGMA ${pragma}`).join('; '));
    migrate(database, migrations, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws FileVersionError unless all steps have been applied to the file. For read-only connections. */
export function requireMigrated(database: Database, migrations: readonly Migration[], path: string): void {
  const version = requireNotNewer(database, migrations, path);
  if (version < migrations.length) {
    throw new FileVersionError(
      `${path} was written by an older version of Chancery (schema ${version}, this program needs ` +
        `${migrations.length}). Start the server once: it brings the file up to date.`,
    );
  }
}

export function userVersion(database: Database): number {
  const row = database.prepare<{ user_version: number }>('PRAGMA user_version').get();
  if (row === undefined) throw new Error('SQLite returned no user_version');
  return row.user_version;
}

/** Returns the schema version. Throws FileVersionError if a newer program wrote the file. */
export function requireNotNewer(database: Database, migrations: readonly Migration[], path: string): number {
  const version = userVersion(database);
  if (version <= migrations.length) return version;
  throw new FileVersionError(
    `${path} was written by a newer version of Chancery (schema ${version}, this program knows ` +
      `${migrations.length}). Nothing was changed. Use the newer version.`,
  );
}
