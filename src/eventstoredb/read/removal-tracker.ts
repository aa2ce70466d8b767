import type { EventIndex, IndexedStream, Removal } from '../../event-store/event-index.ts';
import {
  type Position,
  type RecordedEvent,
  type Revision,
  StoreUnavailableError,
} from '../../event-store/event-store.ts';
import {
  EventRemovedError,
  type LogRemovals,
  RemovedEvents,
  type RemovedRecord,
} from '../../event-store/removals.ts';
import { comparePositionTokens } from '../log-position.ts';
import { removalOf, type StreamNotice } from '../stream-notice.ts';
import type { PageReader } from './page-reader.ts';

export interface RemovalTrackerOptions {
  readonly pages: Pick<PageReader, 'readStream' | 'readMetadata'>;
  /** Keeps what is known. */
  readonly index: EventIndex;
  /** Resolves when the index covers the whole log. */
  readonly known: Promise<void>;
}

/** How often streams are looked at from which the server removes events by age or number. */
const RETENTION_CHECK_MS = 60_000;

/**
 * Knows which of our events were removed on the server: from its notices in the log, and by looking at streams whose
 * events it removes by age or number, which no notice tells.
 */
export class RemovalTracker implements LogRemovals {
  readonly removed: RemovedEvents;
  readonly known: Promise<void>;
  readonly #options: RemovalTrackerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((record: RemovedRecord) => void)[] = [];
  #counted: ReadonlyMap<string, IndexedStream> | undefined;

  constructor(options: RemovalTrackerOptions) {
    this.#options = options;
    this.known = options.known;
    this.removed = new RemovedEvents(this.records);
    this.#timer = setInterval(() => void this.checkRetention(), RETENTION_CHECK_MS).unref();
  }

  get records(): readonly RemovedRecord[] {
    return this.#removals.filter(({ firstLeft, retention }) => firstLeft !== 0 || retention !== undefined);
  }

  get events(): number {
    return this.#removals.reduce((sum, removal) => sum + this.#removedEvents(removal), 0);
  }

  get unread(): readonly string[] {
    return this.#removals.filter((removal) => !this.#wasRead(removal)).map(({ stream }) => stream);
  }

  get #removals(): readonly Removal[] {
    return this.#options.index.removals;
  }

  onChange(listener: (record: RemovedRecord) => void): void {
    this.#listeners.push(listener);
  }

  /** Takes a notice. What it says is kept when this returns. */
  receive({ stream, position, limits }: StreamNotice): void {
    const known = this.#removals.find((removal) => removal.stream === stream);
    if (known !== undefined && comparePositionTokens(known.position, position) >= 0) return;
    if (known === undefined && limits?.truncateBefore === 0 && limits.retention === undefined) return;
    this.#note(removalOf(stream, position, limits), known);
    if (limits?.retention !== undefined) void this.#tryRefresh(stream, position);
  }

  /** Must be called with all events that the index follows. */
  observe(events: readonly Pick<RecordedEvent, 'stream'>[]): void {
    const streams = new Set(this.#removals.map(({ stream }) => stream));
    if (events.some(({ stream }) => streams.has(stream))) this.#counted = undefined;
  }

  /** Looks at all streams with a retention. */
  async checkRetention(): Promise<void> {
    for (const { stream, retention, position } of this.#removals) {
      if (retention !== undefined) await this.#tryRefresh(stream, position);
    }
  }

  /** Throws EventRemovedError if an event that was recorded is no longer in its stream because it was removed. */
  async requireNotRemoved(place: { readonly stream: string; readonly revision: Revision }): Promise<void> {
    const { stream } = place;
    const { position = '0-0' as Position } = this.#options.index;
    await this.#refresh(stream, position);
    const record = this.#removals.find((removal) => removal.stream === stream);
    if (record !== undefined && this.removed.has(place)) throw new EventRemovedError(record);
  }

  /** The next check makes up for a server that cannot be reached. */
  async #tryRefresh(stream: string, position: Position): Promise<void> {
    try {
      await this.#refresh(stream, position);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  /** Asks the server what is left of a stream. */
  async #refresh(stream: string, position: Position): Promise<void> {
    const { pages } = this.#options;
    const limits = (await pages.readMetadata(stream))?.limits;
    const firstLeft = await this.#firstLeft(stream);
    const known = this.#removals.find((removal) => removal.stream === stream);
    if (firstLeft === 'tombstoned') this.#note(removalOf(stream, position, undefined), known);
    else if (limits !== undefined) this.#note({ ...removalOf(stream, position, limits), firstLeft }, known);
  }

  async #firstLeft(stream: string): Promise<Revision | undefined | 'tombstoned'> {
    const { pages, index } = this.#options;
    try {
      const [first] = await pages.readStream(stream, { direction: 'forwards', maxCount: 1 });
      if (first !== undefined) return first.revision as Revision;
      return index.count([stream]).size === 0 ? (0 as Revision) : undefined;
    } catch (error) {
      if (error instanceof EventRemovedError) return 'tombstoned';
      throw error;
    }
  }

  #note(removal: Removal, known: Removal | undefined): void {
    this.#options.index.noteRemoval(removal);
    this.#counted = undefined;
    if (removal.firstLeft === (known === undefined ? 0 : known.firstLeft)) return;
    this.removed.replace(this.records);
    for (const listener of this.#listeners) listener(removal);
  }

  #indexed(stream: string): IndexedStream | undefined {
    const { index } = this.#options;
    this.#counted ??= index.count(index.removals.map((removal) => removal.stream));
    return this.#counted.get(stream);
  }

  #removedEvents({ stream, firstLeft }: Removal): number {
    const indexed = this.#indexed(stream);
    if (indexed === undefined || firstLeft === undefined) return indexed?.events ?? 0;
    return indexed.events - Math.max(indexed.last - firstLeft + 1, 0);
  }

  /** Whether all removed events are in the index. Of a tombstone without any event it is not known how many it had. */
  #wasRead(removal: Removal): boolean {
    const { stream, firstLeft } = removal;
    const indexed = this.#indexed(stream);
    const expected = firstLeft ?? (indexed === undefined ? 1 : indexed.last + 1);
    return this.#removedEvents(removal) >= expected;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
