import {
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  type SubscribeOptions,
  type SubscriptionMessage,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { type NewEventNotifier, subscribeByPages } from '../../event-store/paging.ts';
import { logPosition, positionToken } from '../log-position.ts';
import { pause, pauseAfter } from '../pause.ts';
import { eventOfServer, type ServerEvent } from '../stored-event.ts';
import type { LogPart, LogReads } from './log-reads.ts';

interface SubscriptionParts {
  readonly reads: LogReads;
  readonly prefix: string;
  readonly bell: NewEventNotifier;
  readonly timeoutMs: number;
}

/** A read that found nothing in time has twice the time at the next attempt, up to this many times the first. */
const PATIENCE_MAX = 256;

/**
 * A subscription by pages, read one ahead of the consumer. Where the server is away, or breaks off, the same page is asked
 * for again, with growing pauses, until it is there: nothing is lost and nothing comes twice, since a page begins where
 * the last one that was handed out ended. Throws UnreadableEventError at such an event, after all that stand before it.
 */
export async function* subscribeToLog(
  parts: SubscriptionParts,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const ending = new AbortController();
  const end = () => ending.abort();
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  const pages = new PagesAhead((after, maxCount) => readPatiently(parts, after, maxCount, ending.signal));
  try {
    yield* subscribeByPages((after, maxCount) => pages.read(after, maxCount), parts.bell, options);
  } catch (error) {
    if (!options.signal.aborted && !parts.bell.closed) throw error;
  } finally {
    options.signal.removeEventListener('abort', end);
    end();
  }
}

type ReadPage = (after: Position | undefined, maxCount: number) => Promise<readonly RecordedEvent[]>;

/** Begins to read the page after a full one while the consumer is busy with it. Holds two pages at most. */
class PagesAhead {
  readonly #read: ReadPage;
  #next: { readonly after: Position; readonly page: Promise<readonly RecordedEvent[]> } | undefined;

  constructor(read: ReadPage) {
    this.#read = read;
  }

  async read(after: Position | undefined, maxCount: number): Promise<readonly RecordedEvent[]> {
    const ahead = this.#next;
    this.#next = undefined;
    const page = await (ahead !== undefined && ahead.after === after
      ? ahead.page
      : this.#read(after, maxCount));
    const last = page.at(-1);
    if (last !== undefined && page.length === maxCount) {
      const next = this.#read(last.position, maxCount);
      next.catch(() => {});
      this.#next = { after: last.position, page: next };
    }
    return page;
  }
}

/** Rejects only when the signal is aborted, the store is closed, or what is there cannot be read. */
async function readPatiently(
  { reads, prefix, bell, timeoutMs }: SubscriptionParts,
  after: Position | undefined,
  maxCount: number,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> {
  let patience = 1;
  for (let failures = 0; ; failures += 1) {
    const startMs = performance.now();
    try {
      const part = { direction: 'forwards', maxCount, timeoutMs: timeoutMs * patience, signal } as const;
      return readable(await readSubscriptionPage(reads, after, part), prefix);
    } catch (error) {
      if (signal.aborted || bell.closed || !(error instanceof StoreUnavailableError)) throw error;
    }
    // Between two events of ours there may be many of strangers, which the server has to pass over.
    const tookItsTime = performance.now() - startMs >= timeoutMs * patience;
    if (tookItsTime) patience = Math.min(patience * 2, PATIENCE_MAX);
    await pause(pauseAfter(failures), signal);
  }
}

/** Forwards, the server begins with the event of the position itself. */
export async function readSubscriptionPage(
  reads: LogReads,
  after: Position | undefined,
  part: Omit<LogPart, 'from'>,
): Promise<readonly ServerEvent[]> {
  if (after === undefined) return reads.log(part);
  const from = logPosition(after);
  if (part.direction === 'backwards') return reads.log({ ...part, from });
  const events = await reads.log({ ...part, from, maxCount: part.maxCount + 1 });
  const [first] = events;
  const isThere = first !== undefined && positionToken(first.position) === after;
  return isThere ? events.slice(1) : events.slice(0, part.maxCount);
}

/** The events up to the first that cannot be read; throws when that is the first of all. */
function readable(events: readonly ServerEvent[], prefix: string): readonly RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  try {
    for (const event of events) recorded.push(eventOfServer(event, prefix));
  } catch (error) {
    if (!(error instanceof UnreadableEventError) || recorded.length === 0) throw error;
  }
  return recorded;
}
