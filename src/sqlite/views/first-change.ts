import type { FirstQuery } from '../../projector/timeline-store.ts';
import type { TextCandidates } from './text-candidates.ts';
import type { Sql } from './timeline-filter-sql.ts';
import { firstOfContentsSql, firstSql } from './timeline-page-sql.ts';
import type { TimelineStates } from './timeline-states.ts';

/** Additions of the first part that is scanned. Frequent words are found there. */
const FIRST_SCANNED = 1_000;

/**
 * Returns the row of the first addition that matches. The beginning of the history of the timeline is scanned first. If
 * nothing is found, the text index names those that match, but for the latest ones.
 */
export function firstChange<Row>(
  key: string,
  query: FirstQuery,
  timelines: TimelineStates,
  texts: TextCandidates,
  read: (sql: Sql) => readonly Row[],
): Row | undefined {
  const scan = (after: number, max: number): { readonly row: Row | undefined; readonly last?: number } => {
    const additions = timelines.additions(key, after, query.upTo, max);
    const [row] = additions.contents.length === 0 ? [] : read(firstSql(query, additions));
    const last = additions.contents.length > max ? additions.contents.at(-1)?.from : undefined;
    return { row, ...(last !== undefined && { last }) };
  };
  let { row, last } = scan(0, FIRST_SCANNED);
  if (row === undefined && last !== undefined && query.text.length > 0) {
    const timeline = timelines.at(key, query.upTo);
    for (const contents of timeline === undefined ? [] : texts.recorded(timeline, query)) {
      [row] = read(firstOfContentsSql(query, timeline?.id ?? 0, contents));
      if (row !== undefined) return row;
    }
    last = texts.indexedUpTo();
  }
  for (let max = FIRST_SCANNED * 4; row === undefined && last !== undefined; max *= 4) {
    ({ row, last } = scan(last, max));
  }
  return row;
}
