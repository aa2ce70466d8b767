/**
 * The port of the log: an append-only sequence of events in one total order, cut into streams.
 *
 * What every adapter holds, and the contract suite (`src/testing/contracts/event-store/index.ts`) checks:
 * - An append is one stream, all or nothing. It is settled only when the events are on disk.
 * - Revisions of a stream are 0, 1, 2… without a gap. Positions grow strictly in the order of the log.
 * - Appending what is already there (same ids, stream, types and contents) changes nothing and gives the first answer.
 * - `recordedAt` never runs backwards along the log, as far as one process records it.
 * - After a crash the log holds every acknowledged append, and no append in part.
 *
 * The port knows no event type: `metadata` and `content` are canonical JSON (RFC 8785), stored as given and never
 * serialised again.
 */

declare const brand: unique symbol;
type Branded<Base, Name> = Base & { readonly [brand]: Name };

/** Place of an event in the log. Opaque: only the store that made it can parse and compare it. */
export type Position = Branded<string, 'Position'>;

/** Place of an event in its stream: 0, 1, 2… */
export type Revision = Branded<number, 'Revision'>;

/** What the stream must look like for the append to go ahead. */
export type ExpectedRevision = Revision | 'no-stream' | 'any';

export interface NewEvent {
  /** UUID, unique in the log. */
  readonly id: string;
  readonly type: string;
  /** Canonical JSON object. */
  readonly metadata: string;
  /** Canonical JSON object. With `type` and the stream, this is what "the same event" means. */
  readonly content: string;
  /** 16 random bytes, base64url; blinds the commitment to the content. */
  readonly salt: string;
  /** RFC 3339 UTC with milliseconds. Absent: the store's clock. Given when a history is restored. */
  readonly recordedAt?: string;
  /** The event of a log that is copied whole: its time is kept also where it lies before that of the event before it. */
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
}

export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly events: readonly RecordedEvent[] }
  /** Nothing was written; `events` are those of the first append. */
  | { readonly outcome: 'already-recorded'; readonly events: readonly RecordedEvent[] }
  | { readonly outcome: 'wrong-revision'; readonly actual: Revision | 'no-stream' }
  /** An event with this id is in the log with another content, type or stream, or only a part of the append is there. */
  | { readonly outcome: 'id-taken'; readonly id: string }
  /** A given `recordedAt` lies before that of the last event of the log. */
  | { readonly outcome: 'recorded-at-out-of-order'; readonly last: string };

export type Direction = 'forwards' | 'backwards';

export interface ReadStreamOptions {
  readonly direction: Direction;
  /** First revision to read; absent: the end that the direction starts from. */
  readonly from?: Revision;
  readonly maxCount: number;
}

export interface ReadAllOptions {
  readonly direction: Direction;
  /** Exclusive; absent: the end that the direction starts from. */
  readonly after?: Position;
  readonly maxCount: number;
}

export interface SubscribeOptions {
  /** Exclusive; absent: from the first event. */
  readonly after?: Position;
  /** Most events in one message. */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  /** Every event known to the store has been delivered; more messages follow when more events do. */
  | { readonly kind: 'caught-up' };

/** The reading half of the port: all that a projector needs. */
export interface EventReader {
  /** The event that stands there; undefined when none of this log does. */
  readEventAt(position: Position): Promise<RecordedEvent | undefined>;
  /** An empty page means that nothing is there, an unknown stream included. */
  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]>;
  /** How many events lie after a position, or are there in all; undefined where that cannot be told without reading them. */
  countAfter(position?: Position): Promise<number | undefined>;
  /**
   * Events after a position, then live. Pulled: the store reads a page when the consumer asks for one, so that a slow
   * consumer costs no memory. Ends without an error when the signal is aborted or the store is closed.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** Undefined when the text is not a position of this store. */
  parsePosition(text: string): Position | undefined;
  /** Negative, zero or positive, as for a sort. */
  comparePositions(a: Position, b: Position): number;
}

/** The log for whoever knows its events by their ids as well. */
export interface EventLookup extends EventReader {
  /** Of all events that were in the log when it was asked. */
  readEvent(id: string): Promise<RecordedEvent | undefined>;
}

export interface EventStore extends EventLookup {
  /** Appends are taken in the order of the calls. */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome>;
  /** Settles what was accepted, then closes. */
  close(): Promise<void>;
}

/** The disk, or the quota, is full: nothing was written, and an append can be tried again when there is room. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/** More appends wait than the store takes on: nothing was written, and the append can be tried again in a moment. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}

/**
 * The store cannot be reached, or did not answer in time: what was asked for can be tried again in a moment. Of an append
 * it says that the events were not seen in the log when the store looked for them, if it could look at all; whoever
 * sends it again, with the same ids, is answered as for a retry, should it have arrived after all.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** A position that no event of the log has, where the store has to find its place by it. */
export class UnknownPositionError extends Error {
  override readonly name = 'UnknownPositionError';
}

interface UnreadableEvent {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly position: Position;
}

/** What stands in one of our streams and is not ours, or is damaged. It is neither shown nor passed over. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  /** As the store itself calls them. */
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

/** The append is larger than the store takes in one: nothing was written, and sending it again does not help. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
}

/** The store can take no append any more (an I/O error, or it was closed); what was acknowledged before stands. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError';
}
