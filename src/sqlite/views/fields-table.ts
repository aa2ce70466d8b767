import { LRUCache } from 'lru-cache';
import { growingTo } from '../../domain/values/cache-bounds.ts';
import type { Database, PreparedStatement } from '../driver.ts';

const CACHED_IDS_MAX = 10_000;

/**
 * Writes the table `fields`, which numbers the fields of partitions. Most are those of many entries. A text that has
 * left the cache gets a second number, which costs less than an index of the texts.
 */
export class FieldsTable {
  readonly #insert: PreparedStatement<{ id: number }>;
  readonly #ids = new LRUCache<string, number>(growingTo(CACHED_IDS_MAX));

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO fields (json) VALUES (?) RETURNING id');
    this.reset();
  }

  idOf(json: string): number {
    const known = this.#ids.get(json);
    if (known !== undefined) return known;
    const id = this.#insert.get(json)?.id ?? 0;
    this.#ids.set(json, id);
    return id;
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#ids.clear();
    this.#ids.set('{}', 0);
  }
}
