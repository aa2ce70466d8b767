import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventIndex, EventPlace, IndexedEvent } from '../event-store/event-index.ts';
import type { Position, Revision } from '../event-store/event-store.ts';
import { type Database, inTransaction, openDatabase, type PreparedStatement } from './driver.ts';
import { type Migration, migrate } from './migrations.ts';

/** `followed` has one row once the index holds something of the log. */
const indexMigrations: readonly Migration[] = [
  `
  CREATE TABLE place (
    id       TEXT PRIMARY KEY,
    stream   TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE followed (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    position TEXT NOT NULL
  ) STRICT;
  `,
];

const fileOf = (dataDir: string): string => join(dataDir, 'event-index.db');

/** Opens the index of a data folder, which the caller holds. One that cannot be read is begun anew. */
export function openEventIndex(dataDir: string): SqliteEventIndex {
  try {
    return new SqliteEventIndex(dataDir);
  } catch {
    for (const ending of ['', '-wal', '-shm']) rmSync(fileOf(dataDir) + ending, { force: true });
    return new SqliteEventIndex(dataDir);
  }
}

/**
 * The index of ids in a file of a data folder. Disposable: a crash may take the last pages
 * that were followed, always with their position, and never leaves one in part.
 */
export class SqliteEventIndex implements EventIndex {
  readonly #database: Database;
  readonly #find: PreparedStatement<EventPlace>;
  readonly #add: PreparedStatement;
  readonly #moveTo: PreparedStatement;
  #position: Position | undefined;

  /** Throws FileVersionError, or what SQLite throws. */
  constructor(dataDir: string) {
    const path = fileOf(dataDir);
    this.#database = openDatabase(path);
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      migrate(this.#database, indexMigrations, path);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#find = this.#database.prepare('SELECT stream, revision FROM place WHERE id = ?');
    this.#add = this.#database.prepare('INSERT INTO place VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#moveTo = this.#database.prepare('INSERT OR REPLACE INTO followed VALUES (1, ?)');
    const followed = this.#database.prepare<{ position: Position }>('SELECT position FROM followed').get();
    this.#position = followed?.position;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  find(id: string): EventPlace | undefined {
    const found = this.#find.get(id);
    return found && { stream: found.stream, revision: found.revision as Revision };
  }

  follow(events: readonly IndexedEvent[], position: Position): void {
    inTransaction(this.#database, () => {
      this.#addAll(events);
      this.#moveTo.run(position);
    });
    this.#position = position;
  }

  note(events: readonly IndexedEvent[]): void {
    try {
      this.#addAll(events);
    } catch {
      // The disk is full, most likely: `follow` fails as well then, and is heard.
    }
  }

  clear(): void {
    inTransaction(this.#database, () => this.#database.exec('DELETE FROM place; DELETE FROM followed'));
    this.#position = undefined;
  }

  close(): void {
    this.#database.close();
  }

  #addAll(events: readonly IndexedEvent[]): void {
    for (const { id, stream, revision } of events) this.#add.run(id, stream, revision);
  }
}
