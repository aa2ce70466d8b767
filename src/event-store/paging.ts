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

type ReadPage = (after: Position | undefined, maxCount: number) => Promise<readonly RecordedEvent[]>;

/** Makes a subscription out of reads of pages and notifications. Holds one page at a time. */
export async function* subscribeByPages(
  readPage: ReadPage,
  notifier: NewEventNotifier,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const { pageSize, signal } = options;
  let { after } = options;
  let caughtUp = false;
  while (!signal.aborted && !notifier.closed) {
    const seen = notifier.notifications;
    const events = await readPage(after, pageSize);
    const last = events.at(-1);
    if (last !== undefined) {
      after = last.position;
      caughtUp = false;
      yield { kind: 'events', events };
    } else if (!caughtUp) {
      caughtUp = true;
      yield { kind: 'caught-up' };
    } else {
      await notifier.next(seen, signal);
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
