import type { Database } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';
import type { StoredContent } from './content-table.ts';
import { type FacetTable, facetIds } from './facet-table.ts';
import { encodePositions, POSITIONS_MAX } from './position-set.ts';
import { SegmentMerge, type SmallSegment, WORDS } from './segment-merge.ts';
import { compareSortKeys, encodeKeys, encodePartDays, KEYS_PER_PART, type SortKey } from './segment-parts.ts';
import { ordinalOfContent } from './timeline-schema.ts';

/** A content with the timelines that show it: id of the timeline, id of the fields, and so on. */
export interface IndexedContent {
  readonly content: StoredContent;
  readonly timelines: number[];
}

/** Timeline, 0 for the facets, or `WORDS` → fields, facet or word → positions in any order. */
type Postings = Map<number, Map<number, number[]>>;

/** This many small segments are merged even if they do not have the contents for a large one. */
const SMALL_SEGMENTS_MAX = 64;
/** The same for the smallest ones, each of which has less than a 16th of the contents of a large one. */
const SMALLEST_SEGMENTS_MAX = 16;
/** Beyond this many small segments, merges catch up at once, because readers search all of them. */
const SEGMENTS_BEHIND_MAX = 256;

/**
 * A word has a posting if at least one in this many contents of the segment has it. The text index finds the other
 * words faster.
 */
const FREQUENT = 64;

/** Parts of a text split at spaces that are not words. */
const NON_WORDS = ['', '\n'];

/** Writes the tables `segment`, `segment_part` and `posting`. Segments are never changed, only merged. */
export class SegmentWriter {
  readonly #segmentContents: number;
  readonly #facets: FacetTable;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #postings: BatchInsert;
  readonly #merge: SegmentMerge;
  /** The steps of the merge that has begun. */
  #steps: Generator<number> | undefined;
  #mayBeDue = true;
  #isBehind = false;

  /** @param segmentContents number of contents that small segments have together when they are merged */
  constructor(db: Database, segmentContents: number, facets: FacetTable) {
    this.#facets = facets;
    this.#segmentContents = segmentContents;
    this.#statements = prepare(db);
    this.#postings = new BatchInsert(db, 'posting', 4);
    this.#merge = new SegmentMerge(db, this.#postings);
  }

  write(contents: readonly IndexedContent[]): void {
    for (let start = 0; start < contents.length; start += POSITIONS_MAX) {
      const sorted = contents.slice(start, start + POSITIONS_MAX).sort(compareContents);
      const keys = sorted.map(contentOf);
      this.#insert(keys, postingsOf(sorted).set(WORDS, this.#wordPostings(sorted)));
    }
    this.#mayBeDue = true;
    this.#isBehind = this.#statements.small.all(this.#segmentContents / 2).length > SEGMENTS_BEHIND_MAX;
  }

  /**
   * Continues merging small segments, if a merge is due, until it has cost `rows`, or to the end if there are too many
   * segments.
   */
  mergeSmall(rows: number): void {
    for (let left = this.#isBehind ? Number.POSITIVE_INFINITY : rows; left > 0; ) {
      this.#steps ??= this.#nextMerge();
      if (this.#steps === undefined) break;
      const { value, done } = this.#steps.next();
      if (done === true) this.#steps = undefined;
      else left -= value;
    }
    this.#postings.flush();
    this.#isBehind = false;
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#postings.clear();
    this.#steps = undefined;
    this.#mayBeDue = true;
  }

  /** Returns the steps of the merge that is due; undefined if none is. */
  #nextMerge(): Generator<number> | undefined {
    if (!this.#mayBeDue) return undefined;
    if (this.#statements.hidden.get() !== undefined) return this.#merge.deleteHidden();
    const segments = this.#dueSegments();
    this.#mayBeDue = segments !== undefined;
    return segments && this.#merge.merge(segments);
  }

  /**
   * Segments are merged in two tiers, so that each content is rewritten only a few times and segments stay few: the
   * smallest ones when there are many, and small ones when there are many or they fill a large one. Small means less
   * than half of a large one: segments may share contents, so a merged one is often smaller than their sum.
   */
  #dueSegments(): readonly SmallSegment[] | undefined {
    const smallest = this.#smallSegments(this.#segmentContents / SMALLEST_SEGMENTS_MAX);
    if (smallest.segments.length >= SMALLEST_SEGMENTS_MAX) return smallest.segments;
    const { segments, contents } = this.#smallSegments(this.#segmentContents / 2);
    const areDue = contents >= this.#segmentContents || segments.length > SMALL_SEGMENTS_MAX;
    return areDue ? segments : undefined;
  }

  /** Returns segments with fewer contents than the maximum, as many as fill a large segment. */
  #smallSegments(contentsMax: number) {
    const segments: SmallSegment[] = [];
    let contents = 0;
    for (const segment of this.#statements.small.all(contentsMax)) {
      if (contents >= this.#segmentContents) break;
      segments.push(segment);
      contents += segment.contents;
    }
    return { segments, contents };
  }

  #insert(keys: readonly SortKey[], postings: Postings): void {
    const firstOrdinal = ordinalOfContent(keys.reduce((least, { id }) => Math.min(least, id), Infinity));
    const { id = 0 } = this.#statements.segment.get(keys.length, firstOrdinal, encodePartDays(keys)) ?? {};
    for (let start = 0; start < keys.length; start += KEYS_PER_PART) {
      const part = encodeKeys(keys.slice(start, start + KEYS_PER_PART));
      this.#statements.part.run(id, start / KEYS_PER_PART, part);
    }
    for (const [timeline, values] of postings) {
      for (const [value, positions] of values) {
        this.#postings.add(id, timeline, value, encodePositions(positions, keys.length));
      }
    }
    this.#postings.flush();
  }

  #wordPostings(contents: readonly IndexedContent[]): Map<number, number[]> {
    const positions = new Map<string, number[]>();
    for (const [position, { content }] of contents.entries()) {
      for (const word of (content.words ?? '').split(' ')) {
        const list = positions.get(word);
        if (list === undefined) positions.set(word, [position]);
        else if (list.at(-1) !== position) list.push(position);
      }
    }
    for (const part of NON_WORDS) positions.delete(part);
    const postings = new Map<number, number[]>();
    for (const [word, list] of positions) {
      if (list.length * FREQUENT >= contents.length) postings.set(this.#facets.idOfWord(word), list);
    }
    return postings;
  }
}

function compareContents(a: IndexedContent, b: IndexedContent): number {
  return compareSortKeys(a.content, b.content);
}

function contentOf({ content }: IndexedContent): StoredContent {
  return content;
}

/** Returns the postings of a segment. @param contents in their order in the segment */
export function postingsOf(contents: readonly IndexedContent[]): Postings {
  const postings: Postings = new Map();
  for (const [position, { content, timelines }] of contents.entries()) {
    for (const facet of facetIds(content.facets)) listOf(postings, 0, facet).push(position);
    for (let index = 0; index < timelines.length; index += 2) {
      listOf(postings, timelines[index] ?? 0, timelines[index + 1] ?? 0).push(position);
    }
  }
  return postings;
}

export function distinctWords(words: string): ReadonlySet<string> {
  const distinct = new Set(words.split(' '));
  for (const part of NON_WORDS) distinct.delete(part);
  return distinct;
}

function listOf(postings: Postings, timeline: number, value: number): number[] {
  let values = postings.get(timeline);
  if (values === undefined) {
    values = new Map();
    postings.set(timeline, values);
  }
  const list = values.get(value) ?? [];
  if (list.length === 0) values.set(value, list);
  return list;
}

function prepare(db: Database) {
  return {
    segment: db.prepare<{ id: number }>(
      'INSERT INTO segment (contents, first_ordinal, part_days) VALUES (?, ?, ?) RETURNING id',
    ),
    part: db.prepare('INSERT INTO segment_part VALUES (?, ?, ?)'),
    small: db.prepare<SmallSegment>(
      'SELECT id, contents FROM segment WHERE contents > 0 AND contents < ? ORDER BY id',
    ),
    hidden: db.prepare('SELECT 1 FROM segment WHERE contents = 0 LIMIT 1'),
  };
}
