import type { EventIndex, EventPlace } from '../../event-store/event-index.ts';
import {
  type EventReader,
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { NewEventNotifier } from '../../event-store/paging.ts';
import { pause } from '../../event-store/retry.ts';

export interface IdIndexUpdaterOptions {
  readonly reader: Pick<EventReader, 'subscribe' | 'readEventAt' | 'parsePosition' | 'comparePositions'>;
  readonly index: EventIndex;
  /** Asks the server whether it removed an event that the index contains. */
  readonly isRemoved: (place: EventPlace) => Promise<boolean>;
  readonly onEvents: (events: readonly RecordedEvent[]) => void;
  /** Called for an event that the index skips, as it has no id of ours. */
  readonly onUnreadable: (error: UnreadableEventError) => void;
  /** Called once per failure, most likely of writing the index. The updater retries until it works again. */
  readonly onFailure: (error: Error) => void;
}

const PAGE_EVENTS = 500;
const RETRY_PAUSE_MS = 1_000;

/** Keeps the index of ids up to date with the log, from the first event that the index does not cover. */
export class IdIndexUpdater {
  readonly #options: IdIndexUpdaterOptions;
  readonly #closing = new AbortController();
  readonly #updates = new NewEventNotifier();
  readonly #running: Promise<void>;
  #isVerified = false;
  #isFailing = false;
  #isCaughtUp = false;
  #resolveCaughtUp: () => void = () => {};
  /** Resolves when the index covers the whole log for the first time. */
  readonly caughtUp = new Promise<void>((resolve) => {
    this.#resolveCaughtUp = resolve;
  });

  constructor(options: IdIndexUpdaterOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** False until it is certain that the stored index belongs to this log. */
  get isVerified(): boolean {
    return this.#isVerified;
  }

  /** Resolves to true as soon as the index covers the position, and to false after the timeout. */
  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    const { reader, index } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const { notifications } = this.#updates;
      const indexed = this.#isVerified ? index.position : undefined;
      if (indexed !== undefined && reader.comparePositions(indexed, position) >= 0) return true;
      if (timeout.aborted) return false;
      await this.#updates.next(notifications, timeout);
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

  /** Clears a stored index that belongs to another log, or to this log before it was set back to a backup. */
  async #verify(): Promise<void> {
    const { index } = this.#options;
    if (this.#isVerified) return;
    if (index.position !== undefined && !(await this.#matchesLog(index.position))) index.clear();
    this.#isVerified = true;
  }

  async #matchesLog(position: Position): Promise<boolean> {
    const { reader, index } = this.#options;
    if (reader.parsePosition(position) === undefined) return false;
    try {
      const event = await reader.readEventAt(position);
      const { lastPlace } = index;
      if (event === undefined && lastPlace !== undefined) return await this.#options.isRemoved(lastPlace);
      const place = event && index.find(event.id);
      return place !== undefined && place.stream === event?.stream && place.revision === event.revision;
    } catch (error) {
      // The index skipped an unreadable event at this position before, and the log still has one.
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
        this.#isCaughtUp = true;
        this.#resolveCaughtUp();
        continue;
      }
      const last = message.events.at(-1);
      if (last !== undefined) index.follow(message.events, last.position);
      this.#updates.notify();
      onEvents(message.events);
    }
  }

  /** Skips an unreadable event and pauses after any other error. */
  async #recover(error: unknown): Promise<void> {
    if (error instanceof UnreadableEventError) {
      try {
        this.#options.index.follow([], error.position);
        this.#updates.notify();
        this.#options.onUnreadable(error);
        return;
      } catch (failure) {
        this.#reportFailure(failure);
      }
    } else if (!(error instanceof StoreUnavailableError)) {
      this.#reportFailure(error);
    }
    await pause(RETRY_PAUSE_MS, this.#closing.signal);
  }

  #reportFailure(error: unknown): void {
    if (!this.#isFailing) this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    this.#isFailing = true;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}
