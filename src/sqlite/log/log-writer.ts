import { findDuplicate, matchesExpectedRevision, recordingTimes } from '../../event-store/append-rules.ts';
import {
  type AppendOutcome,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  type Revision,
  StoreFailedError,
  StoreFullError,
} from '../../event-store/event-store.ts';
import { numberedPosition, positionNumber } from '../../event-store/position.ts';
import type { LogRedaction } from '../../event-store/redaction.ts';
import {
  BUSY_TIMEOUT_MS,
  type Database,
  eraseDeleted,
  type PreparedStatement,
  SQLITE_FULL,
  SQLITE_IOERR_SHMSIZE,
  sqliteCode,
} from '../driver.ts';
import { migrate } from '../migrations.ts';
import { missingTriggers } from '../triggers.ts';
import { limitWal } from '../wal-file.ts';
import { LogFiles } from './log-files.ts';
import { eventOfRow, type LogRow, logColumns, logMigrations } from './log-schema.ts';

/**
 * Of new files. Small, because an event alone in a transaction changes a few pages, most of them of the indexes, and
 * SQLite writes whole pages.
 */
const PAGE_BYTES = 1_024;

/** The value that `PRAGMA synchronous` returns for FULL. */
const SYNCHRONOUS_FULL = 2;

export interface PendingAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

interface LastEvent {
  readonly position: number;
  readonly recordedAt: string;
}

/**
 * Writes to the log over its only writing connection. The unique indexes detect conflicts, so an append without one
 * costs only its INSERTs. The reason for a conflict is looked up only after one occurs.
 */
export class LogWriter {
  readonly #database: Database;
  readonly #clock: () => Date;
  readonly #insert: PreparedStatement;
  readonly #update: PreparedStatement;
  readonly #byId: PreparedStatement<LogRow>;
  readonly #head: PreparedStatement<readonly [revision: Revision]>;
  readonly #files: LogFiles;
  #last: LastEvent;

  /** The writer takes over the connection. Throws FileVersionError if a newer program wrote the file. */
  constructor(database: Database, path: string, clock: () => Date) {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    migrate(database, logMigrations, path);
    requireTriggers(database, path);
    makeDurable(database);
    this.#database = database;
    this.#clock = clock;
    this.#insert = database.prepare(
      `INSERT INTO event (${logColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#update = database.prepare(
      'UPDATE event SET content = ?, salt = ?, commitment = ? WHERE id = ? AND stream = ?',
    );
    this.#byId = database.prepare(`SELECT ${logColumns} FROM event WHERE id = ?`);
    this.#byId.setReturnArrays(true);
    this.#head = database.prepare(
      'SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    );
    this.#head.setReturnArrays(true);
    this.#last = lastEvent(database);
    this.#files = new LogFiles(path);
  }

  /**
   * Writes the appends in order, each seeing those before it, and returns their outcomes in the same order once all are
   * on disk. Throws StoreFullError if nothing was written; the appends can be retried. Throws StoreFailedError if the
   * connection can no longer be trusted; only a restart shows what reached the disk.
   */
  write(appends: readonly PendingAppend[]): AppendOutcome[] {
    return this.#transact((now) => appends.map((append) => this.#append(append, now)));
  }

  /** Appends the event of a redaction and replaces contents, in one transaction. Throws as `write` does. */
  redact({ stream, expected, event, contents }: LogRedaction): AppendOutcome {
    return this.#transact((now) => {
      const outcome = this.#append({ stream, expected, events: [event] }, now);
      if (outcome.outcome !== 'appended') return outcome;
      for (const { id, content, salt, commitment } of contents) {
        const { changes } = this.#update.run(content, salt, commitment, id, stream);
        if (changes !== 1) throw new Error(`There is no event ${id} in ${stream}.`);
      }
      return outcome;
    });
  }

  #transact<Result>(work: (now: string) => Result): Result {
    const before = this.#last;
    try {
      const now = this.#clock().toISOString();
      this.#database.exec('BEGIN IMMEDIATE');
      const result = work(now);
      this.#database.exec('COMMIT');
      this.#files.requireInPlace();
      return result;
    } catch (error) {
      this.#last = before;
      throw this.#rollBack(error);
    }
  }

  #rollBack(error: unknown): StoreFullError | StoreFailedError {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch (cause) {
      return new StoreFailedError('The log cannot be written: a transaction could not be rolled back.', {
        cause,
      });
    }
    const code = sqliteCode(error);
    if (code === SQLITE_FULL || code === SQLITE_IOERR_SHMSIZE) {
      return new StoreFullError('The disk of the log is full: nothing was written.', { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new StoreFailedError(`The log cannot be written: ${reason}`, { cause: error });
  }

  #append(append: PendingAppend, now: string): AppendOutcome {
    const { stream, expected, events } = append;
    // A new stream starts at revision 0. If the stream is not new, the INSERT conflicts with its revision 0.
    const actual = expected === 'no-stream' ? 'no-stream' : this.#headOf(stream);
    const recording = recordingTimes(events, this.#last.recordedAt, now);
    if (recording.outcome !== 'in-order' || !matchesExpectedRevision(actual, expected))
      return this.#refuse(append, now);

    const first = actual === 'no-stream' ? 0 : actual + 1;
    const recorded = events.map((event, index) => ({
      position: numberedPosition(this.#last.position + 1 + index),
      id: event.id,
      type: event.type,
      stream,
      revision: (first + index) as Revision,
      recordedAt: recording.times[index] ?? '',
      metadata: event.metadata,
      content: event.content,
      salt: event.salt,
      ...(event.commitment !== undefined && { commitment: event.commitment }),
    }));
    return this.#insertAll(recorded) ? { outcome: 'appended', events: recorded } : this.#refuse(append, now);
  }

  /** Inserts all events, or none and returns false if one of them conflicts with a unique index. */
  #insertAll(events: readonly RecordedEvent[]): boolean {
    const single = events.length === 1;
    if (!single) this.#database.exec('SAVEPOINT append');
    const inserted = events.every((event) => this.#insertOne(event));
    if (!single) this.#database.exec(inserted ? 'RELEASE append' : 'ROLLBACK TO append; RELEASE append');
    if (inserted) {
      const recordedAt = events.at(-1)?.recordedAt ?? this.#last.recordedAt;
      this.#last = { position: this.#last.position + events.length, recordedAt };
    }
    return inserted;
  }

  #insertOne(event: RecordedEvent): boolean {
    const { changes } = this.#insert.run(
      positionNumber(event.position),
      event.id,
      event.stream,
      event.revision,
      event.type,
      event.recordedAt,
      event.metadata,
      event.content,
      event.salt,
      event.commitment ?? null,
    );
    return changes === 1;
  }

  #refuse({ stream, expected, events }: PendingAppend, now: string): AppendOutcome {
    const duplicate = findDuplicate(stream, events, (id) => {
      const row = this.#byId.get(id);
      return row === undefined ? undefined : eventOfRow(row);
    });
    if (duplicate !== undefined) return duplicate;

    const actual = this.#headOf(stream);
    if (!matchesExpectedRevision(actual, expected)) return { outcome: 'wrong-revision', actual };

    const recording = recordingTimes(events, this.#last.recordedAt, now);
    if (recording.outcome !== 'in-order') return recording;
    throw new Error('An INSERT conflicts for no known reason. Did another program write to the log?');
  }

  #headOf(stream: string): Revision | 'no-stream' {
    return this.#head.get(stream)?.[0] ?? 'no-stream';
  }

  /**
   * Moves what is in the WAL into the file and empties the WAL, unless a reader still needs it. Nothing is lost if that
   * fails. It does not wait for readers, because appends would wait as well.
   */
  checkpoint(): void {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /**
   * Empties the file of what was replaced. Returns false if a reader or a checkpoint still needs older pages. Pages
   * that grew before `secure_delete` was set may have copies of events in free space.
   */
  erase(): boolean {
    return eraseDeleted(this.#database);
  }

  close(): void {
    try {
      this.checkpoint();
    } finally {
      this.#database.close();
    }
  }
}

/**
 * Sets WAL with `synchronous=FULL` and verifies it. Some SQLite builds use NORMAL in WAL mode, which loses the last
 * commits when the power fails.
 */
function makeDurable(database: Database): void {
  // The index of ids changes pages at random places, so fewer checkpoints copy each page less often.
  limitWal(database);
  database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON');
  database.exec('PRAGMA secure_delete = ON');
  const journal = database.prepare<{ journal_mode: string }>('PRAGMA journal_mode = WAL').get();
  const sync = database.prepare<{ synchronous: number }>('PRAGMA synchronous').get();
  if (journal?.journal_mode !== 'wal' || sync?.synchronous !== SYNCHRONOUS_FULL) {
    throw new Error(
      'SQLite does not support WAL with synchronous=FULL on this file system. Acknowledged events could be lost.',
    );
  }
}

/** Another program has removed what keeps events from being changed, so some may have been. */
export class MissingTriggerError extends Error {
  override readonly name = 'MissingTriggerError';
}

function requireTriggers(database: Database, path: string): void {
  const missing = missingTriggers(database, logMigrations);
  if (missing.length === 0) return;
  throw new MissingTriggerError(
    `${path} lacks triggers that keep events from being changed: another program has removed or altered them. ` +
      'Run chancery verify, which checks every event and says how to put the triggers back.',
  );
}

function lastEvent(database: Database): LastEvent {
  const statement = database.prepare<LastEvent>(
    'SELECT position, recorded_at AS recordedAt FROM event ORDER BY position DESC LIMIT 1',
  );
  return statement.get() ?? { position: 0, recordedAt: '' };
}
