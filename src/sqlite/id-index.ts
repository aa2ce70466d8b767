import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventIndex, EventPlace, IndexedEvent } from '../event-store/event-index.ts';
import type { Position, Revision } from '../event-store/event-store.ts';
import { type Database, inTransaction, openDatabase, type PreparedStatement } from './driver.ts';
import { type Migration, migrate } from './migrations.ts';

/** `followed` has one row as soon as a page of the log has been indexed. */
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

/** Opens the index of a data folder, which the caller has locked. An unreadable index is deleted and starts empty. */
export function openEventIndex(dataDir: string): SqliteEventIndex {
  try {
    return new SqliteEventIndex(dataDir);
  } catch {
    for (const suffix of ['', '-wal', '-shm']) rmSync(fileOf(dataDir) + suffix, { force: true });
    return new SqliteEventIndex(dataDir);
  }
}

/** How many noted events wait in memory until `follow` writes them. There are few while the log is available. */
const NOTED_EVENTS_MAX = 10_000;

/**
 * The id index, kept in a file of a data folder. It can be rebuilt from the log. A crash may lose the latest pages
 * together with their position, but never a part of a page.
 */
export class SqliteEventIndex implements EventIndex {
  readonly #database: Database;
  readonly #find: PreparedStatement<EventPlace>;
  readonly #add: PreparedStatement;
  readonly #moveTo: PreparedStatement;
  readonly #noted = new Map<string, IndexedEvent>();
  #position: Position | undefined;

  /** Throws FileVersionError or SQLite's error. */
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
    const place = this.#noted.get(id) ?? this.#find.get(id);
    return place && { stream: place.stream, revision: place.revision as Revision };
  }

  follow(events: readonly IndexedEvent[], position: Position): void {
    inTransaction(this.#database, () => {
      this.#addAll(events);
      this.#moveTo.run(position);
    });
    this.#position = position;
    for (const { id } of events) this.#noted.delete(id);
  }

  note(events: readonly IndexedEvent[]): void {
    for (const { id, stream, revision } of events) this.#noted.set(id, { id, stream, revision });
    if (this.#noted.size >= NOTED_EVENTS_MAX) this.#writeNoted();
  }

  #writeNoted(): void {
    try {
      inTransaction(this.#database, () => this.#addAll(this.#noted.values()));
    } catch {
      // Most likely the disk is full. Then `follow` fails too, and its error is reported.
    }
    this.#noted.clear();
  }

  clear(): void {
    this.#noted.clear();
    inTransaction(this.#database, () => this.#database.exec('DELETE FROM place; DELETE FROM followed'));
    this.#position = undefined;
  }

  close(): void {
    this.#database.close();
  }

  #addAll(events: Iterable<IndexedEvent>): void {
    for (const { id, stream, revision } of events) this.#add.run(id, stream, revision);
  }
}
