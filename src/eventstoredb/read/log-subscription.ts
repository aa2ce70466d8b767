import {
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  type SubscribeOptions,
  type SubscriptionMessage,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { type PageSource, subscribeToPages } from '../../event-store/paging.ts';
import { backoffMs, pause } from '../../event-store/retry.ts';
import { type ServerEvent, toRecordedEvent } from '../stored-event.ts';
import type { LiveEvents } from './live-events.ts';
import type { PageReader } from './page-reader.ts';

interface LogSubscriptionOptions {
  readonly pages: PageReader;
  readonly prefix: string;
  readonly live: LiveEvents;
  readonly timeoutMs: number;
}

/** Each read that times out doubles the timeout of the next attempt, up to this multiple of the first. */
const TIMEOUT_FACTOR_MAX = 256;

/**
 * Subscribes by pages: of live events if the consumer is close to the end of the log, else read from the log, one page
 * ahead of the consumer. While the server is unavailable, or if a read breaks off, the same page is retried with
 * backoff. No event is lost or repeated, as a page starts after the last event that was delivered. Throws
 * UnreadableEventError at such an event, after all events before it were delivered.
 */
export async function* subscribeToLog(
  subscription: LogSubscriptionOptions,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const { live } = subscription;
  const ending = new AbortController();
  const end = () => ending.abort();
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  try {
    yield* subscribeToPages(new LogPages(subscription, options.pageSize, ending.signal), options);
  } catch (error) {
    if (!options.signal.aborted && !live.closed) throw error;
  } finally {
    options.signal.removeEventListener('abort', end);
    end();
  }
}

/** The pages of one subscription, which must be asked for in their order. Holds at most two. */
class LogPages implements PageSource {
  readonly #subscription: LogSubscriptionOptions;
  readonly #maxCount: number;
  readonly #signal: AbortSignal;
  /** The page after a full one, which is read from the log while the consumer handles that. */
  #ahead: Promise<readonly RecordedEvent[]> | undefined;
  /** The live page that was waited for. */
  #waitedFor: readonly RecordedEvent[] | undefined;

  constructor(subscription: LogSubscriptionOptions, maxCount: number, signal: AbortSignal) {
    this.#subscription = subscription;
    this.#maxCount = maxCount;
    this.#signal = signal;
  }

  get closed(): boolean {
    return this.#subscription.live.closed;
  }

  async readPage(after: Position | undefined): Promise<readonly RecordedEvent[]> {
    const [ahead, waitedFor] = [this.#ahead, this.#waitedFor];
    this.#ahead = undefined;
    this.#waitedFor = undefined;
    if (ahead !== undefined) return this.#readAhead(await ahead);
    return waitedFor ?? (await this.#livePage(after, false)) ?? this.#readAhead(await this.#read(after));
  }

  async waitForMore(after: Position | undefined): Promise<void> {
    this.#waitedFor = await this.#livePage(after, true);
  }

  #livePage(after: Position | undefined, isWaiting: boolean): Promise<readonly RecordedEvent[] | undefined> {
    return this.#subscription.live.page({ after, maxCount: this.#maxCount, isWaiting }, this.#signal);
  }

  #readAhead(page: readonly RecordedEvent[]): readonly RecordedEvent[] {
    if (page.length < this.#maxCount) return page;
    this.#ahead = this.#read(page.at(-1)?.position);
    // The error is thrown when the page is asked for. Until then it must not count as unhandled.
    this.#ahead.catch(() => {});
    return page;
  }

  #read(after: Position | undefined): Promise<readonly RecordedEvent[]> {
    return readPageWithRetries(this.#subscription, after, this.#maxCount, this.#signal);
  }
}

/** Rejects only if the signal is aborted, the store is closed, or the page starts with an unreadable event. */
async function readPageWithRetries(
  { pages, prefix, live, timeoutMs }: LogSubscriptionOptions,
  after: Position | undefined,
  maxCount: number,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> {
  let timeoutFactor = 1;
  for (let failures = 0; ; failures += 1) {
    const attemptTimeoutMs = timeoutMs * timeoutFactor;
    const startMs = performance.now();
    try {
      const options = { direction: 'forwards', maxCount, timeoutMs: attemptTimeoutMs, signal } as const;
      return readableEvents(await pages.readLogAfter(after, options), prefix);
    } catch (error) {
      if (signal.aborted || live.closed || !(error instanceof StoreUnavailableError)) throw error;
    }
    // Between two events of ours there may be many foreign ones, which the server has to skip.
    const hasTimedOut = performance.now() - startMs >= attemptTimeoutMs;
    if (hasTimedOut) timeoutFactor = Math.min(timeoutFactor * 2, TIMEOUT_FACTOR_MAX);
    await pause(backoffMs(failures), signal);
  }
}

/** Returns the events before the first unreadable one, and throws if that is the first of all. */
function readableEvents(events: readonly ServerEvent[], prefix: string): readonly RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  try {
    for (const event of events) recorded.push(toRecordedEvent(event, prefix));
  } catch (error) {
    if (!(error instanceof UnreadableEventError) || recorded.length === 0) throw error;
  }
  return recorded;
}
