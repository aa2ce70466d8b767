import type { ScopeOfKey } from './query-matcher.ts';
import type { MessageSender, SendOutcome } from './send-message.ts';
import type { QueuedMessage } from './subscription.ts';
import type { WebhookSignal } from './webhook-signal.ts';
import type { WebhookStore } from './webhook-store.ts';
import { WorkSignal } from './work-signal.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Times between two attempts: 11 attempts in 23 hours. */
export const RETRY_DELAYS_MS: readonly number[] = [
  ...[SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
  ...[HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS],
];
/** A receiver that answers 4xx has received the message and rejects it. */
const REFUSED_ATTEMPTS_MAX = 3;
/** 4xx that do not reject the message: timeout, too early, too many requests (RFC 9110 §15.5, RFC 8470, RFC 6585). */
const TRANSIENT_STATUSES: readonly number[] = [408, 425, 429];
/** The receiver asks not to be called again (RFC 9110 §15.5.11). */
const GONE = 410;
/** After this many dead letters in a row, the fault is taken to be the receiver's, not that of a message. */
const DEAD_IN_ROW_MAX = 5;
const DEAD_LETTERS_MAX = 1_000;
const STORE_RETRY_MS = 5_000;

export interface DeliveryOptions {
  readonly store: WebhookStore;
  readonly sender: MessageSender;
  readonly scopeOf: ScopeOfKey;
  readonly clock: () => Date;
  readonly retryDelaysMs: readonly number[];
  readonly onSignal: (signal: WebhookSignal) => void;
  /** Called after each attempt. */
  readonly onSettled: (result: 'accepted' | 'failed' | 'dead') => void;
}

/**
 * Sends the queue of one subscription in order, one message at a time: the receiver gets the versions of an entry in
 * the order of the log. A message that fails is tried again before any later one is sent, until it is a dead letter.
 */
export class Delivery {
  readonly #id: string;
  readonly #options: DeliveryOptions;
  readonly #mayStart: () => boolean;
  readonly #work = new WorkSignal();

  /** @param mayStart false as long as it is not known whether the queue belongs to the log */
  constructor(id: string, options: DeliveryOptions, mayStart: () => boolean) {
    this.#id = id;
    this.#options = options;
    this.#mayStart = mayStart;
  }

  /** Looks for work: the subscription or its queue has changed. */
  notify(): void {
    this.#work.notify();
  }

  /** Ends when it is stopped, or the subscription was removed. */
  async run(stop: AbortSignal): Promise<void> {
    const { store, onSignal } = this.#options;
    while (!stop.aborted && store.subscription(this.#id) !== undefined) {
      try {
        await this.#sendNext(stop);
      } catch (error) {
        onSignal({ kind: 'webhooks-failed', error: error as Error });
        await this.#work.wait(stop, STORE_RETRY_MS);
      }
    }
  }

  /** Sends the first message of the queue, or waits until there is one to send. Throws errors of the store. */
  async #sendNext(stop: AbortSignal): Promise<void> {
    const { store, sender, scopeOf, clock } = this.#options;
    const subscription = store.subscription(this.#id);
    const isActive =
      subscription?.state === 'active' && this.#mayStart() && scopeOf(subscription.key) !== undefined;
    const message = isActive ? store.firstQueued(this.#id) : undefined;
    if (subscription === undefined || message === undefined) return this.#work.wait(stop);
    const nowMs = clock().getTime();
    if (message.dueMs > nowMs) return this.#work.wait(stop, message.dueMs - nowMs);
    const receiver = { url: subscription.url, secret: store.secretOf(this.#id) };
    const signed = { ...message, timestamp: Math.floor(nowMs / SECOND_MS) };
    const outcome = await sender.send(receiver, signed, stop);
    if (!stop.aborted) this.#settle(message, outcome);
  }

  #settle(message: QueuedMessage, outcome: SendOutcome): void {
    const { store, clock, onSettled } = this.#options;
    if (outcome.outcome === 'accepted') {
      store.delivered(message, clock().toISOString());
      onSettled('accepted');
      return;
    }
    const { status, reason } = outcome;
    const dueMs = this.#nextAttemptMs(message, outcome);
    store.failed(message, { at: clock().toISOString(), reason }, dueMs);
    if (status === GONE) this.#stopSending(`${reason} It wants no more messages.`);
    if (dueMs === undefined) this.#countDeadLetter(message, reason);
    onSettled(dueMs === undefined ? 'dead' : 'failed');
  }

  /** Undefined if the message is given up. */
  #nextAttemptMs(
    { attempts }: QueuedMessage,
    { status, retryAfterMs = 0 }: Extract<SendOutcome, { outcome: 'failed' }>,
  ): number | undefined {
    const { retryDelaysMs, clock } = this.#options;
    const delayMs = retryDelaysMs[attempts];
    if (delayMs === undefined) return undefined;
    const isRefused =
      status !== undefined && status >= 400 && status < 500 && !TRANSIENT_STATUSES.includes(status);
    if (isRefused && status !== GONE && attempts + 1 >= REFUSED_ATTEMPTS_MAX) return undefined;
    return clock().getTime() + Math.max(delayMs, Math.min(retryAfterMs, HOUR_MS));
  }

  #countDeadLetter({ id: message }: QueuedMessage, reason: string): void {
    const { store, onSignal } = this.#options;
    onSignal({ kind: 'webhook-dead-letter', subscription: this.#id, message, reason });
    const deadInRow = store.subscription(this.#id)?.deadInRow ?? 0;
    if (deadInRow >= DEAD_IN_ROW_MAX) {
      this.#stopSending(`The last ${deadInRow} messages became dead letters. ${reason}`);
    } else if (store.deadLetterCount(this.#id) >= DEAD_LETTERS_MAX) {
      this.#stopSending(`There are ${DEAD_LETTERS_MAX} dead letters. Send them again or discard them.`);
    }
  }

  #stopSending(reason: string): void {
    const { store, onSignal } = this.#options;
    store.change(this.#id, { state: 'failing', reason });
    onSignal({ kind: 'webhook-stopped', subscription: this.#id, state: 'failing', reason });
  }
}
