import { type Database, openDatabase, type PreparedStatement } from '../../src/sqlite/driver.ts';

/** An event, as far as the columns of the table need it. */
export interface LogRow {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
}

const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';
const METADATA = '{"actor":"anonymous","schemaVersion":1}';

/** A table with columns and indexes like those of the log, with WAL and fsync. */
export class LogTable {
  readonly #database: Database;
  readonly #insert: PreparedStatement;
  #rows = 0;

  constructor(file: string) {
    this.#database = openDatabase(file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#database.exec(`CREATE TABLE event (
      position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, revision INTEGER NOT NULL,
      type TEXT NOT NULL, recorded_at TEXT NOT NULL, metadata TEXT NOT NULL, content TEXT NOT NULL,
      salt TEXT NOT NULL, UNIQUE (stream, revision)
    ) STRICT`);
    this.#insert = this.#database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Uses the number of the row as its revision, which is unique and takes as much space. Returns the number. */
  insert({ id, type, stream }: LogRow, content: string): number {
    this.#rows += 1;
    const recordedAt = new Date().toISOString();
    this.#insert.run(this.#rows, id, stream, this.#rows, type, recordedAt, METADATA, content, SALT);
    return this.#rows;
  }

  /** Commits what `work` inserts in one transaction. */
  inTransaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    const result = work();
    this.#database.exec('COMMIT');
    return result;
  }

  close(): void {
    this.#database.close();
  }
}
