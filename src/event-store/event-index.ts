import type { Position, RecordedEvent, Revision } from './event-store.ts';
import type { RemovedRecord } from './removals.ts';

export interface EventPlace {
  readonly stream: string;
  readonly revision: Revision;
}

export type IndexedEvent = Pick<RecordedEvent, 'id' | 'stream' | 'revision'>;

export interface IndexedStream {
  /** Number of indexed events. */
  readonly events: number;
  /** The greatest revision among them. */
  readonly last: Revision;
}

/** The latest that the log says about the removal of a record's events. */
export interface Removal extends RemovedRecord {
  /** Where the log says so. What it says later replaces it. */
  readonly position: Position;
}

/**
 * The port of an index of ids, for logs that find events by stream only. It is local to the process and synchronous. A
 * lost index is rebuilt from the log.
 */
export interface EventIndex {
  /** The index contains every event of the log up to this position; undefined if it is empty. */
  readonly position: Position | undefined;
  /** The place of the event at `position`; undefined if the index skipped it. */
  readonly lastPlace: EventPlace | undefined;
  /** At most one for each stream. */
  readonly removals: readonly Removal[];
  find(id: string): EventPlace | undefined;
  /**
   * Counts the indexed events of streams, in time that is linear in the size of the index. Streams without any are left
   * out.
   */
  count(streams: readonly string[]): ReadonlyMap<string, IndexedStream>;
  /** Adds the next page of the log and advances `position`, both or neither. Known ids are skipped. */
  follow(events: readonly IndexedEvent[], position: Position): void;
  /** Adds events beyond `position` that this process appended. Never throws: `follow` adds whatever is lost here. */
  note(events: readonly IndexedEvent[]): void;
  /** Adds a removal, or replaces the one of the same stream. It is kept before this returns. */
  noteRemoval(removal: Removal): void;
  /** Empties an index that belongs to another log. */
  clear(): void;
}
