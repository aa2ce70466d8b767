import type {
  EventReader,
  Position,
  ReadStreamOptions,
  RecordedEvent,
  SubscriptionMessage,
} from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { numberedPosition } from '../event-store/position.ts';

type Log = Pick<EventReader, 'readAll' | 'readStream' | 'comparePositions'>;

/**
 * A log up to one of its events, in which every event has its number (1, 2, 3…) for its position: whatever is made of it
 * is the same for every store that holds these events. For one projector, from the first event on; it ends at the last.
 */
export class OrdinalLog {
  readonly #log: Log;
  readonly #last: Position;
  readonly #onEvents: (count: number) => void;
  /** Of the events that were handed out, in the log's own form. */
  readonly #positions: Position[] = [];

  /** What `onEvents` throws ends the subscription, and is thrown there. */
  constructor(log: Log, last: Position, onEvents: (count: number) => void) {
    this.#log = log;
    this.#last = last;
    this.#onEvents = onEvents;
  }

  async *subscribe(): AsyncGenerator<SubscriptionMessage, void, undefined> {
    for await (const page of logPages(this.#log, this.#last)) {
      const events = page.map((event) => numbered(event, this.#positions.push(event.position)));
      yield { kind: 'events', events };
      this.#onEvents(page.length);
    }
  }

  /** Of events that were handed out. */
  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const events = await this.#log.readStream(stream, options);
    return events.map((event) => numbered(event, this.#numberOf(event)));
  }

  #numberOf({ id, position }: RecordedEvent): number {
    let [low, high] = [0, this.#positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const before = this.#positions[middle];
      if (before !== undefined && this.#log.comparePositions(before, position) < 0) low = middle + 1;
      else high = middle;
    }
    if (this.#positions[low] === position) return low + 1;
    throw new Error(`Event ${id} stands in its stream, but was not met in the log`);
  }
}

function numbered(event: RecordedEvent, number: number): RecordedEvent {
  return { ...event, position: numberedPosition(number) };
}
