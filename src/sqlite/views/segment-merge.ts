import type { Database } from '../driver.ts';
import type { BatchInsert } from './batch-insert.ts';
import { mergeSorted } from './merge-sorted.ts';
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
/** This many positions cost as much as a row. */
const POSITIONS_PER_ROW = 32;
/** A part costs as much as this many rows, as its keys are compared with those of the other segments. */
const ROWS_PER_PART = 4;

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

  /** Yields what each step cost, in rows. */
  *merge(segments: readonly SmallSegment[]): Generator<number> {
    const { insert, complete, hide } = this.#statements;
    const { id = 0 } = insert.get() ?? {};
    const sources = segments.map((segment) => ({ ...segment, positions: new Uint16Array(segment.contents) }));
    const { contents, firstOrdinal, partDays } = yield* this.#mergeKeys(id, sources);
    yield* this.#mergePostings(id, sources, contents);
    complete.run(contents, firstOrdinal, partDays, id);
    for (const segment of segments) hide.run(segment.id);
    yield 1;
    yield* this.deleteHidden();
  }

  /** Deletes segments that were merged, or not completed. Yields what each step cost, in rows. */
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
    const partDays: number[] = [];
    let [part, contents, firstId]: [SortKey[], number, number] = [[], 0, NEVER];
    const writePart = (): void => {
      this.#statements.insertPart.run(id, partDays.length, encodeKeys(part));
      partDays.push(part[0]?.earliest ?? 0);
      part = [];
    };
    const keys = mergeSorted(
      sources.map((source) => this.#keysOf(source)),
      compareKeys,
    );
    for (const same of groups(keys, compareKeys)) {
      const [{ key }] = same;
      for (const { source, position } of same) source.positions[position] = contents;
      part.push(key);
      firstId = Math.min(firstId, key.id);
      contents += 1;
      if (part.length === KEYS_PER_PART) {
        writePart();
        yield ROWS_PER_PART;
      }
    }
    if (part.length > 0) writePart();
    return { contents, firstOrdinal: ordinalOfContent(firstId), partDays: encodeDays(partDays) };
  }

  /** Writes the postings of all segments in order, those with the same timeline and value as one. */
  *#mergePostings(id: number, sources: readonly Source[], contents: number): Generator<number> {
    const postings = mergeSorted(
      sources.map((source) => this.#postingsOf(source)),
      comparePostings,
    );
    for (const same of groups(postings, comparePostings)) {
      const [{ timeline, value }] = same;
      const bitmap = emptyBitmap(contents);
      let count = 0;
      for (const { source, positions } of same) {
        count += addMapped(bitmap, decodePositions(positions, source.contents), source.positions);
      }
      // A word that was not frequent in one of the segments lacks positions.
      if (timeline !== WORDS || same.length === sources.length) {
        this.#postings.add(id, timeline, value, encodeBitmap(bitmap, count));
      }
      yield 1 + count / POSITIONS_PER_ROW;
    }
  }

  *#keysOf(source: Source): Generator<SourceKey> {
    let position = 0;
    for (let [part, rows] = [0, ROWS_MAX]; rows === ROWS_MAX; part += ROWS_MAX) {
      const read = this.#statements.parts.all(source.id, part);
      for (const { contents } of read) {
        for (const key of decodeKeys(contents)) {
          yield { key, source, position };
          position += 1;
        }
      }
      rows = read.length;
    }
  }

  *#postingsOf(source: Source): Generator<SourcePosting> {
    let last: Pick<Posting, 'timeline' | 'value'> | undefined = { timeline: WORDS, value: -1 };
    while (last !== undefined) {
      const rows: readonly Posting[] = this.#statements.postings.all(source.id, last.timeline, last.value);
      for (const row of rows) yield { ...row, source };
      last = rows.length < ROWS_MAX ? undefined : rows.at(-1);
    }
  }
}

/** A segment that is merged. */
interface Source extends SmallSegment {
  /** Position in this segment → position in the new one. */
  readonly positions: Uint16Array;
}

interface SourceKey {
  readonly key: SortKey;
  readonly source: Source;
  readonly position: number;
}

interface SourcePosting extends Posting {
  readonly source: Source;
}

/** Keys compare as equal only for the same content, whose key never changes. */
function compareKeys(a: SourceKey, b: SourceKey): number {
  return compareSortKeys(a.key, b.key);
}

function comparePostings(a: Posting, b: Posting): number {
  return a.timeline - b.timeline || a.value - b.value;
}

/** Yields each run of items that compare as equal. */
function* groups<Item>(
  items: Iterable<Item>,
  compare: (a: Item, b: Item) => number,
): Generator<[Item, ...Item[]]> {
  let group: [Item, ...Item[]] | undefined;
  for (const item of items) {
    if (group !== undefined && compare(group[0], item) === 0) group.push(item);
    else {
      if (group !== undefined) yield group;
      group = [item];
    }
  }
  if (group !== undefined) yield group;
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
