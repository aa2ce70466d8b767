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
import { type DataFolderLock, lockDataFolder } from '../data-folder-lock.ts';
import { openDatabase } from '../driver.ts';
import { logPath } from './log-schema.ts';
import { LogWriter, type PendingAppend } from './log-writer.ts';
import { SqliteEventReader } from './sqlite-event-reader.ts';

/** Events in one transaction, at most; an append that is larger by itself goes alone. */
const GROUP_EVENTS_MAX = 512;
/** Events that wait to be written, at most: beyond it, an append is refused at once. */
const WAITING_EVENTS_MAX = 8_192;

export interface SqliteEventStoreOptions {
  /** Made when there is none. */
  readonly dataDir: string;
  readonly clock: () => Date;
  /** Called after each commit that recorded events: to wake readers in other threads. */
  readonly onAppended: () => void;
  /** Called once, when the log can be written no more. Reading goes on; the process had better stop. */
  readonly onFailure: (error: StoreFailedError) => void;
}

/**
 * Opens the log of a data folder, and holds the folder until the store is closed.
 * Throws DataFolderInUseError, FileVersionError, or what SQLite throws.
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
 * The embedded log. The appends that wait at one turn of the event loop are written in one transaction, so that they
 * share one fsync; none is acknowledged before it.
 */
export class SqliteEventStore implements EventStore {
  readonly #parts: Parts;
  readonly #waiting: WaitingAppend[] = [];
  #waitingEvents = 0;
  #scheduled = false;
  #closed = false;
  /** Why no append is taken any more. */
  #end: StoreFailedError | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      if (this.#waitingEvents >= WAITING_EVENTS_MAX) {
        return reject(new StoreBusyError('Too many appends are waiting: nothing was written.'));
      }
      this.#waiting.push({ stream, expected, events, resolve, reject });
      this.#waitingEvents += events.length;
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
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
    this.#parts.reader.notify();
    this.#parts.onAppended();
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

  #fail(error: StoreFailedError): void {
    this.#end = error;
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
    if (this.#closed) return;
    this.#closed = true;
    this.#end ??= new StoreFailedError('The event store is closed.');
    while (this.#waiting.length > 0) this.#writeGroup();
    const { writer, reader, lock } = this.#parts;
    reader.close();
    writer.close();
    lock.release();
  }
}
