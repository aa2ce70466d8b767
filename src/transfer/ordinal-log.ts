import { countLeading } from '../domain/values/binary-search.ts';
import type {
  EventLookup,
  EventReader,
  Position,
  ReadStreamOptions,
  RecordedEvent,
  SubscriptionMessage,
} from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { numberedPosition, positionNumber } from '../event-store/position.ts';

type Log = Pick<EventReader, 'readAll' | 'readStream' | 'comparePositions'> &
  Partial<Pick<EventLookup, 'readEvent'>>;

/**
 * A view of a log up to one of its events in which positions are ordinals (1, 2, 3…). Its projections are equal for
 * every store with these events. It serves one projector and ends with the last event.
 */
export class OrdinalLog {
  readonly #log: Log;
  readonly #last: Position;
  readonly #onEvents: (count: number) => void;
  /** The log's own positions of the events delivered so far. */
  readonly #positions: Position[] = [];

  /** If `onEvents` throws, the subscription throws its error. */
  constructor(log: Log, last: Position, onEvents: (count: number) => void) {
    this.#log = log;
    this.#last = last;
    this.#onEvents = onEvents;
  }

  async *subscribe(): AsyncGenerator<SubscriptionMessage, void, undefined> {
    for await (const page of logPages(this.#log, this.#last)) {
      const events = page.map((event) => withOrdinal(event, this.#positions.push(event.position)));
      yield { kind: 'events', events };
      this.#onEvents(page.length);
    }
  }

  /** Reads the events that were delivered. */
  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const events = await this.#log.readStream(stream, options);
    const delivered = events.filter((event) => this.#isDelivered(event));
    return delivered.map((event) => withOrdinal(event, this.#ordinalOf(event)));
  }

  /** Finds an event that was delivered. */
  async readEvent(id: string): Promise<RecordedEvent | undefined> {
    const event = await this.#log.readEvent?.(id);
    if (event === undefined || !this.#isDelivered(event)) return undefined;
    return withOrdinal(event, this.#ordinalOf(event));
  }

  comparePositions(a: Position, b: Position): number {
    return positionNumber(a) - positionNumber(b);
  }

  #isDelivered({ position }: RecordedEvent): boolean {
    const last = this.#positions.at(-1);
    return last !== undefined && this.#log.comparePositions(position, last) <= 0;
  }

  #ordinalOf({ id, position }: RecordedEvent): number {
    const before = countLeading(this.#positions, (each) => this.#log.comparePositions(each, position) < 0);
    if (this.#positions[before] === position) return before + 1;
    throw new Error(`Event ${id} is in its stream but not in the log`);
  }
}

function withOrdinal(event: RecordedEvent, ordinal: number): RecordedEvent {
  return { ...event, position: numberedPosition(ordinal) };
}
