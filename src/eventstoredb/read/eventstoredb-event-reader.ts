import type { MessagePort } from 'node:worker_threads';
import type {
  EventReader,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionMessage,
} from '../../event-store/event-store.ts';
import { type ConnectionSignal, ServerConnection } from '../connection/server-connection.ts';
import { comparePositionTokens, logPosition, parsePositionToken } from '../log-position.ts';
import { toRecordedEvent } from '../stored-event.ts';
import type { StreamNotice } from '../stream-notice.ts';
import { RemoteLiveEvents } from './live-events-port.ts';
import { LiveTail } from './live-tail.ts';
import { subscribeToLog } from './log-subscription.ts';
import { PageReader } from './page-reader.ts';

export interface EventReaderOptions {
  /** `esdb://…` or `esdb+discover://…`. Reading the whole log requires the rights of an administrator. */
  readonly connectionString: string;
  /** All our streams on the server start with it, and no others. No prefix in use may start with another. */
  readonly prefix: string;
  readonly callTimeoutMs?: number;
  /** Called as soon as it is known whether the server is available, and whenever that changes. */
  readonly onSignal?: (signal: ConnectionSignal) => void;
  /** Leads to the store of the process. Absent: the reader follows the log by itself. */
  readonly liveEvents?: MessagePort | undefined;
  /** Called for what the server says about the removal of events, in the order of the log, some of it repeatedly. */
  readonly onNotice?: ((notice: StreamNotice) => void) | undefined;
}

const CALL_TIMEOUT_MS = 5_000;

/**
 * Reads the log on a server or cluster. The constructor does not wait for the server. While it is unavailable, reads
 * throw StoreUnavailableError within `callTimeoutMs`, and subscriptions wait. An event in our streams that this program
 * did not write is thrown as UnreadableEventError.
 */
export class EventStoreDbEventReader implements EventReader {
  readonly connection: ServerConnection;
  readonly pages: PageReader;
  readonly prefix: string;
  readonly timeoutMs: number;
  /** Follows the log as soon as one of its consumers is at the end. */
  readonly tail: LiveTail;
  readonly #remote: RemoteLiveEvents | undefined;

  /** Throws ConnectionStringError, or RangeError for an invalid prefix. */
  constructor({
    connectionString,
    prefix,
    callTimeoutMs,
    onSignal,
    liveEvents,
    onNotice,
  }: EventReaderOptions) {
    if (prefix === '' || prefix.startsWith('$')) {
      throw new RangeError(
        'The prefix of our streams must not be empty or start with $, which marks system streams.',
      );
    }
    this.prefix = prefix;
    this.timeoutMs = callTimeoutMs ?? CALL_TIMEOUT_MS;
    const { timeoutMs } = this;
    this.connection = new ServerConnection({
      connectionString,
      callTimeoutMs: timeoutMs,
      onSignal: onSignal ?? (() => {}),
    });
    const { connection } = this;
    this.pages = new PageReader({ connection, prefix, timeoutMs, onNotice });
    this.tail = new LiveTail({ connection, prefix, timeoutMs, pages: this.pages });
    this.#remote = liveEvents && new RemoteLiveEvents(liveEvents);
  }

  /** Delivers the events that another thread has for this one soon, instead of with those of the next moments. */
  notify(): void {
    this.#remote?.hurry();
  }

  async readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    if (parsePositionToken(position) === undefined) return undefined;
    const event = await this.pages.readEventAt(logPosition(position));
    return event && toRecordedEvent(event, this.prefix);
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const events = await this.pages.readStream(stream, options);
    return events.map((event) => toRecordedEvent(event, this.prefix));
  }

  async readAll({ after, ...options }: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    const events = await this.pages.readLogAfter(after, options);
    return events.map((event) => toRecordedEvent(event, this.prefix));
  }

  /** Always undefined, as the server cannot count events. */
  async countAfter(): Promise<undefined> {
    return undefined;
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    const { pages, prefix, timeoutMs } = this;
    return subscribeToLog({ pages, prefix, timeoutMs, live: this.#remote ?? this.tail }, options);
  }

  parsePosition(text: string): Position | undefined {
    return parsePositionToken(text);
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositionTokens(a, b);
  }

  /** Ends subscriptions. Nothing that is left keeps the process alive. */
  close(): void {
    this.tail.close();
    this.#remote?.close();
    this.connection.close();
  }
}
