import { join } from 'node:path';
import type { RedactionRequest, RedactionState, RedactionStore } from '../redaction/redaction-store.ts';
import { closeCheckpointed, type Database } from './driver.ts';
import { type Migration, openMigrated } from './migrations.ts';

/** `request` is the JSON of a `RedactionRequest`. */
const redactionMigrations: readonly Migration[] = [
  `
  CREATE TABLE redaction (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  `,
];

export function redactionsPath(dataDir: string): string {
  return join(dataDir, 'redactions.db');
}

interface Row {
  readonly request: string;
}

/** The requests for removals in a file of a data folder, which the caller has locked. */
export class SqliteRedactionStore implements RedactionStore {
  readonly #db: Database;

  /** Throws FileVersionError or SQLite's error. */
  constructor(path: string) {
    this.#db = openMigrated(path, redactionMigrations, ['synchronous = FULL']);
  }

  list(): readonly RedactionRequest[] {
    const rows = this.#db.prepare<Row>('SELECT request FROM redaction ORDER BY number DESC').all();
    return rows.map(requestOf);
  }

  find(id: string): RedactionRequest | undefined {
    const row = this.#db.prepare<Row>('SELECT request FROM redaction WHERE id = ?').get(id);
    return row && requestOf(row);
  }

  add(request: RedactionRequest): void {
    const { id, state } = request;
    const insert = this.#db.prepare('INSERT INTO redaction (id, state, request) VALUES (?, ?, ?)');
    insert.run(id, state, JSON.stringify(request));
  }

  change(id: string, from: RedactionState, changes: Partial<RedactionRequest>): boolean {
    const present = this.find(id);
    if (present === undefined) return false;
    const changed = { ...present, ...changes };
    const update = this.#db.prepare('UPDATE redaction SET state = ?, request = ? WHERE id = ? AND state = ?');
    return Number(update.run(changed.state, JSON.stringify(changed), id, from).changes) > 0;
  }

  close(): void {
    closeCheckpointed(this.#db);
  }
}

function requestOf({ request }: Row): RedactionRequest {
  return JSON.parse(request) as RedactionRequest;
}
