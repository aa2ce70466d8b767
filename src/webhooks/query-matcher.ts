import { setImmediate } from 'node:timers/promises';
import { type EventLookup, StoreUnavailableError } from '../event-store/event-store.ts';
import { type EntryFeed, FeedReader } from './feed-reader.ts';
import { messagesFor } from './matches.ts';
import type { Subscription } from './subscription.ts';
import type { WebhookSignal } from './webhook-signal.ts';
import type { WebhookStore } from './webhook-store.ts';
import { WorkSignal } from './work-signal.ts';

/** Messages that wait for a delivery, beyond which a subscription is matched no further. The log keeps the rest. */
const QUEUED_MAX = 1_000;
const RETRY_MS = 5_000;
const KEY_ENDED = 'Its key is not in force any more, or may not read. Resume it with another one.';

/**
 * Returns the beginnings of the streams that a subscription with a key may send; undefined if the key is not in force,
 * or may not read.
 */
export type ScopeOfKey = (key: string | undefined) => readonly string[] | undefined;

export interface QueryMatcherOptions {
  readonly store: WebhookStore;
  readonly log: Pick<EventLookup, 'readAll' | 'readStream' | 'readEvent' | 'comparePositions'>;
  readonly feeds: ReadonlyMap<string, EntryFeed>;
  readonly scopeOf: ScopeOfKey;
  readonly onSignal: (signal: WebhookSignal) => void;
  /** Called when messages were queued for a subscription, or its queue may be sent for the first time. */
  readonly onQueued: (subscription: string) => void;
}

/**
 * Follows the log for all subscriptions. Those of one feed and with one cursor share a reader; one that is behind has a
 * reader of its own until it has caught up. Each reads a page in turn, so none waits for another to catch up.
 */
export class QueryMatcher {
  readonly #options: QueryMatcherOptions;
  readonly #work = new WorkSignal();
  /** By feed and cursor. */
  #readers = new Map<string, FeedReader>();
  /** Subscriptions whose cursor was found in the log, since this process has it open. */
  readonly #attached = new Set<string>();
  /** Subscriptions whose queue was full and is not half empty yet. */
  readonly #full = new Set<string>();

  /** Counts the calls of `forgetRecords`. */
  #forgotten = 0;

  constructor(options: QueryMatcherOptions) {
    this.#options = options;
    for (const { projection } of options.feeds.values()) projection.onChange(() => this.notify());
  }

  /** Looks for work: the log, the subscriptions or their queues have changed. */
  notify(): void {
    this.#work.notify();
  }

  /** Trusts a cursor that was just read from the log. */
  attach(subscription: string): void {
    this.#attached.add(subscription);
    this.#full.delete(subscription);
  }

  /** Continues to match a subscription as soon as half of its full queue was sent. */
  settled(subscription: string): void {
    if (!this.#full.has(subscription) || this.#options.store.queued(subscription) > QUEUED_MAX / 2) return;
    this.#full.delete(subscription);
    this.notify();
  }

  #isFull(subscription: string): boolean {
    if (this.#full.has(subscription)) return true;
    if (this.#options.store.queued(subscription) < QUEUED_MAX) return false;
    this.#full.add(subscription);
    return true;
  }

  /** Forgets the records that were read, as content was removed from the log. */
  forgetRecords(): void {
    this.#readers.clear();
    this.#forgotten += 1;
  }

  isAttached(subscription: string): boolean {
    return this.#attached.has(subscription);
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        if (!(await this.#advanceAll(stop))) await this.#work.wait(stop);
      } catch (error) {
        // A reader that failed has folded a part of its page.
        this.#readers.clear();
        const isPassing = error instanceof StoreUnavailableError;
        if (!isPassing) this.#options.onSignal({ kind: 'webhooks-failed', error: error as Error });
        await this.#work.wait(stop, RETRY_MS);
      }
    }
  }

  /** Advances each subscription by a page. Returns false if there was nothing to do. */
  async #advanceAll(stop: AbortSignal): Promise<boolean> {
    for (const subscription of this.#active()) {
      if (!this.#attached.has(subscription.id)) await this.#check(subscription);
    }
    const groups = groupsOf(this.#active().filter(({ id }) => this.#attached.has(id) && !this.#isFull(id)));
    this.#readers = new Map([...this.#readers].filter(([group]) => groups.has(group)));
    let hasAdvanced = false;
    for (const [group, members] of groups) {
      if (stop.aborted) return hasAdvanced;
      hasAdvanced = (await this.#advance(group, members)) || hasAdvanced;
      await setImmediate();
    }
    return hasAdvanced;
  }

  /** Stops the subscriptions whose key may not read any more. Nothing is lost: another key can resume them. */
  #active(): readonly Subscription[] {
    const { store, scopeOf, onSignal } = this.#options;
    const active = store.subscriptions().filter(({ state }) => state === 'active');
    return active.filter(({ id, key }) => {
      if (scopeOf(key) !== undefined) return true;
      store.change(id, { state: 'failing', reason: KEY_ENDED });
      onSignal({ kind: 'webhook-stopped', subscription: id, state: 'failing', reason: KEY_ENDED });
      return false;
    });
  }

  async #advance(group: string, members: readonly Subscription[]): Promise<boolean> {
    const { store, log, feeds, scopeOf, onQueued } = this.#options;
    const [first] = members;
    const feed = first && feeds.get(first.query.feed);
    // The projection of a query belongs to an extension that is not loaded.
    if (first === undefined || feed === undefined) return false;
    const reader = this.#readers.get(group) ?? new FeedReader(log, feed, first.cursor);
    const forgotten = this.#forgotten;
    const page = await reader.nextPage();
    // What was read may have been removed meanwhile.
    if (forgotten !== this.#forgotten) return true;
    if (page === undefined) {
      this.#readers.set(group, reader);
      return false;
    }
    // A subscription may have been changed, moved or removed meanwhile.
    const current = members.flatMap(({ id }) => store.subscription(id) ?? []);
    const advances = current
      .filter((each) => each.state === 'active' && groupOf(each) === group)
      .flatMap((each) => {
        const scope = scopeOf(each.key);
        if (scope === undefined) return [];
        const events = page.events.filter(({ event }) =>
          scope.some((prefix) => event.stream.startsWith(prefix)),
        );
        const messages = events.flatMap((event) => messagesFor(each.query, event));
        return [{ subscription: each.id, cursor: page.cursor, messages }];
      });
    store.advance(advances);
    this.#readers.delete(group);
    this.#readers.set(groupName(first.query.feed, page.cursor.position), reader);
    for (const { subscription, messages } of advances) if (messages.length > 0) onQueued(subscription);
    return true;
  }

  /** Finds the cursor in the log, or detaches the subscription from it. Waits as long as there are no rows. */
  async #check({ id, query, cursor }: Subscription): Promise<void> {
    const { store, log, feeds, onSignal, onQueued } = this.#options;
    const rows = feeds.get(query.feed)?.projection.reader?.checkpoint();
    if (cursor !== undefined) {
      if (rows === undefined) return;
      const event = rows.lineage === cursor.lineage ? await log.readEvent(cursor.eventId) : undefined;
      if (event === undefined) {
        const reason =
          `The log does not have the event ${cursor.eventId}, at position ${cursor.position} of lineage ` +
          `${cursor.lineage}, which was the last one: it is another log, or an older backup was restored. ` +
          'Replay from a position of this log.';
        store.change(id, { state: 'detached', reason });
        onSignal({ kind: 'webhook-stopped', subscription: id, state: 'detached', reason });
        return;
      }
      // A log that was copied to another store has its events at other positions.
      const { position } = event;
      if (position !== cursor.position) {
        store.advance([{ subscription: id, cursor: { ...cursor, position }, messages: [] }]);
      }
    }
    this.#attached.add(id);
    onQueued(id);
  }
}

/** By feed and cursor. */
function groupsOf(subscriptions: readonly Subscription[]): ReadonlyMap<string, readonly Subscription[]> {
  const groups = new Map<string, Subscription[]>();
  for (const subscription of subscriptions) {
    const group = groupOf(subscription);
    groups.set(group, [...(groups.get(group) ?? []), subscription]);
  }
  return groups;
}

function groupOf({ query, cursor }: Subscription): string {
  return groupName(query.feed, cursor?.position ?? '');
}

function groupName(feed: string, position: string): string {
  return `${feed} ${position}`;
}
