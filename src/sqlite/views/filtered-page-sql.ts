import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { beginningSearch } from './day-searches.ts';
import { Conditions, type SerialRange, type Sql } from './timeline-filter-sql.ts';
import {
  addedEntries,
  addPageStart,
  CONTENT_ENTRIES,
  concatenated,
  entriesSql,
  limited,
  type QueryParts,
  rowsSql,
} from './timeline-page-sql.ts';
import type { Additions, TimelineState } from './timeline-states.ts';

/** Returns a statement that selects one row if more than `rowsMax` rows begin in the range. */
export function isLongSql(
  timeline: TimelineState,
  query: TimelineQuery,
  { days }: QueryParts,
  rowsMax: number,
): Sql {
  const { sql, values } = rowsOf(timeline, query, days);
  return { sql: `SELECT 1 FROM entry WHERE ${sql} LIMIT 1 OFFSET ? + 0`, values: [...values, rowsMax] };
}

/**
 * Returns the statement of a query that leaves out the last part, and searches only the first `rowsMax` rows of those
 * that begin in the range. SQLite returns the rows of a subquery in its order; an order outside it would be sorted.
 */
export function scanSql(
  timeline: TimelineState,
  query: TimelineQuery,
  { first, days }: QueryParts,
  rowsMax: number,
): Sql {
  const rows = rowsOf(timeline, query, days);
  const scanned = limited(`SELECT * FROM entry WHERE ${rows.sql}`, rows.values, {
    ...query,
    limit: rowsMax - 1,
  });
  const search = { source: `(${scanned.sql}) AS entry`, condition: 'TRUE', values: [] };
  return concatenated([...first, rowsSql(timeline, query, search, scanned.values)], query);
}

/** Selects all rows that a search passes, whether they match or not. */
function rowsOf(timeline: TimelineState, query: TimelineQuery, days: SerialRange): Conditions {
  const { condition, values } = beginningSearch(days);
  const conditions = new Conditions().add('entry.timeline = ?', timeline.id).add(condition, ...values);
  addPageStart(conditions, query);
  return conditions;
}

/** Returns the statement of a query on what was added to a timeline, for the entries that begin on the days. */
export function addedSql(
  timeline: TimelineState,
  query: TimelineQuery,
  additions: Additions,
  days: SerialRange,
): Sql {
  const { sql, values } = addedEntries(additions);
  return entriesSql(timeline, query, { ...beginningSearch(days), source: sql, hasContent: true }, values);
}

/** Returns the statement of a query on the rows with some contents, for the entries that begin on the days. */
export function contentsSql(
  timeline: TimelineState,
  query: TimelineQuery,
  contents: readonly number[],
  days: SerialRange,
): Sql {
  const source = `json_each(?) AS added CROSS JOIN content ON content.id = added.value
    CROSS JOIN entry ON ${CONTENT_ENTRIES}`;
  return entriesSql(timeline, query, { ...beginningSearch(days), source, hasContent: true }, [
    JSON.stringify(contents),
    timeline.id,
  ]);
}
