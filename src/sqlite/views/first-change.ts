import type { FirstQuery, Ordinal } from '../../projector/timeline-store.ts';
import type { TextCandidates } from './text-candidates.ts';
import { type Sql, serialRange } from './timeline-filter-sql.ts';
import { firstOfContentsSql, firstOutsideSql, firstSql } from './timeline-page-sql.ts';
import { ordinalOfContent } from './timeline-schema.ts';
import type { TimelineState, TimelineStates } from './timeline-states.ts';

/** A row of a timeline: its sort key and its fields, and the event that added it. */
type AddedRow = readonly [
  earliest: number,
  latest: number,
  rank: number,
  content: number,
  fields: number,
  from: number,
];

/** Index of the event in a row. */
const FROM = 5;

/**
 * Returns the row of the first addition that matches. The beginning of the history of the timeline is scanned first,
 * where frequent words are found. If nothing is found, the indexes name those that match, but for the latest ones.
 *
 * @param scannedRows additions of the first part that is scanned
 */
export function firstChange<Row extends AddedRow>(
  key: string,
  query: FirstQuery,
  timelines: TimelineStates,
  texts: TextCandidates,
  read: (sql: Sql) => readonly Row[],
  scannedRows: number,
): Row | undefined {
  const scan = (after: number, max: number): { readonly row: Row | undefined; readonly last?: number } => {
    const additions = timelines.additions(key, after, query.upTo, max);
    const [row] = additions.contents.length === 0 ? [] : read(firstSql(query, additions));
    const last = additions.contents.length > max ? additions.contents.at(-1)?.from : undefined;
    return { row, ...(last !== undefined && { last }) };
  };
  let { row, last } = scan(0, scannedRows);
  if (row === undefined && last !== undefined && query.text.length > 0) {
    const timeline = timelines.at(key, query.upTo);
    last = texts.indexedUpTo();
    const indexed = { ...query, upTo: Math.min(query.upTo, last) as Ordinal };
    row = timeline && firstIndexed(timeline, indexed, texts, read);
  }
  for (let max = scannedRows * 4; row === undefined && last !== undefined; max *= 4) {
    ({ row, last } = scan(last, max));
  }
  return row;
}

/**
 * Of the rows that begin in the range, nearly all match, so that the first candidates do. Few begin elsewhere. If
 * another timeline showed a content first, it may have been added to this one after contents of later parts.
 */
function firstIndexed<Row extends AddedRow>(
  timeline: TimelineState,
  query: FirstQuery,
  texts: TextCandidates,
  read: (sql: Sql) => readonly Row[],
): Row | undefined {
  const outside = firstOutsideSql(query, timeline.id);
  let [first] = outside === undefined ? [] : read(outside);
  for (const contents of texts.recorded(timeline, query, serialRange(query), query.upTo)) {
    const [row] = read(firstOfContentsSql(query, timeline.id, contents));
    if (row !== undefined && (first === undefined || isBefore(row, first))) first = row;
    const from = first?.[FROM] ?? Number.POSITIVE_INFINITY;
    if (contents.some((content) => ordinalOfContent(content) > from)) break;
  }
  return first;
}

function isBefore([, , , a, , aFrom]: AddedRow, [, , , b, , bFrom]: AddedRow): boolean {
  return aFrom === bFrom ? a < b : aFrom < bFrom;
}
