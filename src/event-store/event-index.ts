import type { Position, RecordedEvent, Revision } from './event-store.ts';

export interface EventPlace {
  readonly stream: string;
  readonly revision: Revision;
}

export type IndexedEvent = Pick<RecordedEvent, 'id' | 'stream' | 'revision'>;

/**
 * The index of ids beside a log that knows its events by stream only. Synchronous, as it lives with the process. It can
 * be lost: an empty one is filled from the log.
 */
export interface EventIndex {
  /** Every event of the log up to here is in the index; undefined as long as none is. */
  readonly position: Position | undefined;
  find(id: string): EventPlace | undefined;
  /** The next page of the log, with the position of its last event: both are taken, or neither. Known ids are passed over. */
  follow(events: readonly IndexedEvent[], position: Position): void;
  /** Events seen ahead of `position`, those that this process records. Does not throw: what is lost here, `follow` brings. */
  note(events: readonly IndexedEvent[]): void;
  /** Forgets everything: it was that of another log. */
  clear(): void;
}

/** The reference, for tests: the plainest index that keeps all of it but the disk. */
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
