import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { EventIndex, EventPlace } from '../event-store/event-index.ts';
import {
  type AppendOutcome,
  type EventReader,
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
import {
  describeRemoval,
  EventRemovedError,
  type LogRemovals,
  withoutRemoved,
} from '../event-store/removals.ts';
import { LogAppender } from './append/log-appender.ts';
import { RecordingClock } from './append/recording-clock.ts';
import type { ConnectionSignal } from './connection/server-connection.ts';
import { EventFinder } from './read/event-finder.ts';
import { type EventReaderOptions, EventStoreDbEventReader } from './read/eventstoredb-event-reader.ts';
import { IdIndexUpdater } from './read/id-index-updater.ts';
import { serveLiveEvents } from './read/live-events-port.ts';
import { RemovalTracker } from './read/removal-tracker.ts';

export type EventStoreDbSignal =
  | ConnectionSignal
  /** The index of ids skipped the event. Every read of it throws the error. */
  | { readonly kind: 'unreadable-event'; readonly error: UnreadableEventError }
  /** Other events are removed on the server than before. */
  | { readonly kind: 'events-removed'; readonly reason: string }
  | { readonly kind: 'index-failed'; readonly error: Error };

export interface EventStoreDbOptions
  extends Omit<EventReaderOptions, 'onSignal' | 'liveEvents' | 'onNotice'> {
  readonly clock: () => Date;
  /** Must be used for this log and prefix alone. The store writes to it until it is closed. */
  readonly index: EventIndex;
  /** How long an append waits for its answer before the log is read. Absent: half of `callTimeoutMs`. */
  readonly appendTimeoutMs?: number;
  readonly onSignal?: (signal: EventStoreDbSignal) => void;
}

/** How many events may wait for their answer. Beyond it, appends are refused at once. */
const PENDING_EVENTS_MAX = 8_192;

/**
 * The log on an EventStoreDB or KurrentDB server or cluster. The constructor does not wait for the server. Events that
 * were removed on the server are left out. A read of a record without any others, and of a removed event by its id,
 * throws EventRemovedError.
 *
 * An append is settled within twice `callTimeoutMs`, even if the server is unavailable or stops responding: with what
 * the log shows, or with StoreUnavailableError. A retry of an event with the same expected revision is always
 * recognised. Beyond that, ids are unique as far as the index covers the log, which is everything except what other
 * processes have just recorded. `RecordingClock` describes the guarantees of `recordedAt`.
 */
export class EventStoreDbEventStore implements EventStore {
  /** What is known of removed events. */
  readonly removals: LogRemovals;
  readonly #reader: EventStoreDbEventReader;
  readonly #left: EventReader;
  readonly #tracker: RemovalTracker;
  readonly #indexUpdater: IdIndexUpdater;
  readonly #finder: EventFinder;
  readonly #appender: LogAppender;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #ports: MessagePort[] = [];
  #pendingEvents = 0;
  #closed = false;

  /** Throws ConnectionStringError, or RangeError for an invalid prefix. */
  constructor({ clock: now, index, appendTimeoutMs, onSignal = () => {}, ...options }: EventStoreDbOptions) {
    const reader = new EventStoreDbEventReader({
      ...options,
      onSignal,
      onNotice: (notice) => this.#tracker.receive(notice),
    });
    const clock = new RecordingClock(now);
    const indexUpdater = new IdIndexUpdater({
      reader,
      index,
      isRemoved: (place) => this.#isRemoved(place),
      onEvents: (events) => {
        clock.observe(events.at(-1)?.recordedAt ?? '');
        this.#tracker.observe(events);
      },
      onUnreadable: (error) => onSignal({ kind: 'unreadable-event', error }),
      onFailure: (error) => onSignal({ kind: 'index-failed', error }),
    });
    const removals = new RemovalTracker({ pages: reader.pages, index, known: indexUpdater.caughtUp });
    removals.onChange((record) => onSignal({ kind: 'events-removed', reason: describeRemoval(record) }));
    this.removals = removals;
    this.#tracker = removals;
    this.#reader = reader;
    this.#left = withoutRemoved(reader, removals.removed);
    this.#indexUpdater = indexUpdater;
    this.#finder = new EventFinder({ reader, index, indexUpdater, removals });
    this.#appender = new LogAppender({
      reader,
      index,
      finder: this.#finder,
      indexUpdater,
      clock,
      removed: removals.removed,
      appendTimeoutMs: appendTimeoutMs ?? reader.timeoutMs / 2,
    });
  }

  async #isRemoved(place: EventPlace): Promise<boolean> {
    try {
      await this.#tracker.requireNotRemoved(place);
      return false;
    } catch (error) {
      if (error instanceof EventRemovedError) return true;
      throw error;
    }
  }

  /** Reads all that the server still returns, removed events among it. */
  get everything(): EventReader {
    return this.#reader;
  }

  /** Names the log for people: the connection string without credentials, and the prefix. */
  get location(): string {
    const { connection, prefix } = this.#reader;
    return `${connection.url} (streams ${prefix}…)`;
  }

  /** Opens a port for a reader in another thread, so that the process follows the log once. */
  openLiveEvents(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    serveLiveEvents(this.#reader.tail, port1);
    this.#ports.push(port1);
    return port2;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome> {
    if (this.#closed) return Promise.reject(new StoreFailedError('The event store is closed.'));
    if (this.#pendingEvents >= PENDING_EVENTS_MAX) {
      return Promise.reject(new StoreBusyError('Too many appends are waiting: nothing was written.'));
    }
    this.#pendingEvents += events.length;
    const outcome = this.#appender.append({ stream, expected, events });
    this.#pending.add(outcome);
    const settle = () => {
      this.#pending.delete(outcome);
      this.#pendingEvents -= events.length;
    };
    outcome.then(settle, settle);
    return outcome;
  }

  readEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.#finder.read(id);
  }

  readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    return this.#left.readEventAt(position);
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.#left.readStream(stream, options);
  }

  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    return this.#left.readAll(options);
  }

  countAfter(): Promise<undefined> {
    return this.#reader.countAfter();
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return this.#left.subscribe(options);
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
    this.#tracker.close();
    await this.#indexUpdater.close();
    for (const port of this.#ports) port.close();
    this.#reader.close();
  }
}
