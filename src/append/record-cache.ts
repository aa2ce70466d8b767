import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { textLength } from '../event-store/text-length.ts';
import { type KnownRecord, withEvent } from './read-record.ts';

interface CachedRecord {
  readonly record: KnownRecord;
  /** Events after `record`. They are folded on demand, as most records never get another event. */
  readonly unfolded: readonly RecordedEvent[];
}

const RECORDS_MAX = 10_000;
/** Characters of the events of all cached records. Folded, they take a few times as much memory. */
const CHARS_MAX = 3 << 20;

/**
 * Caches the records that this process appended to last, so that the next event of one is checked without reading it.
 * A cached record may be out of date, as another process may have appended to it. A decision that is based on it is
 * valid only if an append at its revision succeeds.
 */
export class RecordCache {
  readonly #cache: LRUCache<string, CachedRecord>;

  constructor(charsMax = CHARS_MAX) {
    this.#cache = new LRUCache({ max: RECORDS_MAX, maxSize: charsMax });
  }

  get(stream: string): KnownRecord | undefined {
    const cached = this.#cache.get(stream);
    if (cached === undefined || cached.unfolded.length === 0) return cached?.record;
    const record = cached.unfolded.reduce(withEvent, cached.record);
    this.#cache.set(stream, { record, unfolded: [] }, { size: record.chars });
    return record;
  }

  /** Caches a record with the events that were appended to it. */
  add(record: KnownRecord, unfolded: readonly RecordedEvent[]): void {
    const size = unfolded.reduce((sum, event) => sum + textLength(event), record.chars);
    this.#cache.set(record.state.stream, { record, unfolded }, { size });
  }

  /** True if the record is cached, and so in the log. False says nothing about the log. */
  has(stream: string): boolean {
    return this.#cache.has(stream);
  }

  delete(stream: string): void {
    this.#cache.delete(stream);
  }
}
