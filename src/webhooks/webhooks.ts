import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { EventLookup, RecordedEvent } from '../event-store/event-store.ts';
import { numberedPosition } from '../event-store/position.ts';
import type { Checkpoint, Ordinal } from '../projector/timeline-store.ts';
import { Delivery, RETRY_DELAYS_MS } from './delivery.ts';
import type { EntryFeed } from './feed-reader.ts';
import { allowedAddresses, PrivateAddressError } from './public-address.ts';
import { QueryMatcher, type ScopeOfKey } from './query-matcher.ts';
import { MessageSender } from './send-message.ts';
import { createSecret } from './signature.ts';
import type { DeadLetter, Subscription } from './subscription.ts';
import type { WebhookSignal } from './webhook-signal.ts';
import type { SubscriptionChanges, WebhookStore } from './webhook-store.ts';

export const SUBSCRIPTIONS_MAX = 100;

export interface WebhooksOptions {
  readonly store: WebhookStore;
  readonly log: Pick<EventLookup, 'readAll' | 'readStream' | 'readEvent' | 'comparePositions'>;
  /** By the names of the projections, and `ALL_EVENTS`. */
  readonly feeds: ReadonlyMap<string, EntryFeed>;
  readonly scopeOf: ScopeOfKey;
  /** True: receivers may be in private networks and on this machine. */
  readonly allowsPrivate: boolean;
  readonly clock: () => Date;
  readonly onSignal: (signal: WebhookSignal) => void;
  /** Times between the attempts to send a message. Defaults to a schedule of 23 hours. */
  readonly retryDelaysMs?: readonly number[];
}

/** A subscription with what waits for its receiver. */
export interface SubscriptionStatus extends Subscription {
  readonly queued: number;
  readonly deadLetters: number;
  /** When the first message of the queue is sent, in milliseconds since 1970; undefined if the queue is empty. */
  readonly nextAttemptMs: number | undefined;
}

/** Attempts of this process to send a message, by their result; `dead` ones are not counted as `failed`. */
export interface DeliveryCounts {
  readonly accepted: number;
  readonly failed: number;
  readonly dead: number;
}

/**
 * The subscriptions of a data folder: matches their queries with the log, and sends what matches to their receivers.
 * Each match is queued once, together with the move of the cursor, and sent at least once: after a crash, a receiver
 * may get a message again, with the same id.
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #sender: MessageSender;
  readonly #matcher: QueryMatcher;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #counts = { accepted: 0, failed: 0, dead: 0 };

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#sender = new MessageSender(options);
    // Each delivery waits for it, and more than ten make Node warn of a leak.
    setMaxListeners(2 * SUBSCRIPTIONS_MAX, this.#stopping.signal);
    const onQueued = (id: string) => this.#deliveries.get(id)?.notify();
    this.#matcher = new QueryMatcher({ ...options, onQueued });
  }

  /** Starts to follow the log and to send. Messages that wait for another attempt are sent at once. */
  start(): void {
    const { store } = this.#options;
    for (const { id } of store.subscriptions()) {
      store.hurry(id);
      this.#startDelivery(id);
    }
    this.#run(this.#matcher.run(this.#stopping.signal));
  }

  get counts(): DeliveryCounts {
    return this.#counts;
  }

  hasFeed(name: string): boolean {
    return this.#options.feeds.has(name);
  }

  list(): readonly SubscriptionStatus[] {
    return this.#options.store.subscriptions().map((subscription) => this.#statusOf(subscription));
  }

  find(id: string): SubscriptionStatus | undefined {
    const subscription = this.#options.store.subscription(id);
    return subscription && this.#statusOf(subscription);
  }

  /** Returns why messages to this host would not be sent; undefined if they would, or if it cannot be resolved now. */
  async refusalOf(url: URL): Promise<string | undefined> {
    try {
      await allowedAddresses(url.hostname, this.#options.allowsPrivate);
      return undefined;
    } catch (error) {
      return error instanceof PrivateAddressError ? error.message : undefined;
    }
  }

  /**
   * Adds a subscription to what is recorded after the cursor.
   *
   * @param cursor read from the log that is open; undefined for the beginning of the log
   * @returns its id and its secret, which is not given out again
   */
  add(
    { url, query, key }: Pick<Subscription, 'url' | 'query' | 'key'>,
    cursor: Checkpoint | undefined,
  ): { readonly id: string; readonly secret: string } {
    const { store, clock } = this.#options;
    const [id, secret] = [randomUUID(), createSecret()];
    const subscription: Subscription = {
      id,
      url,
      query,
      key,
      createdAt: clock().toISOString(),
      state: 'active',
      reason: undefined,
      cursor,
      deadInRow: 0,
      lastDeliveredAt: undefined,
      lastFailure: undefined,
    };
    store.add(subscription, secret);
    this.#matcher.attach(id);
    this.#startDelivery(id);
    this.#matcher.notify();
    return { id, secret };
  }

  /** A query counts for what is matched from now on. What waits for its delivery is sent to the new URL. */
  change(id: string, changes: Pick<SubscriptionChanges, 'url' | 'query' | 'key'>): void {
    this.#change(id, changes);
    this.#options.store.hurry(id);
  }

  pause(id: string): void {
    this.#change(id, { state: 'paused', reason: undefined });
  }

  /** Sends what has waited, beginning at once. A subscription that is detached from the log needs a replay first. */
  resume(id: string): void {
    this.#options.store.hurry(id);
    this.#change(id, { state: 'active', reason: undefined, deadInRow: 0 });
  }

  /**
   * Sends everything again that matches and was recorded after the cursor, with the same ids.
   *
   * @param cursor read from the log that is open; undefined for the beginning of the log
   */
  replay(id: string, cursor: Checkpoint | undefined): void {
    const { store } = this.#options;
    const isDetached = store.subscription(id)?.state === 'detached';
    store.replay(id, cursor, isDetached);
    if (isDetached) store.change(id, { state: 'active', reason: undefined });
    this.#matcher.attach(id);
    this.#notify(id);
  }

  remove(id: string): void {
    this.#options.store.remove(id);
    this.#deliveries.get(id)?.notify();
    this.#deliveries.delete(id);
  }

  deadLetters(id: string): readonly DeadLetter[] {
    return this.#options.store.deadLetters(id);
  }

  requeue(id: string, message: string): boolean {
    const isFound = this.#options.store.requeue(id, message);
    this.#notify(id);
    return isFound;
  }

  discard(id: string, message: string): boolean {
    return this.#options.store.discard(id, message);
  }

  /**
   * Removes the messages about a record and all later ones, and queues them again as the log has them now. Positions of
   * the log must be its ordinals. Call it after content of these events of the record was removed from the log.
   */
  async redact(stream: string, events: readonly string[]): Promise<void> {
    const { store, log } = this.#options;
    this.#matcher.forgetRecords();
    const texts = [`"stream":${JSON.stringify(stream)}`, ...events.map((id) => JSON.stringify(id))];
    for (const { id, cursor: present } of store.subscriptions()) {
      const first = store.firstWith(id, texts);
      if (first === undefined || present === undefined) continue;
      const after = numberedPosition(first);
      const [event] = await log.readAll({ direction: 'backwards', maxCount: 1, after });
      const cursor = event && checkpointAt(event, first - 1, present.lineage);
      store.replay(id, cursor, false);
      this.#notify(id);
    }
    store.erase();
  }

  /** Ends the attempts that are under way: their messages are sent again after the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    this.#sender.close();
    this.#options.store.close();
  }

  #statusOf(subscription: Subscription): SubscriptionStatus {
    const { store } = this.#options;
    const { id } = subscription;
    return {
      ...subscription,
      queued: store.queued(id),
      deadLetters: store.deadLetterCount(id),
      nextAttemptMs: store.firstQueued(id)?.dueMs,
    };
  }

  #change(id: string, changes: SubscriptionChanges): void {
    this.#options.store.change(id, changes);
    this.#notify(id);
  }

  #notify(id: string): void {
    this.#matcher.notify();
    this.#deliveries.get(id)?.notify();
  }

  #startDelivery(id: string): void {
    const { store, scopeOf, clock, onSignal, retryDelaysMs = RETRY_DELAYS_MS } = this.#options;
    const onSettled = (result: keyof DeliveryCounts): void => {
      this.#counts[result] += 1;
      this.#matcher.settled(id);
    };
    const options = { store, sender: this.#sender, scopeOf, clock, retryDelaysMs, onSignal, onSettled };
    const delivery = new Delivery(id, options, () => this.#matcher.isAttached(id));
    this.#deliveries.set(id, delivery);
    this.#run(delivery.run(this.#stopping.signal));
  }

  #run(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      this.#options.onSignal({ kind: 'webhooks-failed', error: error as Error });
    });
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
  }
}

function checkpointAt(
  { id, position, recordedAt }: RecordedEvent,
  ordinal: number,
  lineage: string,
): Checkpoint {
  return { ordinal: ordinal as Ordinal, position, instant: recordedAt, eventId: id, lineage };
}
