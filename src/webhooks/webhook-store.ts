import type { Checkpoint } from '../projector/timeline-store.ts';
import type { DeadLetter, NewMessage, QueuedMessage, Subscription } from './subscription.ts';

/** What the events up to a cursor mean for a subscription. */
export interface Advance {
  readonly subscription: string;
  readonly cursor: Checkpoint;
  readonly messages: readonly NewMessage[];
}

/** The fields of a subscription that can change without the log. */
export type SubscriptionChanges = Partial<
  Pick<Subscription, 'url' | 'query' | 'key' | 'state' | 'reason' | 'deadInRow'>
>;

/**
 * The port of what webhooks remember. Every call is one transaction. After a crash of the process nothing is missing;
 * after a crash of the machine the latest advances and results of deliveries may be. Then the same messages are queued
 * and sent again, with the same ids. Adding, changing, replaying and removing a subscription is on disk when the call
 * returns.
 */
export interface WebhookStore {
  /** In the order in which they were added. */
  subscriptions(): readonly Subscription[];
  subscription(id: string): Subscription | undefined;
  secretOf(id: string): string;
  /** @param secret only readable by `secretOf` */
  add(subscription: Subscription, secret: string): void;
  change(id: string, changes: SubscriptionChanges): void;
  /** Also removes its messages. */
  remove(id: string): void;
  /** Queues messages and moves cursors together, so that each match is queued exactly once. */
  advance(advances: readonly Advance[]): void;
  /** Removes what was caused by events after the cursor or, if `all`, every message, and moves the cursor there. */
  replay(id: string, cursor: Checkpoint | undefined, all: boolean): void;
  /** Number of messages that wait for their delivery. */
  queued(id: string): number;
  firstQueued(id: string): QueuedMessage | undefined;
  /** Removes a message that the receiver has accepted. */
  delivered(message: QueuedMessage, at: string): void;
  /** @param dueMs when to try again; undefined makes it a dead letter */
  failed(message: QueuedMessage, failure: DeadLetter['failure'], dueMs: number | undefined): void;
  /** Makes the first message due now. */
  hurry(id: string): void;
  /** The oldest first. */
  deadLetters(id: string): readonly DeadLetter[];
  deadLetterCount(id: string): number;
  /** Puts a dead letter back, behind the queue. Returns false if there is none with this id. */
  requeue(subscription: string, message: string): boolean;
  /** Returns false if there is no dead letter with this id. */
  discard(subscription: string, message: string): boolean;
  /** Returns the least ordinal of the messages, dead letters included, that contain one of the texts. */
  firstWith(id: string, texts: readonly string[]): number | undefined;
  /** Erases what was deleted from the file. Throws if that has to be tried again. */
  erase(): void;
  close(): void;
}
