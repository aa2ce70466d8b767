// Imported, because the fake timers of a test replace only the global function, and appends would never settle.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import {
  type AppendOutcome,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  StoreBusyError,
  StoreFailedError,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../event-store/event-store.ts';
import type { LogRedaction, RedactableLog } from '../../event-store/redaction.ts';
import { type DataFolderLock, lockDataFolder } from '../data-folder-lock.ts';
import { openDatabase } from '../driver.ts';
import { logPath } from './log-schema.ts';
import { LogWriter, type PendingAppend } from './log-writer.ts';
import { SqliteEventReader } from './sqlite-event-reader.ts';

/** Maximum number of events in one transaction. A larger append gets a transaction of its own. */
const GROUP_EVENTS_MAX = 512;
/** When this many events are waiting to be written, further appends are refused at once. */
const WAITING_EVENTS_MAX = 8_192;

/** Without appends for this time, the WAL is moved into the log file. */
const IDLE_MS = 1_000;

export interface SqliteEventStoreOptions {
  /** Created if it does not exist. */
  readonly dataDir: string;
  readonly clock: () => Date;
  /** Called after each commit that recorded events, to wake readers in other threads. */
  readonly onAppended: () => void;
  /** Called once, when the log can no longer be written. Reads still work, but the process should stop. */
  readonly onFailure: (error: StoreFailedError) => void;
}

/**
 * Opens the log of a data folder and locks the folder until the store is closed.
 * Throws DataFolderInUseError, FileVersionError or SQLite's error.
 */
export function openSqliteEventStore(options: SqliteEventStoreOptions): SqliteEventStore {
  const { dataDir, clock, onAppended, onFailure } = options;
  const lock = lockDataFolder(dataDir);
  let writer: LogWriter | undefined;
  try {
    writer = openLogWriter(logPath(dataDir), clock);
    return new SqliteEventStore({
      writer,
      reader: new SqliteEventReader(dataDir),
      lock,
      onAppended,
      onFailure,
    });
  } catch (error) {
    writer?.close();
    lock.release();
    throw error;
  }
}

function openLogWriter(path: string, clock: () => Date): LogWriter {
  const database = openDatabase(path);
  try {
    return new LogWriter(database, path, clock);
  } catch (error) {
    database.close();
    throw error;
  }
}

interface WaitingAppend extends PendingAppend {
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Parts {
  readonly writer: LogWriter;
  readonly reader: SqliteEventReader;
  readonly lock: DataFolderLock;
  readonly onAppended: () => void;
  readonly onFailure: (error: StoreFailedError) => void;
}

/**
 * The embedded log. Appends that wait in the same turn of the event loop are written in one transaction and share one
 * fsync. None is acknowledged before that fsync.
 */
export class SqliteEventStore implements EventStore, RedactableLog {
  readonly #parts: Parts;
  readonly #waiting: WaitingAppend[] = [];
  #waitingEvents = 0;
  #isScheduled = false;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;
  /** Why appends are refused; undefined while they are accepted. */
  #failure: StoreFailedError | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waitingEvents >= WAITING_EVENTS_MAX) {
      throw new StoreBusyError('Too many appends are waiting: nothing was written.');
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ stream, expected, events, resolve, reject });
      this.#waitingEvents += events.length;
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#writeGroup();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #writeGroup(): void {
    const group = this.#takeGroup();
    if (group.length === 0) return;
    let outcomes: AppendOutcome[];
    try {
      outcomes = this.#parts.writer.write(group);
    } catch (error) {
      for (const append of group) append.reject(error);
      if (error instanceof StoreFailedError) this.#fail(error);
      return;
    }
    for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
    if (!outcomes.some(({ outcome }) => outcome === 'appended')) return;
    this.#checkpointWhenIdle();
    this.#parts.reader.notify();
    this.#parts.onAppended();
  }

  #checkpointWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#parts.writer.checkpoint(), IDLE_MS);
    this.#idle.unref();
  }

  #takeGroup(): WaitingAppend[] {
    let events = 0;
    const end = this.#waiting.findIndex((append) => {
      events += append.events.length;
      return events > GROUP_EVENTS_MAX;
    });
    const group = this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1));
    for (const append of group) this.#waitingEvents -= append.events.length;
    return group;
  }

  async redact(redaction: LogRedaction): Promise<AppendOutcome> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const outcome = this.#parts.writer.redact(redaction);
      this.#parts.reader.notify();
      this.#parts.onAppended();
      return outcome;
    } catch (error) {
      if (error instanceof StoreFailedError) this.#fail(error);
      throw error;
    }
  }

  async erase(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#parts.writer.erase();
  }

  #fail(error: StoreFailedError): void {
    this.#failure = error;
    for (const append of this.#waiting.splice(0)) append.reject(error);
    this.#parts.onFailure(error);
  }

  readEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.#parts.reader.readEvent(id);
  }

  readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    return this.#parts.reader.readEventAt(position);
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.#parts.reader.readStream(stream, options);
  }

  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    return this.#parts.reader.readAll(options);
  }

  countAfter(position?: Position): Promise<number> {
    return this.#parts.reader.countAfter(position);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return this.#parts.reader.subscribe(options);
  }

  parsePosition(text: string): Position | undefined {
    return this.#parts.reader.parsePosition(text);
  }

  comparePositions(a: Position, b: Position): number {
    return this.#parts.reader.comparePositions(a, b);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failure ??= new StoreFailedError('The event store is closed.');
    while (this.#waiting.length > 0) this.#writeGroup();
    clearTimeout(this.#idle);
    const { writer, reader, lock } = this.#parts;
    reader.close();
    writer.close();
    lock.release();
  }
}
