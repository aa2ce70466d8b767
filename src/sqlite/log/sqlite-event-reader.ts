import { hash } from 'node:crypto';
import type {
  Direction,
  EventLookup,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionMessage,
} from '../../event-store/event-store.ts';
import { NewEventNotifier, subscribeByPages } from '../../event-store/paging.ts';
import { parseNumberedPosition, positionNumber } from '../../event-store/position.ts';
import { type Database, openToRead, type PreparedStatement, type SqlValue } from '../driver.ts';
import { requireMigrated } from '../migrations.ts';
import { damagedEvent, misplacedEvent, requirePositions, requireRevisions } from './event-order.ts';
import { eventOfRow, type LogRow, logColumns, logMigrations, logPath } from './log-schema.ts';

/**
 * Reads the committed events of a data folder over its own read-only connection. It may run in the thread of the
 * writer, in another thread or in another process. SQLite does not report commits, so the owner must call `notify`
 * after new events; until then, subscriptions wait at the end of the log.
 */
export class SqliteEventReader implements EventLookup {
  readonly #database: Database;
  readonly #byId: PreparedStatement<LogRow>;
  readonly #byPosition: PreparedStatement<LogRow>;
  readonly #stream: Readonly<Record<Direction, PreparedStatement<LogRow>>>;
  readonly #all: Readonly<Record<Direction, PreparedStatement<LogRow>>>;
  readonly #last: PreparedStatement<{ last: number | null }>;
  readonly #redacted: PreparedStatement<{ position: number; salt: string }>;
  readonly #newEvents = new NewEventNotifier();

  /** Throws FileVersionError if the log has another schema version, and SQLite's error if there is no log. */
  constructor(dataDir: string) {
    const path = logPath(dataDir);
    this.#database = openToRead(path);
    try {
      requireMigrated(this.#database, logMigrations, path);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#last = this.#database.prepare('SELECT max(position) AS last FROM event');
    this.#redacted = this.#database.prepare(
      'SELECT position, salt FROM event WHERE commitment IS NOT NULL ORDER BY position',
    );
    this.#byId = this.#prepare('WHERE id = ?');
    this.#byPosition = this.#prepare('WHERE position = ?');
    this.#stream = {
      forwards: this.#prepare('WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?'),
      backwards: this.#prepare('WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?'),
    };
    this.#all = {
      forwards: this.#prepare('WHERE position > ? ORDER BY position LIMIT ?'),
      backwards: this.#prepare('WHERE position < ? ORDER BY position DESC LIMIT ?'),
    };
  }

  #prepare(condition: string): PreparedStatement<LogRow> {
    const statement = this.#database.prepare<LogRow>(`SELECT ${logColumns} FROM event ${condition}`);
    statement.setReturnArrays(true);
    return statement;
  }

  /** Wakes the subscriptions waiting at the end of the log. */
  notify(): void {
    this.#newEvents.notify();
  }

  async readEvent(id: string): Promise<RecordedEvent | undefined> {
    const event = first(this.#byId, id);
    if (event !== undefined && event.id !== id)
      throw damagedEvent(event, `an index has it in the place of event ${id}`);
    return event;
  }

  async readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    const event = first(this.#byPosition, positionNumber(position));
    if (event !== undefined && event.position !== position) throw misplacedEvent(event, position);
    return event;
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const { direction, maxCount } = options;
    const from = options.from ?? outerBound(direction);
    const events = read(this.#stream[direction], stream, from, maxCount);
    requireRevisions(events, stream, options);
    return events;
  }

  async readAll({ direction, after, maxCount }: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    const exclusive = after === undefined ? outerBound(direction) : positionNumber(after);
    const events = read(this.#all[direction], exclusive, maxCount);
    requirePositions(events, direction, exclusive);
    return events;
  }

  async countAfter(position?: Position): Promise<number> {
    const last = this.#last.get()?.last ?? 0;
    return Math.max(last - (position === undefined ? 0 : positionNumber(position)), 0);
  }

  /** Returns a signed 32-bit number that differs if other content was removed from the log: 0 if none was. */
  redactionDigest(): number {
    const rows = this.#redacted.all();
    if (rows.length === 0) return 0;
    const text = rows.map(({ position, salt }) => `${position} ${salt}`).join();
    return hash('sha256', text, 'buffer').readInt32BE();
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    const readPage = (after: Position | undefined, maxCount: number) =>
      this.readAll({ direction: 'forwards', maxCount, ...(after !== undefined && { after }) });
    return subscribeByPages(readPage, this.#newEvents, options);
  }

  parsePosition(text: string): Position | undefined {
    return parseNumberedPosition(text);
  }

  comparePositions(a: Position, b: Position): number {
    return positionNumber(a) - positionNumber(b);
  }

  /** Ends all subscriptions. */
  close(): void {
    if (this.#newEvents.closed) return;
    this.#newEvents.close();
    this.#database.close();
  }
}

/** Returns where a read without a start begins: a bound below or above all revisions and positions. */
function outerBound(direction: Direction): number {
  return direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER;
}

function first(statement: PreparedStatement<LogRow>, value: SqlValue): RecordedEvent | undefined {
  const row = statement.get(value);
  return row === undefined ? undefined : eventOfRow(row);
}

function read(
  statement: PreparedStatement<LogRow>,
  ...values: readonly SqlValue[]
): readonly RecordedEvent[] {
  return statement.all(...values).map(eventOfRow);
}
