import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { textLength } from '../event-store/text-length.ts';
import { type KnownRecord, withEvent } from './read-record.ts';

interface KeptRecord {
  readonly record: KnownRecord;
  /** Events after `record`. They are folded on demand, as most records never get another event. */
  readonly unfolded: readonly RecordedEvent[];
}

const RECORDS_MAX = 10_000;
/** Characters of the events of all kept records. Folded, they take a few times as much memory. */
const CHARS_MAX = 3 << 20;

/**
 * Keeps the records that this process appended to last, so that the next event of one is checked without reading it.
 * A kept record may be out of date, as another process may have appended to it: what it leads to is right only if an
 * append at its revision succeeds.
 */
export class RecordCache {
  readonly #kept: LRUCache<string, KeptRecord>;

  constructor(charsMax = CHARS_MAX) {
    this.#kept = new LRUCache({ max: RECORDS_MAX, maxSize: charsMax });
  }

  get(stream: string): KnownRecord | undefined {
    const kept = this.#kept.get(stream);
    if (kept === undefined || kept.unfolded.length === 0) return kept?.record;
    const record = kept.unfolded.reduce(withEvent, kept.record);
    this.#kept.set(stream, { record, unfolded: [] }, { size: record.chars });
    return record;
  }

  /** Keeps a record with the events that were appended to it. */
  add(record: KnownRecord, unfolded: readonly RecordedEvent[]): void {
    const size = unfolded.reduce((sum, event) => sum + textLength(event), record.chars);
    this.#kept.set(record.state.stream, { record, unfolded }, { size });
  }

  /** True if the record is kept, and so in the log. False says nothing about the log. */
  has(stream: string): boolean {
    return this.#kept.has(stream);
  }

  delete(stream: string): void {
    this.#kept.delete(stream);
  }
}
