import type {
  EventIndex,
  EventPlace,
  IndexedEvent,
  IndexedStream,
  Removal,
} from '../../event-store/event-index.ts';
import type { Position } from '../../event-store/event-store.ts';

/** The reference implementation of the event-index port, without persistence. */
export class InMemoryEventIndex implements EventIndex {
  readonly #places = new Map<string, EventPlace>();
  readonly #removals = new Map<string, Removal>();
  #position: Position | undefined;
  #lastPlace: EventPlace | undefined;

  get position(): Position | undefined {
    return this.#position;
  }

  get lastPlace(): EventPlace | undefined {
    return this.#lastPlace;
  }

  get removals(): readonly Removal[] {
    return [...this.#removals.values()];
  }

  find(id: string): EventPlace | undefined {
    return this.#places.get(id);
  }

  count(streams: readonly string[]): ReadonlyMap<string, IndexedStream> {
    const counted = new Map<string, IndexedStream>();
    for (const { stream, revision } of this.#places.values()) {
      if (!streams.includes(stream)) continue;
      const { events, last } = counted.get(stream) ?? { events: 0, last: revision };
      counted.set(stream, { events: events + 1, last: revision > last ? revision : last });
    }
    return counted;
  }

  follow(events: readonly IndexedEvent[], position: Position): void {
    this.note(events);
    this.#position = position;
    this.#lastPlace = events.at(-1);
  }

  note(events: readonly IndexedEvent[]): void {
    for (const { id, stream, revision } of events) {
      if (!this.#places.has(id)) this.#places.set(id, { stream, revision });
    }
  }

  noteRemoval(removal: Removal): void {
    this.#removals.set(removal.stream, removal);
  }

  clear(): void {
    this.#places.clear();
    this.#removals.clear();
    this.#position = undefined;
    this.#lastPlace = undefined;
  }
}
