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
import {
  type Database,
  type PreparedStatement,
  SQLITE_FULL,
  SQLITE_IOERR_SHMSIZE,
  sqliteCode,
} from '../driver.ts';
import { migrate } from '../migrations.ts';
import { eventOfRow, type LogRow, logColumns, logMigrations } from './log-schema.ts';

/** As `PRAGMA synchronous` reads it back. */
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
 * Writes to the log over the one connection that does. The unique indexes find what the look-ups would: an append that
 * meets no conflict costs its INSERTs alone, and why there is a conflict is looked up when there is one.
 */
export class LogWriter {
  readonly #database: Database;
  readonly #clock: () => Date;
  readonly #insert: PreparedStatement;
  readonly #byId: PreparedStatement<LogRow>;
  readonly #head: PreparedStatement<readonly [revision: Revision]>;
  #last: LastEvent;

  /** The connection becomes the writer's. Throws FileVersionError when a newer program wrote the file. */
  constructor(database: Database, path: string, clock: () => Date) {
    migrate(database, logMigrations, path);
    makeDurable(database);
    this.#database = database;
    this.#clock = clock;
    this.#insert = database.prepare(
      `INSERT INTO event (${logColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#byId = database.prepare(`SELECT ${logColumns} FROM event WHERE id = ?`);
    this.#byId.setReturnArrays(true);
    this.#head = database.prepare(
      'SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    );
    this.#head.setReturnArrays(true);
    this.#last = lastEvent(database);
  }

  /**
   * Writes the appends in order, each seeing those before it, and gives their outcomes in that order when all of it is
   * on disk. Throws StoreFullError (nothing was written, try again) or StoreFailedError (the connection is not to be
   * trusted any more: what reached the disk is known only after a new start).
   */
  write(appends: readonly PendingAppend[]): AppendOutcome[] {
    const before = this.#last;
    try {
      const now = this.#clock().toISOString();
      this.#database.exec('BEGIN IMMEDIATE');
      const outcomes = appends.map((append) => this.#append(append, now));
      this.#database.exec('COMMIT');
      return outcomes;
    } catch (error) {
      this.#last = before;
      throw this.#rollBack(error);
    }
  }

  #rollBack(error: unknown): StoreFullError | StoreFailedError {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch (cause) {
      return new StoreFailedError('The log cannot be written: a transaction did not roll back.', { cause });
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
    // A new stream starts at revision 0; when it is not new, the INSERT meets that revision.
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
    }));
    return this.#insertAll(recorded) ? { outcome: 'appended', events: recorded } : this.#refuse(append, now);
  }

  /** False, and nothing is inserted, when one of the events meets another in a unique index. */
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
    );
    return changes === 1;
  }

  #refuse({ stream, expected, events }: PendingAppend, now: string): AppendOutcome {
    const recognised = findDuplicate(stream, events, (id) => {
      const row = this.#byId.get(id);
      return row === undefined ? undefined : eventOfRow(row);
    });
    if (recognised !== undefined) return recognised;

    const actual = this.#headOf(stream);
    if (!matchesExpectedRevision(actual, expected)) return { outcome: 'wrong-revision', actual };

    const recording = recordingTimes(events, this.#last.recordedAt, now);
    if (recording.outcome !== 'in-order') return recording;
    throw new Error('a conflict that no rule explains; was the log written by another program?');
  }

  #headOf(stream: string): Revision | 'no-stream' {
    return this.#head.get(stream)?.[0] ?? 'no-stream';
  }

  /** Moves what is in the WAL into the file. Where that fails nothing is lost: the next start reads the WAL. */
  close(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
    } finally {
      this.#database.close();
    }
  }
}

/** Some builds take `synchronous` as NORMAL in WAL, which loses the last commits with the power: set it, and look. */
function makeDurable(database: Database): void {
  // The index of ids takes its pages at random: four times the default number of pages between two checkpoints
  // means that each is copied less often. A WAL of 16 MB at most, but for long reads.
  database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA wal_autocheckpoint = 4000');
  const journal = database.prepare<{ journal_mode: string }>('PRAGMA journal_mode = WAL').get();
  const sync = database.prepare<{ synchronous: number }>('PRAGMA synchronous').get();
  if (journal?.journal_mode !== 'wal' || sync?.synchronous !== SYNCHRONOUS_FULL) {
    throw new Error(
      'SQLite does not take WAL with synchronous=FULL on this file system: an event that was acknowledged could be lost.',
    );
  }
}

function lastEvent(database: Database): LastEvent {
  const statement = database.prepare<LastEvent>(
    'SELECT position, recorded_at AS recordedAt FROM event ORDER BY position DESC LIMIT 1',
  );
  return statement.get() ?? { position: 0, recordedAt: '' };
}
