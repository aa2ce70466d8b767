import type { Database } from '../driver.ts';
import type { BatchInsert } from './batch-insert.ts';
import { addMapped, decodePositions, emptyBitmap, encodeBitmap } from './position-set.ts';
import {
  compareSortKeys,
  decodeKeys,
  encodeKeys,
  encodePartDays,
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
 * new segment has no contents until it is complete, and is not read. Then the merged ones have none, and their rows are
 * deleted. If the steps are not finished, because a transaction was rolled back or the process ended, `deleteReplaced`
 * deletes what they have written.
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
    const { insert, insertPart, complete, replace } = this.#statements;
    const parts: (readonly SortKey[])[] = [];
    for (const segment of segments) {
      parts.push(this.#keysOf(segment.id));
      yield segment.contents / POSITIONS_PER_ROW;
    }
    const keys = [...new Map(parts.flat().map((key) => [key.id, key])).values()].sort(compareSortKeys);
    const positions = new Map(keys.map(({ id }, position) => [id, position]));
    const sources = segments.map(({ id, contents }, index) => ({
      rows: this.#postingsOf(id),
      contents,
      positions: Uint16Array.from(parts[index] ?? [], (key) => positions.get(key.id) ?? 0),
    }));
    const { id = 0 } = insert.get() ?? {};
    for (let start = 0; start < keys.length; start += KEYS_PER_PART) {
      insertPart.run(id, start / KEYS_PER_PART, encodeKeys(keys.slice(start, start + KEYS_PER_PART)));
      yield 1;
    }
    yield* this.#mergePostings(id, sources, keys.length);
    const firstOrdinal = ordinalOfContent(keys.reduce((least, key) => Math.min(least, key.id), NEVER));
    complete.run(keys.length, firstOrdinal, encodePartDays(keys), id);
    for (const segment of segments) replace.run(segment.id);
    yield 1;
    yield* this.deleteReplaced();
  }

  /** Deletes segments that were replaced or not completed. Yields what each step cost, in rows written. */
  *deleteReplaced(): Generator<number> {
    const { replaced, deletePostings, deleteParts, delete: deleteSegment } = this.#statements;
    for (const { id } of replaced.all()) {
      for (const statement of [deletePostings, deleteParts]) {
        for (let deleted = DELETED_ROWS_MAX; deleted === DELETED_ROWS_MAX; ) {
          deleted = Number(statement.run(id).changes);
          yield deleted;
        }
      }
      deleteSegment.run(id);
    }
  }

  /** Merges the postings with the same timeline and value, in their order. */
  *#mergePostings(id: number, sources: readonly Source[], contents: number): Generator<number> {
    const heads = sources.map(({ rows }) => rows.next().value);
    for (let least = leastOf(heads); least !== undefined; least = leastOf(heads)) {
      const bitmap = emptyBitmap(contents);
      let [count, segments] = [0, 0];
      for (const [index, source] of sources.entries()) {
        const head = heads[index];
        if (head === undefined || comparePostings(head, least) !== 0) continue;
        count += addMapped(bitmap, decodePositions(head.positions, source.contents), source.positions);
        segments += 1;
        heads[index] = source.rows.next().value;
      }
      // A word that was not frequent in one of the segments lacks positions.
      if (least.timeline !== WORDS || segments === sources.length) {
        this.#postings.add(id, least.timeline, least.value, encodeBitmap(bitmap, count));
      }
      yield 1 + count / POSITIONS_PER_ROW;
    }
  }

  #keysOf(segment: number): readonly SortKey[] {
    return this.#statements.parts.all(segment).flatMap(({ contents }) => decodeKeys(contents));
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
  /** Its postings, in order. */
  readonly rows: Generator<Posting, undefined>;
  readonly contents: number;
  /** Position in this segment → position in the new one. */
  readonly positions: Uint16Array;
}

function comparePostings(a: Posting, b: Posting): number {
  return a.timeline - b.timeline || a.value - b.value;
}

function leastOf(postings: readonly (Posting | undefined)[]): Posting | undefined {
  return postings.reduce((least, posting) => {
    if (least === undefined || posting === undefined) return least ?? posting;
    return comparePostings(posting, least) < 0 ? posting : least;
  }, undefined);
}

function prepare(db: Database) {
  const some = (key: string, table: string) =>
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE segment = ? LIMIT ${DELETED_ROWS_MAX})`;
  return {
    parts: db.prepare<{ contents: Uint8Array }>(
      'SELECT contents FROM segment_part WHERE segment = ? ORDER BY part',
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
    replace: db.prepare(`UPDATE segment SET contents = 0, first_ordinal = ${NEVER} WHERE id = ?`),
    replaced: db.prepare<{ id: number }>('SELECT id FROM segment WHERE contents = 0'),
    deletePostings: db.prepare(some('segment, timeline, value', 'posting')),
    deleteParts: db.prepare(some('segment, part', 'segment_part')),
    delete: db.prepare('DELETE FROM segment WHERE id = ?'),
  };
}
