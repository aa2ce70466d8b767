import { findDuplicate, matchesExpectedRevision } from '../../event-store/append-rules.ts';
import type { EventIndex } from '../../event-store/event-index.ts';
import {
  type AppendOutcome,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../event-store/event-store.ts';
import { pause, pauseAfter } from '../pause.ts';
import type { EventFinder } from '../read/event-finder.ts';
import type { EventStoreDbEventReader } from '../read/eventstoredb-event-reader.ts';
import { type Found, findInStream } from '../read/find-in-stream.ts';

export interface UncertainAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

export interface InquiryParts {
  readonly reader: EventStoreDbEventReader;
  readonly index: EventIndex;
  readonly finder: EventFinder;
}

const NOTHING: Found = new Map();

/** Finds out by looking at the log what an append has met there, and what became of it. */
export class AppendResolver {
  readonly #reader: EventStoreDbEventReader;
  readonly #index: EventIndex;
  readonly #finder: EventFinder;

  constructor({ reader, index, finder }: InquiryParts) {
    this.#reader = reader;
    this.#index = index;
    this.#finder = finder;
  }

  /** Before anything is sent: undefined when the index knows none of the ids. */
  recogniseKnown({
    stream,
    events,
  }: UncertainAppend): Promise<AppendOutcome | undefined> | AppendOutcome | undefined {
    const isKnown = events.some(({ id }) => this.#index.find(id) !== undefined);
    if (!isKnown) return findDuplicate(stream, events, (id) => NOTHING.get(id));
    const read = Promise.all(events.map(({ id }) => this.#finder.readKnown(id)));
    return read.then((known) =>
      findDuplicate(stream, events, (id) => known.find((event) => event?.id === id)),
    );
  }

  /** When the server has refused: are the events there already, recorded by another process? */
  async recogniseInStream(append: UncertainAppend): Promise<AppendOutcome | undefined> {
    const { found } = await this.#look(append, this.#reader.timeoutMs);
    return this.#recogniseAmong(append, found);
  }

  /** A time that lies too early is looked at last, after what may be there already and the expected revision. */
  async refuseTime(
    append: UncertainAppend,
    refusal: Extract<AppendOutcome, { outcome: 'recorded-at-out-of-order' }>,
  ): Promise<AppendOutcome> {
    const { found, last } = await this.#look(append, this.#reader.timeoutMs);
    const recognised = this.#recogniseAmong(append, found);
    if (recognised !== undefined) return recognised;
    const actual = last?.revision ?? 'no-stream';
    return matchesExpectedRevision(actual, append.expected) ? refusal : { outcome: 'wrong-revision', actual };
  }

  /**
   * What became of an append that was sent. What is there with our salts is what we sent; what is there with others
   * was recorded by somebody else before. Where nothing is there the append is over for us: StoreUnavailableError.
   * Should it still arrive, it is found by whoever sends it again.
   */
  async resolve(append: UncertainAppend, reason: string): Promise<AppendOutcome> {
    const { events } = append;
    const found = await this.#lookPatiently(append, reason);
    const recorded: RecordedEvent[] = events.flatMap(({ id }) => found.get(id) ?? []);
    if (recorded.length === events.length && recorded.every(({ salt }, at) => salt === events[at]?.salt)) {
      return { outcome: 'appended', events: recorded };
    }
    const recognised = this.#recogniseAmong(append, found);
    if (recognised !== undefined) return recognised;
    throw new StoreUnavailableError(`The events were not seen in the log, and can be sent again: ${reason}.`);
  }

  async #lookPatiently(append: UncertainAppend, reason: string): Promise<Found> {
    const giveUpMs = performance.now() + this.#reader.timeoutMs / 2;
    for (let failures = 0; ; failures += 1) {
      try {
        return (await this.#look(append, Math.max(giveUpMs - performance.now(), 1))).found;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        const pauseMs = pauseAfter(failures);
        if (performance.now() + pauseMs >= giveUpMs) throw unknownOutcome(reason, error);
        await pause(pauseMs);
      }
    }
  }

  #look({ stream, events }: UncertainAppend, timeoutMs: number): ReturnType<typeof findInStream> {
    const { reads, prefix } = this.#reader;
    return findInStream({ reads, prefix, timeoutMs }, stream, events, this.#index.position);
  }

  #recogniseAmong({ stream, events }: UncertainAppend, found: Found): AppendOutcome | undefined {
    this.#index.note([...found.values()]);
    return findDuplicate(stream, events, (id) => found.get(id));
  }
}

function unknownOutcome(reason: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `It is not known whether the events were recorded; send them again, with the same ids: ${reason}.`,
    { cause },
  );
}
