import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  EventIndex,
  EventPlace,
  IndexedEvent,
  IndexedStream,
  Removal,
} from '../event-store/event-index.ts';
import type { Position, Revision } from '../event-store/event-store.ts';
import type { RemovalKind } from '../event-store/removals.ts';
import { type Database, inTransaction, type PreparedStatement } from './driver.ts';
import { type Migration, openMigrated } from './migrations.ts';

/**
 * `followed` has one row as soon as a page of the log has been indexed, with the place of the last event of that page.
 * `removal.first_left` is null if no event is left.
 */
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
  `
  ALTER TABLE followed ADD COLUMN stream TEXT;
  ALTER TABLE followed ADD COLUMN revision INTEGER;
  CREATE TABLE removal (
    stream     TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    first_left INTEGER,
    retention  TEXT,
    position   TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

interface FollowedRow {
  readonly position: Position;
  readonly stream: string | null;
  readonly revision: Revision | null;
}

interface RemovalRow {
  readonly stream: string;
  readonly kind: RemovalKind;
  readonly first_left: Revision | null;
  readonly retention: string | null;
  readonly position: Position;
}

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
  readonly #addRemoval: PreparedStatement;
  readonly #noted = new Map<string, IndexedEvent>();
  readonly #removals = new Map<string, Removal>();
  #position: Position | undefined;
  #lastPlace: EventPlace | undefined;

  /** Throws FileVersionError or SQLite's error. */
  constructor(dataDir: string) {
    const path = fileOf(dataDir);
    this.#database = openMigrated(path, indexMigrations, ['synchronous = NORMAL']);
    this.#find = this.#database.prepare('SELECT stream, revision FROM place WHERE id = ?');
    this.#add = this.#database.prepare('INSERT INTO place VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#moveTo = this.#database.prepare('INSERT OR REPLACE INTO followed VALUES (1, ?, ?, ?)');
    this.#addRemoval = this.#database.prepare('INSERT OR REPLACE INTO removal VALUES (?, ?, ?, ?, ?)');
    const followed = this.#database.prepare<FollowedRow>('SELECT * FROM followed').get();
    this.#position = followed?.position;
    this.#lastPlace = followed && placeOf(followed);
    const removals = this.#database.prepare<RemovalRow>('SELECT * FROM removal').all();
    for (const row of removals) this.#removals.set(row.stream, removalOf(row));
  }

  get position(): Position | undefined {
    return this.#position;
  }

  get lastPlace(): EventPlace | undefined {
    return this.#lastPlace;
  }

  get removals(): readonly Removal[] {
    return [...this.#removals.values()];
  }

  count(streams: readonly string[]): ReadonlyMap<string, IndexedStream> {
    const select =
      'SELECT stream, count(*) AS events, max(revision) AS last FROM place ' +
      'WHERE stream IN (SELECT value FROM json_each(?)) GROUP BY stream';
    const rows = this.#database
      .prepare<IndexedStream & { stream: string }>(select)
      .all(JSON.stringify(streams));
    return new Map(rows.map(({ stream, events, last }) => [stream, { events, last }]));
  }

  find(id: string): EventPlace | undefined {
    const place = this.#noted.get(id) ?? this.#find.get(id);
    return place && { stream: place.stream, revision: place.revision as Revision };
  }

  follow(events: readonly IndexedEvent[], position: Position): void {
    const last = events.at(-1);
    inTransaction(this.#database, () => {
      this.#addAll(events);
      this.#moveTo.run(position, last?.stream ?? null, last?.revision ?? null);
    });
    this.#position = position;
    this.#lastPlace = last;
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

  noteRemoval(removal: Removal): void {
    const { stream, kind, firstLeft, retention, position } = removal;
    this.#addRemoval.run(stream, kind, firstLeft ?? null, retention ?? null, position);
    this.#removals.set(stream, removal);
  }

  clear(): void {
    this.#noted.clear();
    this.#removals.clear();
    inTransaction(this.#database, () =>
      this.#database.exec('DELETE FROM place; DELETE FROM followed; DELETE FROM removal'),
    );
    this.#position = undefined;
    this.#lastPlace = undefined;
  }

  close(): void {
    this.#database.close();
  }

  #addAll(events: Iterable<IndexedEvent>): void {
    for (const { id, stream, revision } of events) this.#add.run(id, stream, revision);
  }
}

/** Undefined if the last event was skipped, or was indexed by an earlier version of the program. */
function placeOf({ stream, revision }: FollowedRow): EventPlace | undefined {
  return stream === null || revision === null ? undefined : { stream, revision };
}

function removalOf({ stream, kind, first_left, retention, position }: RemovalRow): Removal {
  return { stream, kind, firstLeft: first_left ?? undefined, retention: retention ?? undefined, position };
}
