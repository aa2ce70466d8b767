import { LRUCache } from 'lru-cache';
import { entryJson } from '../../projector/entry-filter.ts';
import type { Database, PreparedStatement } from '../driver.ts';
import type { BodyDecoder, StoredBody } from './content-bodies.ts';

/** The ids of a row of `content` and of one of `fields`, which name a text: neither row ever changes. */
export type TextKey = readonly [content: number, fields: number];

/** Memory for the texts of all readers of the process, by estimate. It is enough for about 2,400 entries. */
const TEXTS_BYTES_MAX = 4 << 20;
/** Memory that a text takes in addition to its characters. */
const OVERHEAD_BYTES = 200;

const texts = new LRUCache<string, string>({
  maxSize: TEXTS_BYTES_MAX,
  sizeCalculation: (text) => 2 * text.length + OVERHEAD_BYTES,
});

let readers = 0;

/**
 * Reads the texts of entries, and caches those that were used last. A text that is still in the cache is returned as
 * the same string, whose hash V8 keeps, so that looking up what was made of it costs little.
 */
export class EntryTexts {
  readonly #reader: number;
  readonly #bodies: BodyDecoder;
  readonly #select: PreparedStatement<readonly [fields: string, body: StoredBody]>;

  constructor(db: Database, bodies: BodyDecoder) {
    readers += 1;
    this.#reader = readers;
    this.#bodies = bodies;
    this.#select = db.prepare(
      `SELECT fields.json, content.body FROM json_each(?) AS wanted
       CROSS JOIN content ON content.id = wanted.value ->> 0 CROSS JOIN fields ON fields.id = wanted.value ->> 1`,
    );
    this.#select.setReturnArrays(true);
  }

  /** Returns the texts in the order of the keys. */
  textsOf(keys: readonly TextKey[]): readonly string[] {
    const kept = keys.map((key) => texts.get(this.#nameOf(key)));
    const missing = keys.filter((_, index) => kept[index] === undefined);
    const read = missing.length === 0 ? [] : this.#read(missing);
    let next = 0;
    return kept.map((text) => text ?? read[next++] ?? '');
  }

  /** @throws Error if the file does not have one of the texts */
  #read(keys: readonly TextKey[]): readonly string[] {
    const rows = this.#select.all(JSON.stringify(keys));
    if (rows.length < keys.length) throw new Error('The view file lacks the text of an entry.');
    const read = rows.map(([fields, body]) => entryJson(fields, this.#bodies.textOf(body)));
    for (const [index, key] of keys.entries()) texts.set(this.#nameOf(key), read[index]);
    return read;
  }

  #nameOf([content, fields]: TextKey): string {
    return `${this.#reader} ${content} ${fields}`;
  }
}
