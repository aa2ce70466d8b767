import type {
  EventReader,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionMessage,
} from '../../event-store/event-store.ts';
import { NewEventNotifier } from '../../event-store/paging.ts';
import { type ConnectionSignal, ServerConnection } from '../connection/server-connection.ts';
import { comparePositionTokens, logPosition, parsePositionToken } from '../log-position.ts';
import { eventOfServer } from '../stored-event.ts';
import { LogReads } from './log-reads.ts';
import { readSubscriptionPage, subscribeToLog } from './log-subscription.ts';
import { NewEventListener } from './new-event-listener.ts';

export interface EventReaderOptions {
  /** `esdb://…` or `esdb+discover://…`; reading the whole log takes the rights of an administrator. */
  readonly connectionString: string;
  /** Our streams on the server begin with it, and no others: no prefix in use may begin with another. */
  readonly prefix: string;
  readonly callTimeoutMs?: number;
  /** Whether the server answers: as soon as that is known, and whenever it changes. */
  readonly onSignal?: (signal: ConnectionSignal) => void;
}

export const CALL_TIMEOUT_MS = 5_000;

/**
 * Reads the log on a server or cluster. Opened without waiting for it: while the server is away, reads throw
 * StoreUnavailableError within `callTimeoutMs`, and subscriptions wait. What stands in our streams and is not ours is
 * thrown as UnreadableEventError.
 */
export class EventStoreDbEventReader implements EventReader {
  readonly connection: ServerConnection;
  readonly reads: LogReads;
  readonly bell = new NewEventNotifier();
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly #listener: NewEventListener;

  /** Throws ConnectionStringError, or RangeError when the prefix is none. */
  constructor({ connectionString, prefix, callTimeoutMs, onSignal }: EventReaderOptions) {
    if (prefix === '' || prefix.startsWith('$')) {
      throw new RangeError(
        'The prefix of our streams must not be empty, nor begin with $: such streams are the server’s.',
      );
    }
    this.prefix = prefix;
    this.timeoutMs = callTimeoutMs ?? CALL_TIMEOUT_MS;
    const { timeoutMs, bell } = this;
    this.connection = new ServerConnection({
      connectionString,
      callTimeoutMs: timeoutMs,
      onSignal: onSignal ?? (() => {}),
    });
    this.reads = new LogReads(this.connection, prefix, timeoutMs);
    this.#listener = new NewEventListener({ connection: this.connection, prefix, bell, timeoutMs });
  }

  /** Wakes the subscriptions that wait at the end of the log; they learn of new events by themselves as well. */
  notify(): void {
    this.bell.notify();
  }

  async readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    if (parsePositionToken(position) === undefined) return undefined;
    const event = await this.reads.at(logPosition(position));
    return event && eventOfServer(event, this.prefix);
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const events = await this.reads.stream(stream, options);
    return events.map((event) => eventOfServer(event, this.prefix));
  }

  async readAll({ after, ...part }: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    const events = await readSubscriptionPage(this.reads, after, part);
    return events.map((event) => eventOfServer(event, this.prefix));
  }

  /** The server does not count. */
  async countAfter(): Promise<undefined> {
    return undefined;
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    this.#listener.listen();
    const { reads, prefix, bell, timeoutMs } = this;
    return subscribeToLog({ reads, prefix, bell, timeoutMs }, options);
  }

  parsePosition(text: string): Position | undefined {
    return parsePositionToken(text);
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositionTokens(a, b);
  }

  /** Subscriptions end. Nothing is left that keeps the process alive. */
  close(): void {
    this.bell.close();
    this.#listener.close();
    this.connection.close();
  }
}
