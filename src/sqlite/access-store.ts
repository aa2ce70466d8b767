import type {
  AccessKey,
  AccessSession,
  AccessStore,
  FeedUrl,
  KeyRole,
  StoredKey,
} from '../access/access-store.ts';
import type { OidcUser } from '../access/oidc/oidc-user.ts';
import {
  closeCheckpointed,
  type Database,
  inTransaction,
  type PreparedStatement,
  type SqlValue,
} from './driver.ts';
import { type Migration, openMigrated } from './migrations.ts';

/**
 * Times are milliseconds since 1970, hashes SHA-256. A key is never deleted, as its name stands in the log. Two
 * processes may create the file at the same time.
 */
const accessMigrations: readonly Migration[] = [
  `
  CREATE TABLE IF NOT EXISTS access_key (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    revoked_ms INTEGER,
    last_used_ms INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    key TEXT,
    user TEXT,
    expires_ms INTEGER NOT NULL,
    CHECK ((key IS NULL) <> (user IS NULL))
  ) STRICT;
  CREATE TABLE IF NOT EXISTS feed_url (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    key TEXT NOT NULL,
    feed TEXT NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Another process may revoke a key, which has to take effect within a second. */
const CHECK_INTERVAL_MS = 250;
/** Of each kind. Ids that are not found are not kept. */
const CACHED_MAX = 10_000;

interface KeyRow {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly name: string;
  readonly role: string;
  readonly scope: string;
  readonly created_ms: number;
  readonly expires_ms: number | null;
  readonly revoked_ms: number | null;
  readonly last_used_ms: number | null;
}

interface SessionRow {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly key: string | null;
  readonly user: string | null;
  readonly expires_ms: number;
}

/** Keys in a file that several processes may have open. What was found is cached until the file changes. */
export class SqliteAccessStore implements AccessStore {
  readonly #db: Database;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #cache = new Map<string, object>();
  #hasKeys = false;
  #dataVersion: number | undefined;
  #checkedMs = Number.NEGATIVE_INFINITY;

  /** Throws FileVersionError or SQLite's error. */
  constructor(path: string) {
    this.#db = openMigrated(path, accessMigrations, ['synchronous = FULL', 'secure_delete = ON']);
  }

  hasKeys(): boolean {
    this.#refresh();
    return this.#hasKeys;
  }

  keys(): readonly AccessKey[] {
    return this.#prepare<KeyRow>('SELECT * FROM access_key ORDER BY number').all().map(keyOfRow);
  }

  findKey(id: string): StoredKey | undefined {
    return this.#cached(`key ${id}`, () => {
      const row = this.#prepare<KeyRow>('SELECT * FROM access_key WHERE id = ?').get(id);
      return row && keyOfRow(row);
    });
  }

  addKey({ id, hash, name, role, scope, createdMs, expiresMs }: StoredKey): void {
    this.#change(
      'INSERT INTO access_key (id, hash, name, role, scope, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, hash, name, role, JSON.stringify(scope), createdMs, expiresMs ?? null],
    );
  }

  revokeKey(id: string, nowMs: number): boolean {
    const sql = 'UPDATE access_key SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL';
    return this.#change(sql, nowMs, id) > 0;
  }

  recordUses(uses: ReadonlyMap<string, number>): void {
    const update = this.#prepare('UPDATE access_key SET last_used_ms = ? WHERE id = ?');
    inTransaction(this.#db, () => {
      for (const [id, usedMs] of uses) update.run(usedMs, id);
    });
  }

  findSession(id: string): AccessSession | undefined {
    return this.#cached(`session ${id}`, () => {
      const row = this.#prepare<SessionRow>('SELECT * FROM session WHERE id = ?').get(id);
      return row && sessionOfRow(row);
    });
  }

  addSession({ id, hash, key, user, expiresMs }: AccessSession, nowMs: number): void {
    this.#change('DELETE FROM session WHERE expires_ms <= ?', nowMs);
    this.#change(
      'INSERT INTO session (id, hash, key, user, expires_ms) VALUES (?, ?, ?, ?, ?)',
      ...[id, hash, key ?? null, user === undefined ? null : JSON.stringify(user), expiresMs],
    );
  }

  removeSession(id: string): void {
    this.#change('DELETE FROM session WHERE id = ?', id);
  }

  findFeedUrl(id: string): FeedUrl | undefined {
    return this.#cached(`feed ${id}`, () => this.#prepare<FeedUrl>(`${FEED_URLS} WHERE id = ?`).get(id));
  }

  feedUrls(key: string): readonly FeedUrl[] {
    return this.#prepare<FeedUrl>(`${FEED_URLS} WHERE key = ? ORDER BY number`).all(key);
  }

  addFeedUrl({ id, hash, key, feed, createdMs }: FeedUrl): void {
    this.#change(
      'INSERT INTO feed_url (id, hash, key, feed, created_ms) VALUES (?, ?, ?, ?, ?)',
      ...[id, hash, key, feed, createdMs],
    );
  }

  removeFeedUrl(id: string): void {
    this.#change('DELETE FROM feed_url WHERE id = ?', id);
  }

  close(): void {
    this.#statements.clear();
    closeCheckpointed(this.#db);
  }

  #cached<Found extends object>(name: string, find: () => Found | undefined): Found | undefined {
    this.#refresh();
    const cached = this.#cache.get(name) as Found | undefined;
    if (cached !== undefined) return cached;
    const found = find();
    if (found === undefined) return undefined;
    if (this.#cache.size >= CACHED_MAX) this.#cache.clear();
    this.#cache.set(name, found);
    return found;
  }

  /** `data_version` changes with each commit of another connection, and with none of this one. */
  #refresh(): void {
    const nowMs = performance.now();
    if (nowMs - this.#checkedMs < CHECK_INTERVAL_MS) return;
    this.#checkedMs = nowMs;
    const row = this.#prepare<{ data_version: number }>('PRAGMA data_version').get();
    if (row?.data_version === this.#dataVersion) return;
    this.#dataVersion = row?.data_version;
    this.#forget();
  }

  #forget(): void {
    this.#cache.clear();
    this.#hasKeys = this.#prepare('SELECT 1 FROM access_key LIMIT 1').get() !== undefined;
  }

  #change(sql: string, ...values: readonly SqlValue[]): number {
    const { changes } = this.#prepare(sql).run(...values);
    this.#forget();
    return Number(changes);
  }

  #prepare<Row>(sql: string): PreparedStatement<Row> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known as PreparedStatement<Row>;
    const prepared = this.#db.prepare<Row>(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

const FEED_URLS = 'SELECT id, hash, key, feed, created_ms AS createdMs FROM feed_url';

function keyOfRow(row: KeyRow): StoredKey {
  const { id, hash, name, role, scope } = row;
  return {
    id,
    hash,
    name,
    // The migrations and `createKey` write no other role.
    role: role as KeyRole,
    scope: JSON.parse(scope) as readonly string[],
    createdMs: row.created_ms,
    expiresMs: row.expires_ms ?? undefined,
    revokedMs: row.revoked_ms ?? undefined,
    lastUsedMs: row.last_used_ms ?? undefined,
  };
}

function sessionOfRow({ id, hash, key, user, expires_ms: expiresMs }: SessionRow): AccessSession {
  return {
    id,
    hash,
    key: key ?? undefined,
    user: user === null ? undefined : (JSON.parse(user) as OidcUser),
    expiresMs,
  };
}
