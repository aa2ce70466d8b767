import type { EventIndex, EventPlace, IndexedEvent } from '../../event-store/event-index.ts';
import type { Position } from '../../event-store/event-store.ts';

/** The reference implementation of the event-index port, without persistence. */
export class InMemoryEventIndex implements EventIndex {
  readonly #places = new Map<string, EventPlace>();
  #position: Position | undefined;

  get position(): Position | undefined {
    return this.#position;
  }

  find(id: string): EventPlace | undefined {
    return this.#places.get(id);
  }

  follow(events: readonly IndexedEvent[], position: Position): void {
    this.note(events);
    this.#position = position;
  }

  note(events: readonly IndexedEvent[]): void {
    for (const { id, stream, revision } of events) {
      if (!this.#places.has(id)) this.#places.set(id, { stream, revision });
    }
  }

  clear(): void {
    this.#places.clear();
    this.#position = undefined;
  }
}
