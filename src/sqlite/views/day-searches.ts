import { MARGIN_DAYS_MAX, type TimelineQuery } from '../../projector/timeline-store.ts';
import { reachOverlaps, type SerialRange, type Sql } from './timeline-filter-sql.ts';
import { NEAR_DAYS, OPEN_START_DAY } from './timeline-schema.ts';

/*
 * An entry whose date may lie in a range begins before it, within it or after it. Those that begin within it always
 * match, as the first day as stated is one that the date may mean. The others are found by indexes of their own.
 */

/** A search for entries by their days: a table with the index to use, and a condition on `entry`. */
export interface DaySearch {
  readonly source: string;
  /** The source also has `content`. */
  readonly hasContent?: true;
  readonly condition: string;
  readonly values: Sql['values'];
  /** A condition that costs more, for an index that also has other entries. */
  readonly refinement?: Sql;
}

/**
 * Returns the first days of the entries of a page that begin within the range. They start after the previous page, so
 * depth costs nothing.
 *
 * @param extent the least and greatest first day of the timeline's entries
 */
export function beginningDays(
  extent: { readonly earliest: number; readonly lastStart: number },
  { from, to }: SerialRange,
  { after, order }: Pick<TimelineQuery, 'after' | 'order'>,
): SerialRange {
  let start = Math.max(from, extent.earliest);
  let end = Math.min(to, extent.lastStart);
  if (after !== undefined && order === 'asc') start = Math.max(start, after.earliest);
  if (after !== undefined && order === 'desc') end = Math.min(end, after.earliest);
  return { from: start, to: end };
}

/** Searches entries that begin on the days, in the order of the timeline. */
export function beginningSearch({ from, to }: SerialRange): DaySearch {
  return { source: 'entry', condition: 'entry.earliest BETWEEN ? AND ?', values: [from, to] };
}

/** Searches entries that begin before the range and may reach it. */
export function searchesBefore(range: SerialRange): readonly DaySearch[] {
  const { from } = range;
  return [
    ...plainSearchesBefore(range),
    nearSearch({ from: from - NEAR_DAYS, to: from - 1 }, range),
    farSearch({ from: OPEN_START_DAY, to: from - 1 }, range),
  ];
}

/** Searches only those without a reach. Long spans may begin anywhere, and have an index of their own. */
export function plainSearchesBefore({ from }: SerialRange): readonly DaySearch[] {
  const reaches = 'entry.reach IS NULL AND entry.earliest < ? AND entry.latest >= ?';
  return [
    {
      source: 'entry INDEXED BY entry_short_span',
      condition: `entry.latest - entry.earliest BETWEEN 1 AND ${NEAR_DAYS} AND ${reaches} AND entry.earliest >= ?`,
      values: [from, from, from - NEAR_DAYS],
    },
    {
      source: 'entry INDEXED BY entry_long_span',
      condition: `entry.latest - entry.earliest > ${NEAR_DAYS} AND ${reaches}`,
      values: [from, from],
    },
  ];
}

/** Searches entries that begin after the range and may reach back to it, as approximate ones do. */
export function searchesAfter(range: SerialRange): readonly DaySearch[] {
  const { to } = range;
  return [
    nearSearch({ from: to + 1, to: to + NEAR_DAYS }, range),
    farSearch({ from: to + 1, to: to + MARGIN_DAYS_MAX }, range),
  ];
}

/** Searches all entries with a reach that may lie in the range. */
export function reachSearches(range: SerialRange): readonly DaySearch[] {
  const { from, to } = range;
  return [
    nearSearch({ from: from - NEAR_DAYS, to: to + NEAR_DAYS }, range),
    farSearch({ from: OPEN_START_DAY, to: to + MARGIN_DAYS_MAX }, range),
  ];
}

/** Searches entries that begin from one day to another, and may mean days of the range that are not far from it. */
function nearSearch(start: SerialRange, { from, to }: SerialRange): DaySearch {
  return {
    source: 'entry INDEXED BY entry_near_reach',
    condition: `entry.reach_days <= ${NEAR_DAYS} AND entry.earliest BETWEEN ? AND ?
      AND entry.earliest + entry.reach_days >= ? AND entry.earliest - entry.reach_days <= ?`,
    values: [start.from, start.to, from, to],
    refinement: reachOverlaps({ from, to }),
  };
}

/** The same for entries that may mean days far from their first one. */
function farSearch(start: SerialRange, { from, to }: SerialRange): DaySearch {
  return {
    source: 'entry INDEXED BY entry_far_reach',
    condition: `entry.reach_days > ${NEAR_DAYS} AND entry.latest >= ? AND entry.earliest BETWEEN ? AND ?`,
    values: [from - MARGIN_DAYS_MAX, start.from, start.to],
    refinement: reachOverlaps({ from, to }),
  };
}
