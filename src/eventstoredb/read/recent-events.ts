import { countLeading } from '../../domain/values/binary-search.ts';
import type { Position, RecordedEvent } from '../../event-store/event-store.ts';
import { textLength } from '../../event-store/text-length.ts';
import { isBefore } from '../log-position.ts';

const EVENTS_MAX = 2_000;
const TEXT_LENGTH_MAX = 8 << 20;

/** A part of the log without gaps, in order. Each new event pushes out the oldest ones that exceed the bounds. */
export class RecentEvents {
  readonly #events: RecordedEvent[] = [];
  /** The position before the first event; undefined for the start of the log. */
  #start: Position | undefined;
  #textLength = 0;

  constructor(start: Position | undefined) {
    this.#start = start;
  }

  /** The position of the last event, or the start while there is none. */
  get end(): Position | undefined {
    return this.#events.at(-1)?.position ?? this.#start;
  }

  /** Adds the next event of the log. An event that was added before is ignored. */
  push(event: RecordedEvent): void {
    if (!isBefore(this.end, event.position)) return;
    this.#events.push(event);
    this.#textLength += textLength(event);
    while (this.#events.length > EVENTS_MAX || this.#textLength > TEXT_LENGTH_MAX) this.#dropFirst();
  }

  #dropFirst(): void {
    const dropped = this.#events.shift();
    if (dropped === undefined) return;
    this.#start = dropped.position;
    this.#textLength -= textLength(dropped);
  }

  /**
   * Returns the first events after a position, none if the newest event has it or is before it. Undefined if it is the
   * position of no event here, so that events may be missing in between.
   */
  after(position: Position | undefined, maxCount: number): readonly RecordedEvent[] | undefined {
    if (isBefore(this.end, position)) return [];
    const first = countLeading(this.#events, (event) => !isBefore(position, event.position));
    const found = first === 0 ? this.#start : this.#events[first - 1]?.position;
    return found === position ? this.#events.slice(first, first + maxCount) : undefined;
  }
}
