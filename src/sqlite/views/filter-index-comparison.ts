import type { Database } from '../driver.ts';
import type { StoredContent } from './content-table.ts';
import { wordToken } from './facet-table.ts';
import { decodePositions, encodePositions } from './position-set.ts';
import { WORDS } from './segment-merge.ts';
import {
  compareSortKeys,
  decodeKeys,
  encodeKeys,
  encodePartDays,
  KEY_BYTES,
  KEYS_PER_PART,
} from './segment-parts.ts';
import { distinctWords, postingsOf } from './segment-writer.ts';
import { ordinalOfContent, wordsOfContent } from './timeline-schema.ts';

interface Segment {
  readonly id: number;
  readonly contents: number;
  readonly firstOrdinal: number;
  readonly partDays: Uint8Array;
}

interface IndexedTimeline {
  readonly id: number;
  readonly key: string;
  /** The ordinal of the last event whose rows the index has. */
  readonly upTo: number;
}

/**
 * Returns how the filter index of a view file differs from its other tables. Readers trust it: pages with filters do
 * not have what it lacks. Which segment has a content does not matter.
 */
export function filterIndexDifferences(database: Database, schema: string): readonly string[] {
  const statements = prepare(database, schema);
  /** Segment → ids of its contents by position. */
  const segments = new Map<number, readonly number[]>();
  for (const segment of statements.segments.all()) {
    const contents = contentsOf(segment, statements);
    const isRight =
      contents !== undefined &&
      areFacetsRight(contents, segment, statements) &&
      areWordsRight(contents, segment, statements);
    if (!isRight) {
      return [`filter index: segment ${segment.id} does not have the days and facets of its contents`];
    }
    segments.set(
      segment.id,
      contents.map(({ id }) => id),
    );
  }
  for (const timeline of statements.timelines.all()) {
    const [rows, indexed] = [rowsOf(timeline, statements), indexedRows(timeline, segments, statements)];
    const [missing, added] = [countMissing(rows, indexed), countMissing(indexed, rows)];
    if (missing > 0 || added > 0) {
      return [
        `filter index: of the timeline ${timeline.key}, ${missing} rows are missing, ${added} are no rows`,
      ];
    }
  }
  return [];
}

type Statements = ReturnType<typeof prepare>;

/** Returns the contents of a segment by position; undefined if the segment was not made of contents of the file. */
function contentsOf(segment: Segment, statements: Statements): readonly StoredContent[] | undefined {
  const parts = statements.parts.all(segment.id);
  const keysOfPart = (part: number): number =>
    Math.min(segment.contents - part * KEYS_PER_PART, KEYS_PER_PART);
  const areWhole = parts.every(({ part, contents }, index) => {
    return part === index && contents.byteLength === keysOfPart(part) * KEY_BYTES;
  });
  if (!areWhole) return undefined;
  const keys = parts.flatMap(({ contents }) => decodeKeys(contents));
  const contents = keys.flatMap(({ id }) => statements.content.get(id) ?? []).sort(compareSortKeys);
  const firstId = contents.reduce((least, { id }) => Math.min(least, id), Number.POSITIVE_INFINITY);
  const isRight =
    contents.length === segment.contents &&
    areEqual(encodeKeys(keys), encodeKeys(contents)) &&
    areEqual(segment.partDays, encodePartDays(contents)) &&
    segment.firstOrdinal === ordinalOfContent(firstId);
  return isRight ? contents : undefined;
}

function areFacetsRight(
  contents: readonly StoredContent[],
  { id }: Segment,
  statements: Statements,
): boolean {
  const expected = postingsOf(contents.map((content) => ({ content, timelines: [] }))).get(0);
  const stored = statements.facets.all(id);
  return (
    stored.length === expected?.size &&
    stored.every(({ value, positions }) => {
      return areEqual(positions, encodePositions(expected.get(value) ?? [], contents.length));
    })
  );
}

/** Not every word has a posting. */
function areWordsRight(contents: readonly StoredContent[], { id }: Segment, statements: Statements): boolean {
  const words = contents.map((content) => distinctWords(content.words ?? ''));
  return statements.words.all(id).every(({ token, positions }) => {
    const word = token.slice(wordToken('').length);
    const expected = words.flatMap((distinct, position) => (distinct.has(word) ? [position] : []));
    return areEqual(positions, encodePositions(expected, contents.length));
  });
}

/** Returns what the index has to have of a timeline, as pairs of fields and content. */
function rowsOf({ id, upTo }: IndexedTimeline, { rows }: Statements): ReadonlySet<string> {
  return new Set(rows.all(id, upTo).map(({ fields, content }) => `${fields} ${content}`));
}

function indexedRows(
  { id }: IndexedTimeline,
  segments: ReadonlyMap<number, readonly number[]>,
  { postings }: Statements,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { segment, value, positions } of postings.all(id)) {
    const contents = segments.get(segment) ?? [];
    const isWhole = positions.byteLength % Uint16Array.BYTES_PER_ELEMENT === 0;
    for (const position of isWhole ? decodePositions(positions, contents.length) : []) {
      found.add(`${value} ${contents[position]}`);
    }
  }
  return found;
}

function countMissing(expected: ReadonlySet<string>, found: ReadonlySet<string>): number {
  let missing = 0;
  for (const row of expected) if (!found.has(row)) missing += 1;
  return missing;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function prepare(db: Database, schema: string) {
  return {
    segments: db.prepare<Segment>(
      `SELECT id, contents, first_ordinal AS firstOrdinal, part_days AS partDays
       FROM ${schema}.segment WHERE contents > 0`,
    ),
    parts: db.prepare<{ part: number; contents: Uint8Array }>(
      `SELECT part, contents FROM ${schema}.segment_part WHERE segment = ? ORDER BY part`,
    ),
    content: db.prepare<StoredContent>(
      `SELECT id, earliest, latest, rank, facets, ${wordsOfContent(schema)} AS words
       FROM ${schema}.content WHERE id = ?`,
    ),
    facets: db.prepare<{ value: number; positions: Uint8Array }>(
      `SELECT value, positions FROM ${schema}.posting WHERE segment = ? AND timeline = 0`,
    ),
    words: db.prepare<{ token: string; positions: Uint8Array }>(
      `SELECT token, positions FROM ${schema}.posting JOIN ${schema}.facet ON facet.id = value
       WHERE segment = ? AND timeline = ${WORDS}`,
    ),
    timelines: db.prepare<IndexedTimeline>(
      `SELECT t.id, t.key, p.indexed_ordinal AS upTo FROM ${schema}.indexed_timeline AS i
         JOIN ${schema}.projection AS p ON p.id = i.projection
         JOIN ${schema}.timeline AS t ON t.projection = i.projection AND t.key = i.key`,
    ),
    rows: db.prepare<{ fields: number; content: number }>(
      `SELECT fields, content FROM ${schema}.entry WHERE timeline = ? AND from_ordinal <= ?`,
    ),
    postings: db.prepare<{ segment: number; value: number; positions: Uint8Array }>(
      `SELECT segment, value, positions FROM ${schema}.segment
         CROSS JOIN ${schema}.posting ON segment = segment.id WHERE contents > 0 AND timeline = ?`,
    ),
  };
}
