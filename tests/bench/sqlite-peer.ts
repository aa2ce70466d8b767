import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { type Database, openDatabase, type PreparedStatement } from '../../src/sqlite/driver.ts';
import { serveRequests } from './peer.ts';

/** Work for bare SQLite, with a table and indexes like those of the log, WAL and fsync, but without a server. */
export type SqliteRequest =
  /** One transaction per row. */
  | { readonly kind: 'one-by-one'; readonly database: string; readonly events: readonly string[] }
  /** NDJSON, parsed and validated, in transactions of `BATCH_ROWS` rows. */
  | { readonly kind: 'bulk'; readonly database: string; readonly file: string };

export interface SqliteResult {
  readonly elapsedMs: number;
}

interface Row {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
}

const BATCH_ROWS = 500;
const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';
const METADATA = '{"actor":"anonymous","schemaVersion":1}';

let rows = 0;

function openTable(file: string): Database {
  const database = openDatabase(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(`CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, revision INTEGER NOT NULL,
    type TEXT NOT NULL, recorded_at TEXT NOT NULL, metadata TEXT NOT NULL, content TEXT NOT NULL,
    salt TEXT NOT NULL, UNIQUE (stream, revision)
  ) STRICT`);
  return database;
}

function insertInto(database: Database): PreparedStatement {
  return database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
}

/** Uses the number of the row as its revision, which is unique and takes as much space. */
function insert(statement: PreparedStatement, { id, type, stream }: Row, content: string): void {
  rows += 1;
  statement.run(rows, id, stream, rows, type, '2026-01-01T00:00:00.000Z', METADATA, content, SALT);
}

function insertOneByOne(database: Database, events: readonly string[]): number {
  const statement = insertInto(database);
  const parsed = events.map((text) => ({ row: JSON.parse(text) as Row, text }));
  const startMs = performance.now();
  for (const { row, text } of parsed) insert(statement, row, text);
  return performance.now() - startMs;
}

async function insertInBulk(database: Database, file: string): Promise<number> {
  const startMs = performance.now();
  const statement = insertInto(database);
  let batch: { row: Row; line: string }[] = [];
  const flush = (): void => {
    database.exec('BEGIN');
    for (const { row, line } of batch) insert(statement, row, line);
    database.exec('COMMIT');
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 1 << 18 }) })) {
    const row = JSON.parse(line) as Row;
    const parsed = parseEvent(row);
    if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.errors));
    batch.push({ row, line });
    if (batch.length === BATCH_ROWS) flush();
  }
  flush();
  return performance.now() - startMs;
}

serveRequests(async (request: SqliteRequest): Promise<SqliteResult> => {
  const database = openTable(request.database);
  const elapsedMs =
    request.kind === 'bulk'
      ? await insertInBulk(database, request.file)
      : insertOneByOne(database, request.events);
  database.close();
  return { elapsedMs };
});
