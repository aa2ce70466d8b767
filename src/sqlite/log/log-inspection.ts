import { existsSync, statSync } from 'node:fs';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { type Database, openDatabase } from '../driver.ts';
import { requireMigrated } from '../migrations.ts';
import { missingTriggers } from '../triggers.ts';
import { eventOfRow, type LogRow, logColumns, logMigrations, logPath } from './log-schema.ts';

export function hasLog(dataDir: string): boolean {
  return existsSync(logPath(dataDir));
}

/** True if a write-ahead log with events is there. SQLite deletes it when it creates a log beside it. */
export function hasWal(dataDir: string): boolean {
  return (statSync(`${logPath(dataDir)}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Reads a log whatever its damage. Nothing is written. */
export class LogFile {
  readonly #database: Database;

  /** Throws FileVersionError or SQLite's error. */
  constructor(dataDir: string) {
    this.#database = openDatabase(logPath(dataDir), { readOnly: true });
    try {
      requireMigrated(this.#database, logMigrations, logPath(dataDir));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Returns what is wrong with the file itself. */
  problems(): readonly string[] {
    const missing = missingTriggers(this.#database, logMigrations).map(
      (sql) => `a trigger is missing; put it back with: ${sql};`,
    );
    return [...integrityProblems(this.#database), ...missing];
  }

  count(): number {
    return this.#database.prepare<{ count: number }>('SELECT count(*) AS count FROM event').get()?.count ?? 0;
  }

  /** Yields the events as they lie in the file, which is the order of their positions unless it is damaged. */
  *events(): Generator<RecordedEvent> {
    const statement = this.#database.prepare<LogRow>(`SELECT ${logColumns} FROM event ORDER BY position`);
    statement.setReturnArrays(true);
    for (const row of statement.iterate()) yield eventOfRow(row);
  }

  close(): void {
    this.#database.close();
  }
}

/** Returns what SQLite finds wrong in a database: pages, cells, indexes, types of columns. */
export function integrityProblems(database: Database): readonly string[] {
  const rows = database.prepare<{ integrity_check: string }>('PRAGMA integrity_check').all();
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}
