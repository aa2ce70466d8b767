import { LRUCache } from 'lru-cache';
import { growingTo } from '../../domain/values/cache-bounds.ts';
import type { Facets } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';

/** The facets by the names that they have in a query. */
export const FACET_NAMES = [
  'types',
  'countries',
  'topics',
  'speechActs',
  'speakers',
  'outlets',
  'relays',
  'institutions',
  'countryRoles',
] as const;

export type FacetName = (typeof FACET_NAMES)[number];

const CACHED_IDS_MAX = 10_000;

/** Writes the table `facet`, which numbers the values that entries can be filtered by. */
export class FacetTable {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #ids = new LRUCache<string, number>({
    ...growingTo(CACHED_IDS_MAX),
    memoMethod: (token) => this.#idOf(token),
  });

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  /** Returns the text by which entries are searched, such as `|3|17|`. */
  idsOf({ type, ...lists }: Facets): string {
    const values: Partial<Record<FacetName, readonly string[]>> = { types: [type], ...lists };
    const ids: number[] = [];
    for (const facet of FACET_NAMES) {
      for (const value of values[facet] ?? []) ids.push(this.#ids.memo(facetToken(facet, value)));
    }
    return `|${ids.join('|')}|`;
  }

  /** Returns the id of a word that many contents have. */
  idOfWord(word: string): number {
    return this.#ids.memo(wordToken(word));
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#ids.clear();
  }

  #idOf(token: string): number {
    this.#statements.insert.run(token);
    return this.#statements.select.get(token)?.id ?? 0;
  }
}

/** Returns a value as it is in the table, such as `countries:PK`. */
export function facetToken(facet: FacetName, value: string): string {
  return `${facet}:${value}`;
}

/** Returns a word as it is in the table, if many contents have it. */
export function wordToken(word: string): string {
  return `words:${word}`;
}

/** Returns the ids in a text that `idsOf` returned. */
export function facetIds(text: string): readonly number[] {
  return text.slice(1, -1).split('|').map(Number);
}

function prepare(db: Database) {
  return {
    select: db.prepare<{ id: number }>('SELECT id FROM facet WHERE token = ?'),
    insert: db.prepare('INSERT OR IGNORE INTO facet (token) VALUES (?)'),
  };
}
