import type { Position, RecordedEvent, SubscribeOptions, SubscriptionMessage } from './event-store.ts';

/** Tells the subscriptions of one store that there is more to read, or that it was closed. */
export class NewEventsBell {
  #rings = 0;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  /** Number of rings so far: taken before a look at the log, it shows whether a ring was missed since. */
  get rings(): number {
    return this.#rings;
  }

  get closed(): boolean {
    return this.#closed;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of this.#waiting) wake();
  }

  close(): void {
    this.#closed = true;
    this.ring();
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
  bell: NewEventsBell,
  options: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const { pageSize, signal } = options;
  let { after } = options;
  let caughtUp = false;
  while (!signal.aborted && !bell.closed) {
    const seen = bell.rings;
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
