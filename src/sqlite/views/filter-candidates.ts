import type { SearchTerm } from '../../domain/search/text-query.ts';
import { countLeadingIndexes } from '../../domain/values/binary-search.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { FACET_NAMES, facetToken, wordToken } from './facet-table.ts';
import { mergeSorted } from './merge-sorted.ts';
import { addPositions, ascending, type Bitmap, descending, emptyBitmap, intersect } from './position-set.ts';
import { WORDS } from './segment-merge.ts';
import {
  compareSortKeys,
  decodePartDays,
  KEYS_PER_PART,
  keyAt,
  numbersOf,
  type SortKey,
} from './segment-parts.ts';
import type { SerialRange } from './timeline-filter-sql.ts';
import { firstContentId, ordinalOfContent } from './timeline-schema.ts';

interface Segment {
  readonly id: number;
  readonly contents: number;
  readonly partDays: Uint8Array;
}

/** A content that may match a filter. Those of a group are in no order. */
export interface Candidate {
  readonly content: number;
  readonly group: number;
}

/** Finds contents that may match a filter, in the order of the query. Use it within a read transaction. */
export class FilterCandidates {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  /**
   * Returns the ids of the contents that a timeline shows or has shown, and that have the facets, roles and frequent
   * words of the query. They begin on the days of the range. A few before the start of the page are among them, and one
   * may occur twice.
   */
  *find(timeline: number, query: TimelineQuery, days: SerialRange): Generator<Candidate> {
    const facets = this.#facetIds(query);
    const words = query.text.flatMap((term) => this.#wordId(term) ?? []);
    const matches = this.#statements.segments.all(query.asOf).flatMap((segment) => {
      const positions = this.#positions(segment, timeline, facets, words, query.roles);
      return positions === undefined ? [] : [this.#contents(segment, positions, query, days)];
    });
    const compare = query.order === 'asc' ? compareSortKeys : inverse(compareSortKeys);
    for (const { id } of mergeSorted(matches, compare)) yield { content: id, group: id };
  }

  /** Whether each term is a word that most segments have a posting of. */
  areFrequent(terms: readonly SearchTerm[]): boolean {
    return terms.every((term) => {
      const id = this.#wordId(term);
      return id !== undefined && this.#statements.isFrequent.get(id)?.isFrequent === 1;
    });
  }

  /** Undefined if the term is not one whole word, or no segment has a posting of it. */
  #wordId({ words: [word = '', ...others], isPrefix }: SearchTerm): number | undefined {
    return isPrefix || others.length > 0 ? undefined : this.#statements.facet.get(wordToken(word))?.id;
  }

  /** The ids of the values of each list that is not empty. */
  #facetIds(query: TimelineQuery): readonly (readonly number[])[] {
    return FACET_NAMES.filter((facet) => query[facet].length > 0).map((facet) =>
      query[facet].flatMap((value) => this.#statements.facet.get(facetToken(facet, value))?.id ?? []),
    );
  }

  /** Returns the positions of the contents that match; undefined if there are none. */
  #positions(
    { id, contents }: Segment,
    timeline: number,
    facets: readonly (readonly number[])[],
    words: readonly number[],
    roles: readonly string[],
  ): Bitmap | undefined {
    let found: Bitmap | undefined;
    const keep = (sets: readonly Uint8Array[]): boolean => {
      const bitmap = emptyBitmap(contents);
      for (const set of sets) addPositions(bitmap, set);
      if (found !== undefined) intersect(bitmap, found);
      found = bitmap;
      return bitmap.some((word) => word !== 0);
    };
    for (const values of facets) {
      if (!keep(values.flatMap((value) => this.#statements.facetPosting.get(id, value)?.positions ?? [])))
        return;
    }
    for (const word of words) {
      const posting = this.#statements.wordPosting.get(id, word);
      if (posting !== undefined && !keep([posting.positions])) return;
    }
    const texts = roles.map((role) => JSON.stringify(role));
    const rows = this.#statements.timelinePostings.all(id, timeline);
    const matching = rows.filter(
      ({ json }) => texts.length === 0 || texts.some((text) => json.includes(text)),
    );
    return keep(matching.map(({ positions }) => positions)) ? found : undefined;
  }

  /** Returns the contents at the positions, in the order of the query. */
  *#contents(
    segment: Segment,
    positions: Bitmap,
    query: TimelineQuery,
    days: SerialRange,
  ): Generator<SortKey> {
    const keyOf = this.#keysOf(segment.id);
    for (const position of inPage(segment, positions, query, days, keyOf)) {
      const key = keyOf(position);
      if (query.order === 'asc' ? key.earliest > days.to : key.earliest < days.from) return;
      if (ordinalOfContent(key.id) <= query.asOf) yield key;
    }
  }

  /** Returns a function that returns the key at a position. It keeps the last part that it has read. */
  #keysOf(segment: number): KeyAt {
    let [last, numbers]: [number, Float64Array] = [-1, new Float64Array()];
    return (position) => {
      const part = Math.floor(position / KEYS_PER_PART);
      if (part !== last) [last, numbers] = [part, numbersOf(this.#part(segment, part))];
      return keyAt(numbers, position % KEYS_PER_PART);
    };
  }

  #part(segment: number, part: number): Uint8Array {
    const row = this.#statements.part.get(segment, part);
    if (row === undefined) throw new Error(`Segment ${segment} has no part ${part}`);
    return row.contents;
  }
}

type KeyAt = (position: number) => SortKey;

/** Returns the positions in the order of the query, without nearly all of those before the start of the page. */
function inPage(
  { partDays }: Segment,
  positions: Bitmap,
  query: TimelineQuery,
  days: SerialRange,
  keyOf: KeyAt,
): Iterable<number> {
  const bound = pageBound(query, days);
  const firstDays = decodePartDays(partDays);
  const countDays = (isLeading: (day: number) => boolean): number =>
    countLeadingIndexes(firstDays.length, (part) => isLeading(firstDays[part] ?? 0));
  const before = countDays((day) => day < bound.earliest);
  const sameDay = countDays((day) => day <= bound.earliest) - before;
  const parts =
    before +
    countLeadingIndexes(
      sameDay,
      (index) => compareSortKeys(keyOf((before + index) * KEYS_PER_PART), bound) <= 0,
    );
  return query.order === 'asc'
    ? ascending(positions, Math.max(parts - 1, 0) * KEYS_PER_PART)
    : descending(positions, parts * KEYS_PER_PART);
}

/** A key that no entry of the page comes before. */
function pageBound({ order, after }: TimelineQuery, { from, to }: SerialRange): SortKey {
  const day = order === 'asc' ? from : to;
  if (after?.earliest === day) return { ...after, id: firstContentId(after.entry) };
  const other = order === 'asc' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return { earliest: day, latest: other, rank: other, id: other };
}

type Compare<Item> = (a: Item, b: Item) => number;

function inverse<Item>(compare: Compare<Item>): Compare<Item> {
  return (a, b) => compare(b, a);
}

function prepare(db: Database) {
  return {
    segments: db.prepare<Segment>(
      'SELECT id, contents, part_days AS partDays FROM segment WHERE contents > 0 AND first_ordinal <= ?',
    ),
    facet: db.prepare<{ id: number }>('SELECT id FROM facet WHERE token = ?'),
    facetPosting: db.prepare<{ positions: Uint8Array }>(
      'SELECT positions FROM posting WHERE segment = ? AND timeline = 0 AND value = ?',
    ),
    wordPosting: db.prepare<{ positions: Uint8Array }>(
      `SELECT positions FROM posting WHERE segment = ? AND timeline = ${WORDS} AND value = ?`,
    ),
    isFrequent: db.prepare<{ isFrequent: number }>(
      `SELECT 2 * sum(contents) > (SELECT sum(contents) FROM segment) AS isFrequent
       FROM segment CROSS JOIN posting ON segment = segment.id AND timeline = ${WORDS} AND value = ?`,
    ),
    timelinePostings: db.prepare<{ positions: Uint8Array; json: string }>(
      `SELECT positions, json FROM posting CROSS JOIN fields ON fields.id = value
       WHERE segment = ? AND timeline = ?`,
    ),
    part: db.prepare<{ contents: Uint8Array }>(
      'SELECT contents FROM segment_part WHERE segment = ? AND part = ?',
    ),
  };
}
