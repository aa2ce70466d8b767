import type {
  EventReader,
  Position,
  RecordedEvent,
  Revision,
  SubscribeOptions,
  SubscriptionMessage,
} from './event-store.ts';

/** Wakes the subscriptions of one store when there are new events or the store closes. */
export class NewEventNotifier {
  #notifications = 0;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  /** Number of notifications so far. Read before the log, it shows whether one came in the meantime. */
  get notifications(): number {
    return this.#notifications;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(): void {
    this.#notifications += 1;
    for (const wake of this.#waiting) wake();
  }

  close(): void {
    this.#closed = true;
    this.notify();
  }

  /** Resolves after more than `seen` notifications, or when the signal is aborted. */
  async next(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#notifications > seen || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

/** The log as a subscription sees it, in pages of the size that it asked for. */
export interface PageSource {
  /** Set when the store is closed, which ends the subscription. */
  readonly closed: boolean;
  /** Returns the next events after a position; none at the end of the log. */
  readPage(after: Position | undefined): Promise<readonly RecordedEvent[]>;
  /** Resolves when there may be events after the position, when the store is closed, or when the signal is aborted. */
  waitForMore(after: Position | undefined): Promise<void>;
}

/** Makes a subscription out of reads of pages and notifications. Holds one page at a time. */
export function subscribeByPages(
  readPage: (after: Position | undefined, maxCount: number) => Promise<readonly RecordedEvent[]>,
  notifier: NewEventNotifier,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  let seen = 0;
  const source: PageSource = {
    get closed() {
      return notifier.closed;
    },
    readPage: (after) => {
      seen = notifier.notifications;
      return readPage(after, options.pageSize);
    },
    waitForMore: () => notifier.next(seen, options.signal),
  };
  return subscribeToPages(source, options);
}

export async function* subscribeToPages(
  source: PageSource,
  { after: start, signal }: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  let after = start;
  let caughtUp = false;
  while (!signal.aborted && !source.closed) {
    const events = await source.readPage(after);
    if (signal.aborted || source.closed) return;
    const last = events.at(-1);
    if (last !== undefined) {
      after = last.position;
      caughtUp = false;
      yield { kind: 'events', events };
    } else if (!caughtUp) {
      caughtUp = true;
      yield { kind: 'caught-up' };
    } else {
      await source.waitForMore(after);
    }
  }
}

const LOG_PAGE_SIZE = 1_000;

/** Yields the log up to and including `last`, page by page, from its first event or from after `from`. */
export async function* logPages(
  reader: Pick<EventReader, 'readAll' | 'comparePositions'>,
  last: Position,
  from?: Position,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after = from;
  while (after === undefined || reader.comparePositions(after, last) < 0) {
    const page = await reader.readAll({
      direction: 'forwards',
      maxCount: LOG_PAGE_SIZE,
      ...(after !== undefined && { after }),
    });
    const wanted = page.filter(({ position }) => reader.comparePositions(position, last) <= 0);
    if (wanted.length > 0) yield wanted;
    after = wanted.length < page.length ? last : (page.at(-1)?.position ?? last);
  }
}

const STREAM_PAGE_SIZE = 500;

/** Yields the events of a stream in order, page by page, up to but not including revision `end`. */
export async function* streamPages(
  reader: Pick<EventReader, 'readStream'>,
  stream: string,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly RecordedEvent[]> {
  for (let from = 0; from < end; from += STREAM_PAGE_SIZE) {
    const maxCount = Math.min(STREAM_PAGE_SIZE, end - from);
    const page = await reader.readStream(stream, { direction: 'forwards', from: from as Revision, maxCount });
    yield page;
    if (page.length < maxCount) return;
  }
}
