import type {
  EventReader,
  Position,
  RecordedEvent,
  Revision,
  SubscribeOptions,
  SubscriptionMessage,
} from './event-store.ts';

/** Tells the subscriptions of one store that there is more to read, or that it was closed. */
export class NewEventNotifier {
  #rings = 0;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  /** Number of rings so far: taken before a look at the log, it shows whether a ring was missed since. */
  get notifications(): number {
    return this.#rings;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(): void {
    this.#rings += 1;
    for (const wake of this.#waiting) wake();
  }

  close(): void {
    this.#closed = true;
    this.notify();
  }

  /** Settles when the bell has rung more than `seen` times, or the signal is aborted. */
  async next(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#rings > seen || signal.aborted) return;
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

/** The subscription of a store that can read pages and ring a bell; holds one page at a time. */
export async function* subscribeByPages(
  readPage: ReadPage,
  bell: NewEventNotifier,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const { pageSize, signal } = options;
  let { after } = options;
  let caughtUp = false;
  while (!signal.aborted && !bell.closed) {
    const seen = bell.notifications;
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
      await bell.next(seen, signal);
    }
  }
}

const PAGE_EVENTS = 1_000;

/** The log up to and including a position, page by page: from its first event, or from behind another position. */
export async function* logPages(
  reader: Pick<EventReader, 'readAll' | 'comparePositions'>,
  last: Position,
  from?: Position,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after = from;
  while (after === undefined || reader.comparePositions(after, last) < 0) {
    const page = await reader.readAll({
      direction: 'forwards',
      maxCount: PAGE_EVENTS,
      ...(after !== undefined && { after }),
    });
    const told = page.filter(({ position }) => reader.comparePositions(position, last) <= 0);
    if (told.length > 0) yield told;
    after = told.length < page.length ? last : (page.at(-1)?.position ?? last);
  }
}

const PAGE_SIZE = 500;

/** The events of a stream in their order, page by page, up to and not including a revision; none of an unknown stream. */
export async function* streamPages(
  reader: Pick<EventReader, 'readStream'>,
  stream: string,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly RecordedEvent[]> {
  for (let from = 0; from < end; from += PAGE_SIZE) {
    const maxCount = Math.min(PAGE_SIZE, end - from);
    const page = await reader.readStream(stream, { direction: 'forwards', from: from as Revision, maxCount });
    yield page;
    if (page.length < maxCount) return;
  }
}
