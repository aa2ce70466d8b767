import { findDuplicate, matchesExpectedRevision } from '../../event-store/append-rules.ts';
import type { EventIndex } from '../../event-store/event-index.ts';
import {
  type AppendOutcome,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../event-store/event-store.ts';
import { backoffMs, pause } from '../../event-store/retry.ts';
import type { EventFinder } from '../read/event-finder.ts';
import type { EventStoreDbEventReader } from '../read/eventstoredb-event-reader.ts';
import { type FoundEvents, findInStream } from '../read/find-in-stream.ts';

export interface StreamAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

export interface AppendResolverOptions {
  readonly reader: EventStoreDbEventReader;
  readonly index: EventIndex;
  readonly finder: EventFinder;
}

/** Reads the log to find duplicates of an append and to find out what became of one. */
export class AppendResolver {
  readonly #reader: EventStoreDbEventReader;
  readonly #index: EventIndex;
  readonly #finder: EventFinder;

  constructor({ reader, index, finder }: AppendResolverOptions) {
    this.#reader = reader;
    this.#index = index;
    this.#finder = finder;
  }

  hasIndexed(events: readonly NewEvent[]): boolean {
    return events.some(({ id }) => this.#index.find(id) !== undefined);
  }

  /** Compares an append, before it is sent, with the indexed events that have its ids. */
  async findIndexedDuplicate({ stream, events }: StreamAppend): Promise<AppendOutcome | undefined> {
    const indexed = await Promise.all(events.map(({ id }) => this.#finder.readIndexed(id)));
    return findDuplicate(stream, events, (id) => indexed.find((event) => event?.id === id));
  }

  /** Compares an append, after the server refused its revision, with what another process may have recorded. */
  async findDuplicateInStream(append: StreamAppend): Promise<AppendOutcome | undefined> {
    const { found } = await this.#find(append, this.#reader.timeoutMs);
    return this.#findDuplicateAmong(append, found);
  }

  /** Duplicates and the expected revision take precedence over a time that is too early. */
  async resolveOutOfOrder(
    append: StreamAppend,
    outOfOrder: Extract<AppendOutcome, { outcome: 'recorded-at-out-of-order' }>,
  ): Promise<AppendOutcome> {
    const { found, last } = await this.#find(append, this.#reader.timeoutMs);
    const duplicate = this.#findDuplicateAmong(append, found);
    if (duplicate !== undefined) return duplicate;
    const actual = last?.revision ?? 'no-stream';
    if (!matchesExpectedRevision(actual, append.expected)) return { outcome: 'wrong-revision', actual };
    return outOfOrder;
  }

  /**
   * Finds out what became of an append that was sent. Events with our salts are the ones we sent. Events with the same
   * ids and other salts were recorded before by another process. If none is found, throws StoreUnavailableError: should
   * the append still arrive, a retry finds it.
   */
  async resolve(append: StreamAppend, reason: string): Promise<AppendOutcome> {
    const { events } = append;
    const found = await this.#findWithRetries(append, reason);
    const recorded: RecordedEvent[] = events.flatMap(({ id }) => found.get(id) ?? []);
    if (recorded.length === events.length && recorded.every(({ salt }, at) => salt === events[at]?.salt)) {
      return { outcome: 'appended', events: recorded };
    }
    const duplicate = this.#findDuplicateAmong(append, found);
    if (duplicate !== undefined) return duplicate;
    throw new StoreUnavailableError(`The events were not found in the log; send them again: ${reason}.`);
  }

  async #findWithRetries(append: StreamAppend, reason: string): Promise<FoundEvents> {
    const deadlineMs = performance.now() + this.#reader.timeoutMs / 2;
    for (let failures = 0; ; failures += 1) {
      try {
        return (await this.#find(append, Math.max(deadlineMs - performance.now(), 1))).found;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        const pauseMs = backoffMs(failures);
        if (performance.now() + pauseMs >= deadlineMs) throw unknownOutcome(reason, error);
        await pause(pauseMs);
      }
    }
  }

  #find({ stream, events }: StreamAppend, timeoutMs: number): ReturnType<typeof findInStream> {
    const { pages, prefix } = this.#reader;
    return findInStream({ pages, prefix, timeoutMs }, stream, events, this.#index.position);
  }

  #findDuplicateAmong({ stream, events }: StreamAppend, found: FoundEvents): AppendOutcome | undefined {
    this.#index.note([...found.values()]);
    return findDuplicate(stream, events, (id) => found.get(id));
  }
}

function unknownOutcome(reason: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `It is not known whether the events were recorded; send them again with the same ids: ${reason}.`,
    { cause },
  );
}
