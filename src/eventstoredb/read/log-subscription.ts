import {
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  type SubscribeOptions,
  type SubscriptionMessage,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { type NewEventNotifier, subscribeByPages } from '../../event-store/paging.ts';
import { backoffMs, pause } from '../../event-store/retry.ts';
import { type ServerEvent, toRecordedEvent } from '../stored-event.ts';
import type { PageReader } from './page-reader.ts';

interface LogSubscriptionOptions {
  readonly pages: PageReader;
  readonly prefix: string;
  readonly notifier: NewEventNotifier;
  readonly timeoutMs: number;
}

/** Each read that times out doubles the timeout of the next attempt, up to this multiple of the first. */
const TIMEOUT_FACTOR_MAX = 256;

/**
 * Subscribes by pages and reads one page ahead of the consumer. While the server is unavailable, or if a read breaks
 * off, the same page is retried with backoff. No event is lost or repeated, as a page starts after the last event that
 * was delivered. Throws UnreadableEventError at such an event, after all events before it were delivered.
 */
export async function* subscribeToLog(
  subscription: LogSubscriptionOptions,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const { notifier } = subscription;
  const ending = new AbortController();
  const end = () => ending.abort();
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  const prefetcher = new PagePrefetcher((after, maxCount) =>
    readPageWithRetries(subscription, after, maxCount, ending.signal),
  );
  try {
    yield* subscribeByPages((after, maxCount) => prefetcher.read(after, maxCount), notifier, options);
  } catch (error) {
    if (!options.signal.aborted && !notifier.closed) throw error;
  } finally {
    options.signal.removeEventListener('abort', end);
    end();
  }
}

type ReadPage = (after: Position | undefined, maxCount: number) => Promise<readonly RecordedEvent[]>;

/** After a full page, starts reading the next one while the consumer handles the first. Holds at most two pages. */
class PagePrefetcher {
  readonly #read: ReadPage;
  #next: { readonly after: Position; readonly page: Promise<readonly RecordedEvent[]> } | undefined;

  constructor(read: ReadPage) {
    this.#read = read;
  }

  async read(after: Position | undefined, maxCount: number): Promise<readonly RecordedEvent[]> {
    const next = this.#next;
    this.#next = undefined;
    const page = await (next !== undefined && next.after === after ? next.page : this.#read(after, maxCount));
    const last = page.at(-1);
    if (last !== undefined && page.length === maxCount) {
      const following = this.#read(last.position, maxCount);
      // The error is thrown when the page is asked for. Until then it must not count as unhandled.
      following.catch(() => {});
      this.#next = { after: last.position, page: following };
    }
    return page;
  }
}

/** Rejects only if the signal is aborted, the store is closed, or the page starts with an unreadable event. */
async function readPageWithRetries(
  { pages, prefix, notifier, timeoutMs }: LogSubscriptionOptions,
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
      if (signal.aborted || notifier.closed || !(error instanceof StoreUnavailableError)) throw error;
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
