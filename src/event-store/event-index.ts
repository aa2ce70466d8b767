import type { Position, RecordedEvent, Revision } from './event-store.ts';

export interface EventPlace {
  readonly stream: string;
  readonly revision: Revision;
}

export type IndexedEvent = Pick<RecordedEvent, 'id' | 'stream' | 'revision'>;

/**
 * The port of an index of ids, for logs that find events by stream only. It is local to the process and synchronous. A
 * lost index is rebuilt from the log.
 */
export interface EventIndex {
  /** The index contains every event of the log up to this position; undefined if it is empty. */
  readonly position: Position | undefined;
  find(id: string): EventPlace | undefined;
  /** Adds the next page of the log and advances `position`, both or neither. Known ids are skipped. */
  follow(events: readonly IndexedEvent[], position: Position): void;
  /** Adds events beyond `position` that this process appended. Never throws: `follow` adds whatever is lost here. */
  note(events: readonly IndexedEvent[]): void;
  /** Empties an index that belongs to another log. */
  clear(): void;
}
