import { closeSync, fdatasync, openSync } from 'node:fs';
import type { AuditEntry, NewAuditEntry } from '../../audit/audit-entry.ts';
import type { AuditRange, AuditStore } from '../../audit/audit-log.ts';
import { auditJson, entryHash, parseEntry, type StoredEntry } from '../../audit/entry-text.ts';
import { countLeadingIndexes } from '../../domain/values/binary-search.ts';
import {
  closeCheckpointed,
  type Database,
  inTransaction,
  type OpenOptions,
  openDatabase,
  type PreparedStatement,
  type SqlValue,
} from '../driver.ts';
import { migrate, requireMigrated } from '../migrations.ts';
import { missingTriggers } from '../triggers.ts';
import { limitWal } from '../wal-file.ts';
import { auditMigrations, auditPath } from './audit-schema.ts';

/** Between two commits being forced to disk. */
const SYNC_INTERVAL_MS = 1_000;

interface Head {
  readonly number: number;
  readonly hash: string;
}

interface Instant {
  readonly at: string;
}

/** The audit log in `audit.db` of a data folder. Several processes may have it open. */
export class SqliteAuditStore implements AuditStore {
  readonly #database: Database;
  readonly #path: string;
  readonly #head: PreparedStatement<Head>;
  readonly #instant: PreparedStatement<Instant>;
  readonly #insert: PreparedStatement;
  readonly #onSyncFailure: (error: Error) => void;
  #wal: number | undefined;
  #syncTimer: NodeJS.Timeout | undefined;

  /**
   * Throws FileVersionError or SQLite's error. A log that is only read must exist.
   *
   * @param onSyncFailure called when entries were written that may not survive a crash of the machine
   */
  constructor(dataDir: string, options: OpenOptions = {}, onSyncFailure: (error: Error) => void = () => {}) {
    this.#onSyncFailure = onSyncFailure;
    this.#path = auditPath(dataDir);
    this.#database = openDatabase(this.#path, options);
    try {
      if (options.readOnly) requireMigrated(this.#database, auditMigrations, this.#path);
      else {
        // Each commit writes a page of each index. New files have pages of half the usual size.
        this.#database.exec(
          'PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
        );
        limitWal(this.#database);
        migrate(this.#database, auditMigrations, this.#path);
      }
      this.#head = this.#database.prepare('SELECT number, hash FROM head');
      this.#instant = this.#database.prepare(
        "SELECT json_extract(json, '$.at') AS at FROM entry WHERE number = ?",
      );
      this.#insert = this.#database.prepare('INSERT INTO entry (number, json, hash) VALUES (?, ?, ?)');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  append(entries: readonly NewAuditEntry[]): void {
    inTransaction(this.#database, () => {
      // Another process may have added entries.
      let { number, hash } = this.head();
      let last = this.#instantOf(number);
      for (const entry of entries) {
        // The clock may have been set back, and another process may have been faster.
        last = entry.at > last ? entry.at : last;
        const json = auditJson({ ...entry, at: last });
        [number, hash] = [number + 1, entryHash(hash, json)];
        this.#insert.run(number, json, hash);
      }
    });
    this.#syncTimer ??= setTimeout(() => this.#sync(), SYNC_INTERVAL_MS).unref();
  }

  read({ principal, action, from, to, order, limit, after }: AuditRange): readonly AuditEntry[] {
    const first = from === undefined ? 1 : this.#firstSince(from);
    const end = to === undefined ? undefined : this.#firstSince(to);
    const { sql, values } = conditionsOf([
      ['principal = ?', principal],
      ['action = ?', action],
      ['number >= ?', first],
      ['number < ?', end],
      [order === 'asc' ? 'number > ?' : 'number < ?', after],
    ]);
    const rows = this.#database.prepare<StoredEntry>(
      `SELECT number, json, hash FROM entry WHERE ${sql} ORDER BY number ${order} LIMIT ?`,
    );
    return rows.all(...values, limit).map(parseEntry);
  }

  entry(number: number): AuditEntry | undefined {
    const select = 'SELECT number, json, hash FROM entry WHERE number = ?';
    const row = this.#database.prepare<StoredEntry>(select).get(number);
    return row && parseEntry(row);
  }

  /** The number and the hash of the last entry. */
  head(): Head {
    const head = this.#head.get();
    if (head === undefined) throw new Error(`${this.#path} is damaged: it has no head.`);
    return head;
  }

  /** Returns the number of the first entry that is not older; the next number if all are. */
  #firstSince(instant: string): number {
    return 1 + countLeadingIndexes(this.head().number, (index) => this.#instantOf(index + 1) < instant);
  }

  #instantOf(number: number): string {
    return this.#instant.get(number)?.at ?? '';
  }

  /** The SQL of triggers that another program has removed or altered. */
  missingTriggers(): readonly string[] {
    return missingTriggers(this.#database, auditMigrations);
  }

  close(): void {
    clearTimeout(this.#syncTimer);
    if (this.#wal !== undefined) closeSync(this.#wal);
    this.#wal = undefined;
    closeCheckpointed(this.#database);
  }

  /** Forces the commits to disk in a thread of Node.js, so that nothing waits for it. */
  #sync(): void {
    this.#syncTimer = undefined;
    try {
      this.#wal ??= openSync(`${this.#path}-wal`, 'r');
    } catch (error) {
      this.#onSyncFailure(error as Error);
      return;
    }
    fdatasync(this.#wal, (error) => {
      // After `close`, which has checkpointed the file, there is nothing left to sync.
      if (error && this.#wal !== undefined) this.#onSyncFailure(error);
    });
  }
}

function conditionsOf(conditions: readonly (readonly [sql: string, value: SqlValue | undefined])[]): {
  readonly sql: string;
  readonly values: readonly SqlValue[];
} {
  const given = conditions.filter(([, value]) => value !== undefined);
  return { sql: given.map(([sql]) => sql).join(' AND '), values: given.map(([, value]) => value ?? null) };
}
