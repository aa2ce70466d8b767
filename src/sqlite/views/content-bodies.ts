import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Database, PreparedStatement } from '../driver.ts';

/** A value of the column `body` of `content`: the text, or a byte that names its dictionary and what Deflate makes. */
export type StoredBody = string | Uint8Array;

/** Greatest id of a dictionary, which fits into a byte. */
const DICTIONARIES_MAX = 255;
/** Deflate uses no more of a dictionary. */
const DICTIONARY_BYTES_MAX = 32_768;
/** Shorter texts are stored as they are. */
const COMPRESSED_CHARS_MIN = 256;

/** To allocate the default ones takes longer than to compress a text of this size. */
const SMALL_BUFFERS = { memLevel: 4, chunkSize: 2_048 };

/** Returns the texts of stored bodies. */
export class BodyDecoder {
  readonly #select: PreparedStatement<{ text: string }>;
  readonly #dictionaries = new Map<number, Uint8Array>();

  /** @param schema name of the attached file */
  constructor(db: Database, schema = 'main') {
    this.#select = db.prepare(`SELECT text FROM ${schema}.body_dictionary WHERE id = ?`);
  }

  textOf(body: StoredBody): string {
    if (typeof body === 'string') return body;
    const dictionary = this.#dictionary(body[0] ?? 0);
    return inflateRawSync(body.subarray(1), { dictionary }).toString();
  }

  #dictionary(id: number): Uint8Array {
    const known = this.#dictionaries.get(id);
    if (known !== undefined) return known;
    const dictionary = Buffer.from(this.#select.get(id)?.text ?? '');
    this.#dictionaries.set(id, dictionary);
    return dictionary;
  }
}

interface Dictionary {
  readonly id: number;
  readonly text: Uint8Array;
}

/**
 * Compresses bodies. The first body of each type is the dictionary of the later ones, which leaves a sixth of them.
 * Each takes about 10 µs to read: too much for the fifty entries of a page, but not for records that are parsed and
 * folded.
 */
export class BodyEncoder {
  readonly #statements: ReturnType<typeof prepare>;
  /** By event type. */
  readonly #dictionaries = new Map<string, Dictionary>();

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  /** @param type of the event that the body shows */
  encode(type: string, body: string): StoredBody {
    const dictionary = body.length < COMPRESSED_CHARS_MIN ? undefined : this.#dictionaryFor(type, body);
    if (dictionary === undefined) return body;
    const compressed = deflateRawSync(body, { ...SMALL_BUFFERS, dictionary: dictionary.text });
    return Buffer.concat([Uint8Array.of(dictionary.id), compressed]);
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#dictionaries.clear();
  }

  #dictionaryFor(type: string, body: string): Dictionary | undefined {
    const known = this.#dictionaries.get(type);
    if (known !== undefined) return known;
    const row = this.#statements.find.get(type) ?? this.#add(type, body);
    if (row === undefined) return undefined;
    const dictionary = { id: row.id, text: Buffer.from(row.text) };
    this.#dictionaries.set(type, dictionary);
    return dictionary;
  }

  #add(type: string, text: string): { readonly id: number; readonly text: string } | undefined {
    if (Buffer.byteLength(text) > DICTIONARY_BYTES_MAX) return undefined;
    const id = (this.#statements.last.get()?.id ?? 0) + 1;
    if (id > DICTIONARIES_MAX) return undefined;
    this.#statements.add.run(id, type, text);
    return { id, text };
  }
}

function prepare(db: Database) {
  return {
    find: db.prepare<{ id: number; text: string }>('SELECT id, text FROM body_dictionary WHERE type = ?'),
    last: db.prepare<{ id: number }>('SELECT id FROM body_dictionary ORDER BY id DESC LIMIT 1'),
    add: db.prepare('INSERT INTO body_dictionary VALUES (?, ?, ?)'),
  };
}
