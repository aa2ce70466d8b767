/**
 * The port of the log: an append-only sequence of events in one total order, divided into streams.
 *
 * Every adapter guarantees the following, and the contract suite in `src/testing/contracts/event-store` checks it:
 * - An append is for one stream, all or nothing. It settles only when the events are on disk.
 * - Revisions of a stream are 0, 1, 2… without gaps. Positions increase strictly in the order of the log.
 * - Appending the same events again (ids, stream, types and contents) changes nothing and returns the first result.
 * - `recordedAt` never decreases along the log, as far as one process appends to it.
 * - After a crash the log contains every acknowledged append and no partial one.
 *
 * The port knows no event types: `metadata` and `content` are canonical JSON (RFC 8785), stored as given and never
 * serialised again.
 */

declare const brand: unique symbol;
type Branded<Base, Name> = Base & { readonly [brand]: Name };

/** The place of an event in the log. It is opaque: only the store that made it can parse and compare it. */
export type Position = Branded<string, 'Position'>;

/** The place of an event in its stream: 0, 1, 2… */
export type Revision = Branded<number, 'Revision'>;

/** The state that the stream must be in for an append. */
export type ExpectedRevision = Revision | 'no-stream' | 'any';

export interface NewEvent {
  /** UUID, unique in the log. */
  readonly id: string;
  readonly type: string;
  /** Canonical JSON object. */
  readonly metadata: string;
  /** Canonical JSON object. Two events are the same if type, stream and content are equal. */
  readonly content: string;
  /** 16 random bytes in base64url, which blind the commitment to the content. */
  readonly salt: string;
  /** As in `RecordedEvent`. */
  readonly commitment?: string;
  /** RFC 3339, UTC, milliseconds. Given on import; otherwise the store's clock is used. */
  readonly recordedAt?: string;
  /** Set when a whole log is copied: then `recordedAt` is kept even if it is earlier than that of the event before. */
  readonly isCopy?: true;
}

export interface RecordedEvent {
  readonly position: Position;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly recordedAt: string;
  readonly metadata: string;
  readonly content: string;
  readonly salt: string;
  /**
   * The commitment to the content as it was recorded, in base64, if some of it was removed by law. `content` is what is
   * left then, and `salt` blinds the commitment to that.
   */
  readonly commitment?: string;
}

export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly events: readonly RecordedEvent[] }
  /** Nothing was written; `events` are those of the first append. */
  | { readonly outcome: 'already-recorded'; readonly events: readonly RecordedEvent[] }
  | { readonly outcome: 'wrong-revision'; readonly actual: Revision | 'no-stream' }
  /** The id is used by an event with other content, type or stream, or only some of the events are in the log. */
  | { readonly outcome: 'id-taken'; readonly id: string }
  /** The content of the event with this id was removed by law. It is not recorded again. */
  | { readonly outcome: 'content-redacted'; readonly id: string }
  /** A given `recordedAt` is earlier than that of the last event of the log. */
  | { readonly outcome: 'recorded-at-out-of-order'; readonly last: string };

export type Direction = 'forwards' | 'backwards';

export interface ReadStreamOptions {
  readonly direction: Direction;
  /** First revision to read. Defaults to the end that the direction starts from. */
  readonly from?: Revision;
  readonly maxCount: number;
}

export interface ReadAllOptions {
  readonly direction: Direction;
  /** Exclusive. Defaults to the end that the direction starts from. */
  readonly after?: Position;
  readonly maxCount: number;
}

export interface SubscribeOptions {
  /** Exclusive. Defaults to the start of the log. */
  readonly after?: Position;
  /** Maximum number of events in one message. */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  /** Every event known to the store has been delivered. Messages with later events may follow. */
  | { readonly kind: 'caught-up' };

/** The reading half of the port, which is all that a projector needs. */
export interface EventReader {
  /** Returns the event at a position; undefined if there is none. */
  readEventAt(position: Position): Promise<RecordedEvent | undefined>;
  /** Returns an empty page at the end of a stream and for an unknown stream. */
  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]>;
  /** Counts the events after a position, or all; undefined if the store would have to read them. */
  countAfter(position?: Position): Promise<number | undefined>;
  /**
   * Yields events after a position, then live ones. The store reads a page only when the consumer asks for it, so a
   * slow consumer costs no memory. Ends without an error when the signal is aborted or the store closes.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** Returns undefined if the text is not a position of this store. */
  parsePosition(text: string): Position | undefined;
  /** Returns a negative number, zero or a positive number, as a comparator for sorting. */
  comparePositions(a: Position, b: Position): number;
}

/** A reader that also finds events by id. */
export interface EventLookup extends EventReader {
  /** Searches all events that were in the log at the time of the call. */
  readEvent(id: string): Promise<RecordedEvent | undefined>;
}

export interface EventStore extends EventLookup {
  /** Appends take effect in the order of the calls. */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome>;
  /** Settles accepted appends, then closes. */
  close(): Promise<void>;
}

/** The disk or the quota is full. Nothing was written; the append can be retried when there is space. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/** Too many appends are waiting. Nothing was written; the append can be retried soon. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}

/**
 * The store is unreachable or did not answer in time; the call can be retried soon. For an append it means that the
 * events were not found in the log afterwards, as far as the store could look. If they arrived after all, a retry with
 * the same ids returns the first result.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** No event of the log has the position from which the store has to read. */
export class UnknownPositionError extends Error {
  override readonly name = 'UnknownPositionError';
}

interface UnreadableEvent {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly position: Position;
}

/** An event in one of our streams is damaged or not ours. Reads fail rather than skip it. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  /** Stream, revision, id and position as the store itself names them. */
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly position: Position;

  constructor({ stream, revision, eventId, position }: UnreadableEvent, reason: string) {
    super(
      `Event ${eventId}, at revision ${revision} of stream ${JSON.stringify(stream)}, cannot be read: ${reason}.`,
    );
    this.stream = stream;
    this.revision = revision;
    this.eventId = eventId;
    this.position = position;
  }
}

/** The append exceeds the size limit of the store. Nothing was written, and retrying does not help. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
}

/** The store accepts no more appends, after an I/O error or because it was closed. Acknowledged events are safe. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError';
}
