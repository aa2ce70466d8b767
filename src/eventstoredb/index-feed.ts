import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import type { EventIndex } from './event-index.ts';
import { pause } from './pause.ts';
import { UnreadableEventError } from './unreadable-event-error.ts';

export interface IndexFeedOptions {
  readonly reader: Pick<EventReader, 'subscribe'>;
  readonly index: EventIndex;
  readonly onEvents: (events: readonly RecordedEvent[]) => void;
  /** An event that is passed over here: it has no id of ours. */
  readonly onUnreadable: (error: UnreadableEventError) => void;
  /** The index cannot be written, most likely; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

const PAGE_EVENTS = 500;
const REST_MS = 1_000;

/** Keeps the index of ids up to date with the log, from the first event that it does not know. */
export class IndexFeed {
  readonly #options: IndexFeedOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #caughtUp = false;
  #tellCaughtUp: () => void = () => {};
  /** Settles when the index has once known the whole log. */
  readonly caughtUp = new Promise<void>((resolve) => {
    this.#tellCaughtUp = resolve;
  });

  constructor(options: IndexFeedOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async #recover(error: unknown): Promise<void> {
    const { index, onUnreadable, onFailure } = this.#options;
    try {
      if (!(error instanceof UnreadableEventError)) throw error;
      index.follow([], error.position);
      onUnreadable(error);
    } catch (failure) {
      onFailure(failure);
      await pause(REST_MS, this.#closing.signal);
    }
  }

  async #follow(): Promise<void> {
    const { reader, index, onEvents } = this.#options;
    const { signal } = this.#closing;
    const after = index.position;
    const from = after === undefined ? {} : { after };
    for await (const message of reader.subscribe({ pageSize: PAGE_EVENTS, signal, ...from })) {
      if (message.kind === 'caught-up') {
        this.#caughtUp = true;
        this.#tellCaughtUp();
        continue;
      }
      const last = message.events.at(-1);
      if (last !== undefined) index.follow(message.events, last.position);
      onEvents(message.events);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}
