import type { EventIndex } from '../../event-store/event-index.ts';
import {
  type EventReader,
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { NewEventNotifier } from '../../event-store/paging.ts';
import { pause } from '../pause.ts';

export interface IdIndexUpdaterOptions {
  readonly reader: Pick<EventReader, 'subscribe' | 'readEventAt' | 'parsePosition' | 'comparePositions'>;
  readonly index: EventIndex;
  readonly onEvents: (events: readonly RecordedEvent[]) => void;
  /** An event that is passed over here: it has no id of ours. */
  readonly onUnreadable: (error: UnreadableEventError) => void;
  /** The index cannot be written, most likely; it is tried again. Told once until it works again. */
  readonly onFailure: (error: Error) => void;
}

const PAGE_EVENTS = 500;
const REST_MS = 1_000;

/** Keeps the index of ids up to date with the log, from the first event that it does not know. */
export class IdIndexUpdater {
  readonly #options: IdIndexUpdaterOptions;
  readonly #closing = new AbortController();
  readonly #followed = new NewEventNotifier();
  readonly #running: Promise<void>;
  #isVerified = false;
  #isFailing = false;
  #caughtUp = false;
  #tellCaughtUp: () => void = () => {};
  /** Settles when the index has once known the whole log. */
  readonly caughtUp = new Promise<void>((resolve) => {
    this.#tellCaughtUp = resolve;
  });

  constructor(options: IdIndexUpdaterOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }

  /** False as long as the index, as it was kept, may be that of another log. */
  get isVerified(): boolean {
    return this.#isVerified;
  }

  /** True as soon as the index knows the log up to there; false when the time is over before. */
  async reaches(position: Position, timeoutMs: number): Promise<boolean> {
    const { reader, index } = this.#options;
    const over = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const { notifications: rings } = this.#followed;
      const known = this.#isVerified ? index.position : undefined;
      if (known !== undefined && reader.comparePositions(known, position) >= 0) return true;
      if (over.aborted) return false;
      await this.#followed.next(rings, over);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#verify();
        await this.#follow();
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** An index that was kept of another log, or of this one before it was set back, is filled anew. */
  async #verify(): Promise<void> {
    const { index } = this.#options;
    if (this.#isVerified) return;
    if (index.position !== undefined && !(await this.#fits(index.position))) index.clear();
    this.#isVerified = true;
  }

  async #fits(position: Position): Promise<boolean> {
    const { reader, index } = this.#options;
    if (reader.parsePosition(position) === undefined) return false;
    try {
      const event = await reader.readEventAt(position);
      const place = event && index.find(event.id);
      return place !== undefined && place.stream === event?.stream && place.revision === event.revision;
    } catch (error) {
      // It was passed over, and is there still.
      if (error instanceof UnreadableEventError) return true;
      throw error;
    }
  }

  async #follow(): Promise<void> {
    const { reader, index, onEvents } = this.#options;
    const { signal } = this.#closing;
    const after = index.position;
    const from = after === undefined ? {} : { after };
    for await (const message of reader.subscribe({ pageSize: PAGE_EVENTS, signal, ...from })) {
      this.#isFailing = false;
      if (message.kind === 'caught-up') {
        this.#caughtUp = true;
        this.#tellCaughtUp();
        continue;
      }
      const last = message.events.at(-1);
      if (last !== undefined) index.follow(message.events, last.position);
      this.#followed.notify();
      onEvents(message.events);
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (error instanceof UnreadableEventError) {
      try {
        this.#options.index.follow([], error.position);
        this.#followed.notify();
        this.#options.onUnreadable(error);
        return;
      } catch (failure) {
        this.#tellFailure(failure);
      }
    } else if (!(error instanceof StoreUnavailableError)) {
      this.#tellFailure(error);
    }
    await pause(REST_MS, this.#closing.signal);
  }

  #tellFailure(error: unknown): void {
    if (!this.#isFailing) this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    this.#isFailing = true;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}
