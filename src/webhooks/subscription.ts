import type { EntryFilter } from '../projector/entry-filter.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';

/** The feed of all events, which no projection has. Names of projections are slugs. */
export const ALL_EVENTS = '*';

/** A saved filter: a timeline, and the entries of it that match. */
export interface StandingQuery {
  /** The URL of the timeline with its filters, as the API shows it: `/countries/PK?types=MouSigned`. */
  readonly text: string;
  /** Name of the projection, or `ALL_EVENTS`. */
  readonly feed: string;
  /** Key of the timeline in the projection. */
  readonly key: string;
  readonly filter: EntryFilter;
}

/**
 * `paused`: by an operator. `failing`: the receiver accepted none of the last messages, or the key may read no more.
 * `detached`: the log does not have the last event that was matched, as it is another log or an older backup of it. In
 * these states nothing is sent and nothing is lost: matching stops when the queue is full and continues later from the
 * cursor.
 */
export type SubscriptionState = 'active' | 'paused' | 'failing' | 'detached';

export interface Subscription {
  readonly id: string;
  /** http or https. It may contain a token of the receiver, so it is never logged. */
  readonly url: string;
  readonly query: StandingQuery;
  /** Id of the key that added or last changed it; undefined if nobody needed one. What it may not read is not sent. */
  readonly key: string | undefined;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly state: SubscriptionState;
  /** Why it is `failing` or `detached`. */
  readonly reason: string | undefined;
  /** The last event that was matched; undefined before the first event of a log. */
  readonly cursor: Checkpoint | undefined;
  /** Dead letters since the last message that was accepted. */
  readonly deadInRow: number;
  /** RFC 3339; undefined if no message was accepted yet. */
  readonly lastDeliveredAt: string | undefined;
  readonly lastFailure: DeliveryFailure | undefined;
}

export interface DeliveryFailure {
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string;
}

/** A message before it is queued. */
export interface NewMessage {
  /** The same for the same query, entry and version, in every process, replay and copy of the log. */
  readonly id: string;
  /** Of the event that caused it. */
  readonly ordinal: number;
  /** JSON. */
  readonly payload: string;
}

export interface QueuedMessage extends NewMessage {
  readonly subscription: string;
  /** Order in the queue of its subscription. */
  readonly number: number;
  /** Failed attempts. */
  readonly attempts: number;
  /** Milliseconds since 1970; not sent before. */
  readonly dueMs: number;
}

/** A message that was given up. */
export interface DeadLetter extends Pick<NewMessage, 'id' | 'payload'> {
  readonly attempts: number;
  readonly failure: DeliveryFailure;
}
