import type { Database } from '../driver.ts';
import type { BatchInsert } from './batch-insert.ts';
import { addMapped, decodePositions, emptyBitmap, encodeBitmap } from './position-set.ts';
import {
  compareSortKeys,
  decodeKeys,
  encodeDays,
  encodeKeys,
  KEYS_PER_PART,
  type SortKey,
} from './segment-parts.ts';
import { NEVER, ordinalOfContent } from './timeline-schema.ts';

export interface SmallSegment {
  readonly id: number;
  readonly contents: number;
}

/** Stands for a timeline in the postings of words. */
export const WORDS = -1;

/** Rows of a segment that are read at once. */
const ROWS_MAX = 32;
/** Rows that are deleted at once. */
const DELETED_ROWS_MAX = 64;
/** So many positions cost as much as a row. */
const POSITIONS_PER_ROW = 32;

interface Posting {
  readonly timeline: number;
  readonly value: number;
  readonly positions: Uint8Array;
}

/**
 * Merges segments in steps that may be in one transaction after another, so that no commit waits for a whole merge. The
 * new segment is hidden until it is complete: it has no contents, and is not read. Then the merged ones are hidden, and
 * their rows are deleted. If the steps are not finished, because a transaction was rolled back or the process ended,
 * `deleteHidden` deletes what they have written.
 */
export class SegmentMerge {
  readonly #postings: BatchInsert;
  readonly #statements: ReturnType<typeof prepare>;

  /** @param postings inserts rows of the table `posting`; the caller ends its batch with each transaction */
  constructor(db: Database, postings: BatchInsert) {
    this.#postings = postings;
    this.#statements = prepare(db);
  }

  /** Yields what each step cost, in rows written. */
  *merge(segments: readonly SmallSegment[]): Generator<number> {
    const { insert, complete, hide } = this.#statements;
    const { id = 0 } = insert.get() ?? {};
    const sources = segments.map(
      ({ id: source, contents }): Source => ({
        keys: this.#keysOf(source),
        postings: this.#postingsOf(source),
        positions: new Uint16Array(contents),
      }),
    );
    const { contents, firstOrdinal, partDays } = yield* this.#mergeKeys(id, sources);
    yield* this.#mergePostings(id, sources, contents);
    complete.run(contents, firstOrdinal, partDays, id);
    for (const segment of segments) hide.run(segment.id);
    yield 1;
    yield* this.deleteHidden();
  }

  /** Deletes segments that were merged, or not completed. Yields what each step cost, in rows written. */
  *deleteHidden(): Generator<number> {
    const { hidden, deletePostings, deleteParts, delete: deleteSegment } = this.#statements;
    for (const { id } of hidden.all()) {
      for (const statement of [deletePostings, deleteParts]) {
        for (let deleted = DELETED_ROWS_MAX; deleted === DELETED_ROWS_MAX; ) {
          deleted = Number(statement.run(id).changes);
          yield deleted;
        }
      }
      deleteSegment.run(id);
    }
  }

  /** Writes the keys of all segments in order, each once, and sets their positions. */
  *#mergeKeys(
    id: number,
    sources: readonly Source[],
  ): Generator<number, { contents: number; firstOrdinal: number; partDays: Uint8Array }> {
    const heads = sources.map(({ keys }) => keys.next().value);
    const read = sources.map(() => 0);
    const partDays: number[] = [];
    let [part, contents, firstId]: [SortKey[], number, number] = [[], 0, NEVER];
    const writePart = (): void => {
      this.#statements.insertPart.run(id, partDays.length, encodeKeys(part));
      partDays.push(part[0]?.earliest ?? 0);
      part = [];
    };
    for (let least = leastOf(heads, compareSortKeys); least !== undefined; ) {
      for (const [index, { keys, positions }] of sources.entries()) {
        if (heads[index]?.id !== least.id) continue;
        const position = read[index] ?? 0;
        positions[position] = contents;
        read[index] = position + 1;
        heads[index] = keys.next().value;
      }
      part.push(least);
      firstId = Math.min(firstId, least.id);
      contents += 1;
      if (part.length === KEYS_PER_PART) {
        writePart();
        yield 1;
      }
      least = leastOf(heads, compareSortKeys);
    }
    if (part.length > 0) writePart();
    return { contents, firstOrdinal: ordinalOfContent(firstId), partDays: encodeDays(partDays) };
  }

  /** Writes the postings of all segments in order, those with the same timeline and value as one. */
  *#mergePostings(id: number, sources: readonly Source[], contents: number): Generator<number> {
    const heads = sources.map(({ postings }) => postings.next().value);
    for (let least = leastOf(heads, comparePostings); least !== undefined; ) {
      const bitmap = emptyBitmap(contents);
      let [count, segments] = [0, 0];
      for (const [index, { postings, positions }] of sources.entries()) {
        const head = heads[index];
        if (head === undefined || comparePostings(head, least) !== 0) continue;
        count += addMapped(bitmap, decodePositions(head.positions, positions.length), positions);
        segments += 1;
        heads[index] = postings.next().value;
      }
      // A word that was not frequent in one of the segments lacks positions.
      if (least.timeline !== WORDS || segments === sources.length) {
        this.#postings.add(id, least.timeline, least.value, encodeBitmap(bitmap, count));
      }
      yield 1 + count / POSITIONS_PER_ROW;
      least = leastOf(heads, comparePostings);
    }
  }

  *#keysOf(segment: number): Generator<SortKey, undefined> {
    for (let [part, rows] = [0, ROWS_MAX]; rows === ROWS_MAX; part += ROWS_MAX) {
      const read = this.#statements.parts.all(segment, part);
      for (const { contents } of read) yield* decodeKeys(contents);
      rows = read.length;
    }
  }

  *#postingsOf(segment: number): Generator<Posting, undefined> {
    let last: Pick<Posting, 'timeline' | 'value'> | undefined = { timeline: WORDS, value: -1 };
    while (last !== undefined) {
      const rows: readonly Posting[] = this.#statements.postings.all(segment, last.timeline, last.value);
      yield* rows;
      last = rows.length < ROWS_MAX ? undefined : rows.at(-1);
    }
  }
}

/** A segment that is merged. */
interface Source {
  readonly keys: Generator<SortKey, undefined>;
  readonly postings: Generator<Posting, undefined>;
  /** Position in this segment → position in the new one. */
  readonly positions: Uint16Array;
}

function comparePostings(a: Posting, b: Posting): number {
  return a.timeline - b.timeline || a.value - b.value;
}

function leastOf<Item>(
  items: readonly (Item | undefined)[],
  compare: (a: Item, b: Item) => number,
): Item | undefined {
  let least: Item | undefined;
  for (const item of items) {
    if (item !== undefined && (least === undefined || compare(item, least) < 0)) least = item;
  }
  return least;
}

function prepare(db: Database) {
  const some = (key: string, table: string) =>
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE segment = ? LIMIT ${DELETED_ROWS_MAX})`;
  return {
    parts: db.prepare<{ contents: Uint8Array }>(
      `SELECT contents FROM segment_part WHERE segment = ? AND part >= ? ORDER BY part LIMIT ${ROWS_MAX}`,
    ),
    postings: db.prepare<Posting>(
      `SELECT timeline, value, positions FROM posting WHERE segment = ? AND (timeline, value) > (?, ?)
       ORDER BY timeline, value LIMIT ${ROWS_MAX}`,
    ),
    insert: db.prepare<{ id: number }>(
      `INSERT INTO segment (contents, first_ordinal, part_days) VALUES (0, ${NEVER}, x'') RETURNING id`,
    ),
    insertPart: db.prepare('INSERT INTO segment_part VALUES (?, ?, ?)'),
    complete: db.prepare('UPDATE segment SET contents = ?, first_ordinal = ?, part_days = ? WHERE id = ?'),
    hide: db.prepare(`UPDATE segment SET contents = 0, first_ordinal = ${NEVER} WHERE id = ?`),
    hidden: db.prepare<{ id: number }>('SELECT id FROM segment WHERE contents = 0'),
    deletePostings: db.prepare(some('segment, timeline, value', 'posting')),
    deleteParts: db.prepare(some('segment, part', 'segment_part')),
    delete: db.prepare('DELETE FROM segment WHERE id = ?'),
  };
}
