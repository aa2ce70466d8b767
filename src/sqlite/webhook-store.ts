import { join } from 'node:path';
import { type Checkpoint, UNFILTERED } from '../projector/timeline-store.ts';
import type { DeadLetter, QueuedMessage, Subscription } from '../webhooks/subscription.ts';
import type { Advance, SubscriptionChanges, WebhookStore } from '../webhooks/webhook-store.ts';
import {
  closeCheckpointed,
  type Database,
  eraseDeleted,
  inTransaction,
  type PreparedStatement,
} from './driver.ts';
import { type Migration, openMigrated } from './migrations.ts';

/**
 * - `subscription.state` is the JSON of a `Subscription` without its id. The secret is not in it.
 * - `message` has the queues and the dead letters, which have a `failure`: the JSON of a `DeliveryFailure`. `number` is
 *   never used again.
 */
const webhookMigrations: readonly Migration[] = [
  `
  CREATE TABLE subscription (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE TABLE message (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    UNIQUE (subscription, id)
  ) STRICT;
  CREATE INDEX queue ON message (subscription, number) WHERE failure IS NULL;
  CREATE INDEX dead_letter ON message (subscription, number) WHERE failure IS NOT NULL;
  `,
];

interface CountRow {
  readonly count: number;
}

interface DeadMessageRow {
  readonly number: number;
  readonly ordinal: number;
  readonly payload: string;
}

interface DeadLetterRow extends Omit<DeadLetter, 'failure'> {
  readonly failure: string;
}

const INSERT_MESSAGE = 'INSERT INTO message (subscription, id, ordinal, payload) VALUES (?, ?, ?, ?)';
const DELETE_MESSAGE = 'DELETE FROM message WHERE number = ? AND id = ?';
const FIRST_QUEUED = `
  SELECT subscription, number, id, ordinal, payload, attempts, due_ms AS dueMs FROM message
  WHERE subscription = ? AND failure IS NULL ORDER BY number LIMIT 1`;
const HURRY = 'UPDATE message SET due_ms = 0 WHERE subscription = ? AND failure IS NULL';
const DEAD_LETTERS = `
  SELECT id, payload, attempts, failure FROM message
  WHERE subscription = ? AND failure IS NOT NULL ORDER BY number`;
const FIND_DEAD_LETTER = `
  SELECT number, ordinal, payload FROM message WHERE subscription = ? AND id = ? AND failure IS NOT NULL`;

/** Filters that were saved before there were others lack those. */
function subscriptionOf(id: string, state: string): Subscription {
  const { query, ...rest } = JSON.parse(state) as Omit<Subscription, 'id'>;
  return { ...rest, id, query: { ...query, filter: { ...UNFILTERED, ...query.filter } } };
}

export function webhooksPath(dataDir: string): string {
  return join(dataDir, 'webhooks.db');
}

/** Webhooks in a file of a data folder, which the caller has locked. Subscriptions are also kept in memory. */
export class SqliteWebhookStore implements WebhookStore {
  readonly #db: Database;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #subscriptions = new Map<string, Subscription>();

  /** Throws FileVersionError or SQLite's error. */
  constructor(path: string) {
    this.#db = openMigrated(path, webhookMigrations, ['synchronous = NORMAL', 'secure_delete = ON']);
    try {
      const rows = this.#prepare<{ id: string; state: string }>(
        'SELECT id, state FROM subscription ORDER BY number',
      ).all();
      for (const { id, state } of rows) this.#subscriptions.set(id, subscriptionOf(id, state));
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()];
  }

  subscription(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  secretOf(id: string): string {
    const row = this.#prepare<{ secret: string }>('SELECT secret FROM subscription WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`There is no subscription ${id}.`);
    return row.secret;
  }

  add(subscription: Subscription, secret: string): void {
    const { id, ...state } = subscription;
    this.#durably(() => {
      const insert = 'INSERT INTO subscription (id, secret, state) VALUES (?, ?, ?)';
      this.#prepare(insert).run(id, secret, JSON.stringify(state));
    });
    this.#subscriptions.set(id, subscription);
  }

  change(id: string, changes: SubscriptionChanges): void {
    this.#durably(() => this.#update(id, changes));
  }

  remove(id: string): void {
    this.#durably(() => {
      this.#prepare('DELETE FROM message WHERE subscription = ?').run(id);
      this.#prepare('DELETE FROM subscription WHERE id = ?').run(id);
    });
    this.#subscriptions.delete(id);
  }

  advance(advances: readonly Advance[]): void {
    this.#inTransaction(() => {
      for (const { subscription, cursor, messages } of advances) {
        for (const { id, ordinal, payload } of messages) {
          this.#prepare(INSERT_MESSAGE).run(subscription, id, ordinal, payload);
        }
        this.#update(subscription, { cursor });
      }
    });
  }

  replay(id: string, cursor: Checkpoint | undefined, all: boolean): void {
    this.#durably(() => {
      const after = all ? 0 : (cursor?.ordinal ?? 0);
      this.#prepare('DELETE FROM message WHERE subscription = ? AND ordinal > ?').run(id, after);
      this.#update(id, { cursor });
    });
  }

  queued(id: string): number {
    return this.#count(
      'SELECT count(*) AS count FROM message WHERE subscription = ? AND failure IS NULL',
      id,
    );
  }

  firstQueued(id: string): QueuedMessage | undefined {
    return this.#prepare<QueuedMessage>(FIRST_QUEUED).get(id);
  }

  delivered({ subscription, number, id }: QueuedMessage, at: string): void {
    this.#inTransaction(() => {
      this.#prepare(DELETE_MESSAGE).run(number, id);
      this.#update(subscription, { lastDeliveredAt: at, deadInRow: 0 });
    });
  }

  failed(message: QueuedMessage, failure: DeadLetter['failure'], dueMs: number | undefined): void {
    const { subscription, number } = message;
    const isDead = dueMs === undefined;
    this.#inTransaction(() => {
      this.#prepare(
        'UPDATE message SET attempts = attempts + 1, due_ms = ?, failure = ? WHERE number = ?',
      ).run(dueMs ?? 0, isDead ? JSON.stringify(failure) : null, number);
      const deadInRow = (this.#subscriptions.get(subscription)?.deadInRow ?? 0) + (isDead ? 1 : 0);
      this.#update(subscription, { lastFailure: failure, deadInRow });
    });
  }

  hurry(id: string): void {
    this.#prepare(HURRY).run(id);
  }

  deadLetters(id: string): readonly DeadLetter[] {
    const rows = this.#prepare<DeadLetterRow>(DEAD_LETTERS).all(id);
    return rows.map((row) => ({ ...row, failure: JSON.parse(row.failure) as DeadLetter['failure'] }));
  }

  deadLetterCount(id: string): number {
    return this.#count(
      'SELECT count(*) AS count FROM message WHERE subscription = ? AND failure IS NOT NULL',
      id,
    );
  }

  requeue(subscription: string, message: string): boolean {
    const dead = this.#prepare<DeadMessageRow>(FIND_DEAD_LETTER).get(subscription, message);
    if (dead === undefined) return false;
    this.#inTransaction(() => {
      this.#prepare(DELETE_MESSAGE).run(dead.number, message);
      this.#prepare(INSERT_MESSAGE).run(subscription, message, dead.ordinal, dead.payload);
    });
    return true;
  }

  discard(subscription: string, message: string): boolean {
    const remove = 'DELETE FROM message WHERE subscription = ? AND id = ? AND failure IS NOT NULL';
    return Number(this.#prepare(remove).run(subscription, message).changes) > 0;
  }

  firstWith(id: string, texts: readonly string[]): number | undefined {
    const find = this.#prepare<{ ordinal: number | null }>(
      'SELECT min(ordinal) AS ordinal FROM message WHERE subscription = ? AND instr(payload, ?) > 0',
    );
    const ordinals = texts.flatMap((text) => find.get(id, text)?.ordinal ?? []);
    return ordinals.length === 0 ? undefined : Math.min(...ordinals);
  }

  erase(): void {
    if (!eraseDeleted(this.#db)) throw new Error('webhooks.db is busy.');
  }

  close(): void {
    closeCheckpointed(this.#db);
  }

  /** Changes a row and, when that is done, the copy in memory. Ignores a subscription that was removed. */
  #update(id: string, changes: Partial<Subscription>): void {
    const present = this.#subscriptions.get(id);
    if (present === undefined) return;
    const changed = { ...present, ...changes };
    const { id: _id, ...state } = changed;
    this.#prepare('UPDATE subscription SET state = ? WHERE id = ?').run(JSON.stringify(state), id);
    this.#subscriptions.set(id, changed);
  }

  #count(sql: string, id: string): number {
    return this.#prepare<CountRow>(sql).get(id)?.count ?? 0;
  }

  #prepare<Row = unknown>(sql: string): PreparedStatement<Row> {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement as PreparedStatement<Row>;
  }

  /** Restores the copies in memory if the transaction is rolled back. */
  #inTransaction(work: () => void): void {
    const before = [...this.#subscriptions];
    try {
      inTransaction(this.#db, work);
    } catch (error) {
      this.#subscriptions.clear();
      for (const [id, subscription] of before) this.#subscriptions.set(id, subscription);
      throw error;
    }
  }

  /** Runs a transaction that is on disk when it has been committed. */
  #durably(work: () => void): void {
    this.#db.exec('PRAGMA synchronous = FULL');
    try {
      this.#inTransaction(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL');
    }
  }
}
