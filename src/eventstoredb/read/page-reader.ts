import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type Direction, type Position, UnknownPositionError } from '../../event-store/event-store.ts';
import { EventRemovedError } from '../../event-store/removals.ts';
import {
  isDeadlineExceeded,
  isStreamTombstoned,
  isUnknownPosition,
  LeaderElsewhereError,
  toStoreError,
} from '../connection/call-errors.ts';
import type { ServerConnection } from '../connection/server-connection.ts';
import { cancelSoon, type Session } from '../connection/session.ts';
import { type LogPosition, logPosition, positionToken } from '../log-position.ts';
import { parseReadResponse, type ServerEvent } from '../stored-event.ts';
import { metadataStreamOf, parseNotice, type StreamNotice } from '../stream-notice.ts';
import { logRequest, streamRequest } from './read-requests.ts';

export interface StreamPageOptions {
  readonly direction: Direction;
  /** First revision to read. Absent: the end that the direction starts from. */
  readonly from?: number;
  readonly maxCount: number;
  /** Absent: the timeout of every call. */
  readonly timeoutMs?: number;
}

export interface LogPageOptions {
  readonly direction: Direction;
  /** Inclusive forwards, exclusive backwards. Absent: the end that the direction starts from. */
  readonly from?: LogPosition;
  readonly maxCount: number;
  /** Absent: the timeout of every call. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How long a server may go on searching after it has sent all the events that a read asked for. */
const SURPLUS_SEARCH_MS_MAX = 100;

interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The number of events after which the read is complete, even if the server keeps the call open. */
  readonly enough?: number;
}

export interface PageReaderOptions {
  readonly connection: ServerConnection;
  readonly prefix: string;
  readonly timeoutMs: number;
  /** Called for each notice in the part of the log that is read, before the events after it are returned. */
  readonly onNotice?: ((notice: StreamNotice) => void) | undefined;
}

/** Reads pages of events. No call stays open after its page. Notices of the server are not among the events. */
export class PageReader {
  /** Those of the streams that the log is read from. */
  readonly prefixes: readonly string[];
  readonly #connection: ServerConnection;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  readonly #onNotice: PageReaderOptions['onNotice'];

  constructor({ connection, prefix, timeoutMs, onNotice }: PageReaderOptions) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
    this.#onNotice = onNotice;
    this.prefixes = onNotice === undefined ? [prefix] : [prefix, metadataStreamOf(prefix)];
  }

  /**
   * Takes the name of the stream without the prefix. The page of an unknown stream is empty, and so is that of a
   * deleted one. Throws EventRemovedError if the stream was deleted for good.
   */
  async readStream(stream: string, options: StreamPageOptions): Promise<readonly ServerEvent[]> {
    try {
      return await this.#read(streamRequest(this.#prefix + stream, options), options);
    } catch (error) {
      if (!(error instanceof Error) || !isStreamTombstoned(error.cause)) throw error;
      throw new EventRemovedError({ stream, kind: 'tombstoned', firstLeft: undefined });
    }
  }

  /** Returns the latest notice in the metadata of a stream; undefined if it has no metadata. */
  async readMetadata(stream: string): Promise<StreamNotice | undefined> {
    const last = { direction: 'backwards', maxCount: 1 } as const;
    const [event] = await this.#read(streamRequest(metadataStreamOf(this.#prefix + stream), last));
    return event && parseNotice(event, this.#prefix);
  }

  /** Returns true if the event is a notice, after handing it over. */
  takeNotice(event: ServerEvent): boolean {
    const notice = parseNotice(event, this.#prefix);
    if (notice !== undefined) this.#onNotice?.(notice);
    return notice !== undefined;
  }

  /**
   * Reads events of the streams with our prefix; the server filters out all others. Throws UnknownPositionError.
   *
   * After the last event that was asked for, the server searches for one more before it ends the call, across all
   * foreign events that follow (all versions up to 26.1). The read does not wait for that.
   */
  async readLog(options: LogPageOptions): Promise<readonly ServerEvent[]> {
    const events: ServerEvent[] = [];
    let last: ServerEvent | undefined;
    while (true) {
      const missing = options.maxCount - events.length;
      const page = await this.#readLogFrom(options, last, missing);
      events.push(...page.filter((event) => !this.takeNotice(event)));
      last = page.at(-1);
      if (page.length < missing || events.length === options.maxCount) return events;
    }
  }

  /** Reads the page after the last event of the one before, which forwards is the first of the next. */
  async #readLogFrom(
    options: LogPageOptions,
    last: ServerEvent | undefined,
    maxCount: number,
  ): Promise<readonly ServerEvent[]> {
    if (last === undefined) return this.#readLog({ ...options, maxCount }, this.prefixes);
    const from = last.position;
    if (options.direction === 'backwards')
      return this.#readLog({ ...options, from, maxCount }, this.prefixes);
    const page = await this.#readLog({ ...options, from, maxCount: maxCount + 1 }, this.prefixes);
    return page.filter(({ position }) => positionToken(position) !== positionToken(from)).slice(0, maxCount);
  }

  /** Reads as `readLog` does, but the position is exclusive in both directions. */
  async readLogAfter(
    after: Position | undefined,
    options: Omit<LogPageOptions, 'from'>,
  ): Promise<readonly ServerEvent[]> {
    if (after === undefined) return this.readLog(options);
    const from = logPosition(after);
    if (options.direction === 'backwards') return this.readLog({ ...options, from });
    const events = await this.readLog({ ...options, from, maxCount: options.maxCount + 1 });
    const [first] = events;
    const startsAtPosition = first !== undefined && positionToken(first.position) === after;
    return startsAtPosition ? events.slice(1) : events.slice(0, options.maxCount);
  }

  /**
   * Returns the event at a position; undefined if there is none, or one of a foreign stream. Reads without the filter,
   * with which the server would search for the next event of ours.
   */
  async readEventAt(from: LogPosition): Promise<ServerEvent | undefined> {
    try {
      const [event] = await this.#readLog({ direction: 'forwards', from, maxCount: 1 });
      const isAtPosition = event !== undefined && positionToken(event.position) === positionToken(from);
      const isOurs = isAtPosition && event.stream.startsWith(this.#prefix);
      return isOurs && parseNotice(event, this.#prefix) === undefined ? event : undefined;
    } catch (error) {
      if (error instanceof UnknownPositionError) return undefined;
      throw error;
    }
  }

  async #readLog(options: LogPageOptions, prefixes?: readonly string[]): Promise<readonly ServerEvent[]> {
    const { from, maxCount } = options;
    try {
      return await this.#read(logRequest(options, prefixes), { ...options, enough: maxCount });
    } catch (error) {
      if (from === undefined || !(error instanceof Error) || !isUnknownPosition(error.cause)) throw error;
      const message = `The log has no event at position ${positionToken(from)}.`;
      throw new UnknownPositionError(message, { cause: error.cause });
    }
  }

  /** If the node names another one as the leader, asks that one. */
  async #read(request: ReadReq, options: CallOptions = {}): Promise<readonly ServerEvent[]> {
    try {
      return await this.#readOnce(request, options);
    } catch (error) {
      if (error instanceof LeaderElsewhereError) return this.#readOnce(request, options);
      throw error;
    }
  }

  async #readOnce(request: ReadReq, options: CallOptions): Promise<readonly ServerEvent[]> {
    const { timeoutMs = this.#timeoutMs, signal, enough } = options;
    signal?.throwIfAborted();
    const session = await this.#connection.session();
    const call = session.track(session.service.read(request, ...session.callArguments(timeoutMs)));
    const cancel = () => cancelSoon(call);
    signal?.addEventListener('abort', cancel);
    try {
      const events = await collectEvents(call, enough);
      this.#connection.markConnected(session);
      return events;
    } catch (error) {
      signal?.throwIfAborted();
      // A search across many foreign events may time out although the server is available.
      const isLongSearch = enough !== undefined && isDeadlineExceeded(error);
      throw isLongSearch ? toStoreError(error) : this.#connection.handleFailure(session, error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}

type ReadCall = ReturnType<Session['service']['read']>;

function collectEvents(call: ReadCall, enough: number | undefined): Promise<readonly ServerEvent[]> {
  return new Promise((resolve, reject) => {
    const events: ServerEvent[] = [];
    call.on('data', (response: ReadResp) => {
      const event = parseReadResponse(response);
      if (event !== undefined) events.push(event);
      if (events.length !== enough) return;
      cancelUnlessEnded(call);
      resolve(events);
    });
    call.on('error', reject);
    call.on('end', () => resolve(events));
  });
}

/**
 * Most calls end by themselves at once. Cancelling each of them would look like an attack to servers and proxies that
 * count stream resets.
 */
function cancelUnlessEnded(call: ReadCall): void {
  const timer = setTimeout(() => call.cancel(), SURPLUS_SEARCH_MS_MAX);
  call.on('status', () => clearTimeout(timer));
}
