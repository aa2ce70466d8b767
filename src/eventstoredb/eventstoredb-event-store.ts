import type { EventIndex } from '../event-store/event-index.ts';
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
  type UnreadableEventError,
} from '../event-store/event-store.ts';
import { LogAppender } from './append/log-appender.ts';
import { RecordingClock } from './append/recording-clock.ts';
import type { ConnectionSignal } from './connection/server-connection.ts';
import { EventFinder } from './read/event-finder.ts';
import { type EventReaderOptions, EventStoreDbEventReader } from './read/eventstoredb-event-reader.ts';
import { IdIndexUpdater } from './read/id-index-updater.ts';

export type EventStoreDbSignal =
  | ConnectionSignal
  /** The index of ids has passed over it; every read that meets it throws it. */
  | { readonly kind: 'unreadable-event'; readonly error: UnreadableEventError }
  | { readonly kind: 'index-failed'; readonly error: Error };

export interface EventStoreDbOptions extends Omit<EventReaderOptions, 'onSignal'> {
  readonly clock: () => Date;
  /** Of this log and prefix alone. The store writes to it until it is closed. */
  readonly index: EventIndex;
  readonly onSignal?: (signal: EventStoreDbSignal) => void;
}

/** Events that wait for their answer, at most: beyond it, an append is refused at once. */
const WAITING_EVENTS_MAX = 8_192;

/**
 * The log on an EventStoreDB or KurrentDB server or cluster. Opened without waiting for it.
 *
 * An append is settled within twice `callTimeoutMs`, also when the server is away or falls silent: as what the log
 * shows, or as StoreUnavailableError. An event that is sent again, expecting what it expected the first time, is
 * recognised without exception. Beyond that an id is unique as far as the index knows the log: all of it, but for
 * what other processes recorded a moment ago. What holds for `recordedAt` is said at `RecordingClock`.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #reader: EventStoreDbEventReader;
  readonly #feed: IdIndexUpdater;
  readonly #finder: EventFinder;
  readonly #appender: LogAppender;
  readonly #pending = new Set<Promise<unknown>>();
  #waitingEvents = 0;
  #closed = false;

  /** Throws ConnectionStringError, or RangeError when the prefix is none. */
  constructor({ clock: now, index, onSignal = () => {}, ...options }: EventStoreDbOptions) {
    const reader = new EventStoreDbEventReader({ ...options, onSignal });
    const clock = new RecordingClock(now);
    this.#reader = reader;
    this.#feed = new IdIndexUpdater({
      reader,
      index,
      onEvents: (events) => clock.saw(events.at(-1)?.recordedAt ?? ''),
      onUnreadable: (error) => onSignal({ kind: 'unreadable-event', error }),
      onFailure: (error) => onSignal({ kind: 'index-failed', error }),
    });
    this.#finder = new EventFinder({ reader, index, feed: this.#feed });
    this.#appender = new LogAppender({ reader, index, finder: this.#finder, feed: this.#feed, clock });
  }

  /** For people: where the log is, without credentials. */
  get place(): string {
    const { connection, prefix } = this.#reader;
    return `${connection.address} (streams ${prefix}…)`;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome> {
    if (this.#closed) return Promise.reject(new StoreFailedError('The event store is closed.'));
    if (this.#waitingEvents >= WAITING_EVENTS_MAX) {
      return Promise.reject(new StoreBusyError('Too many appends are waiting: nothing was written.'));
    }
    this.#waitingEvents += events.length;
    const outcome = this.#appender.append({ stream, expected, events });
    this.#pending.add(outcome);
    const leave = () => {
      this.#pending.delete(outcome);
      this.#waitingEvents -= events.length;
    };
    outcome.then(leave, leave);
    return outcome;
  }

  readEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.#finder.read(id);
  }

  readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    return this.#reader.readEventAt(position);
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.#reader.readStream(stream, options);
  }

  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    return this.#reader.readAll(options);
  }

  countAfter(): Promise<undefined> {
    return this.#reader.countAfter();
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return this.#reader.subscribe(options);
  }

  parsePosition(text: string): Position | undefined {
    return this.#reader.parsePosition(text);
  }

  comparePositions(a: Position, b: Position): number {
    return this.#reader.comparePositions(a, b);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#pending);
    await this.#feed.close();
    this.#reader.close();
  }
}
