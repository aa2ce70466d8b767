import { daySerial } from '../../domain/values/edtf.ts';
import { MARGIN_DAYS_MAX, type TimelineQuery } from '../../projector/timeline-store.ts';
import { addFacets, addRange, Conditions, type Sql } from './timeline-filter-sql.ts';
import { firstVersionId, OPEN_END_DAY, OPEN_START_DAY, SHORT_SPAN_DAYS } from './timeline-schema.ts';

/** The size and the day range of a timeline as of an ordinal. */
export interface Extent {
  /** Id of the timeline. */
  readonly id: number;
  /** Number of entries as of the ordinal. */
  readonly entries: number;
  /** Number of entries at present. */
  readonly present: number;
  /** The least first day of an entry. */
  readonly earliest: number;
  /** The greatest first day of an entry. */
  readonly lastStart: number;
}

/**
 * Returns the statement of a query. It selects one row more than the limit, which shows whether there is a next page.
 *
 * Entries that begin before the range and reach into it sort before all entries that begin in the range. Approximate
 * ones that begin after the range and reach back into it sort after them. Each part uses an index of its own.
 */
export function pageSql(timeline: Extent, query: TimelineQuery): Sql {
  const from = query.from === undefined ? OPEN_START_DAY : daySerial(query.from);
  if (isEarlyState(timeline, query)) return limited(entriesSql(timeline, query, ALL_ENTRIES), query);
  const parts = [limited(entriesSql(timeline, query, beginningSearch(timeline, query, from)), query)];
  const { order, after, certain } = query;
  if (
    query.from !== undefined &&
    !certain &&
    !(order === 'asc' && after !== undefined && after.earliest >= from)
  ) {
    parts.unshift(reachingSql(timeline, query, from));
  }
  const to = query.to === undefined ? OPEN_END_DAY : daySerial(query.to);
  if (
    query.to !== undefined &&
    !certain &&
    !(order === 'desc' && after !== undefined && after.earliest <= to)
  ) {
    parts.push(limited(entriesSql(timeline, query, followingSearch(to)), query));
  }
  return limited(concatenated(order === 'asc' ? parts : parts.reverse()), query);
}

/** Collecting and sorting one entry costs as much as scanning this many. */
const COLLECTING_COST = 10;

/**
 * Decides whether the state has so few entries that collecting and sorting all of them costs less than scanning the
 * timeline, where each match means scanning past the entries recorded later.
 */
function isEarlyState({ entries, present }: Extent, { limit }: TimelineQuery): boolean {
  return entries * 4 < present && entries * COLLECTING_COST < (present / entries) * limit;
}

/** A search for entries by their days: a table with the index to use, and a condition on `entry`. */
export interface DaySearch {
  readonly source: string;
  readonly condition: string;
  readonly values: readonly number[];
}

const ALL_ENTRIES: DaySearch = { source: 'entry INDEXED BY entry_by_start', condition: 'TRUE', values: [] };

/** Searches entries that begin within the range. The search starts after the previous page, so depth costs nothing. */
export function beginningSearch(
  { earliest, lastStart }: Extent,
  { after, order, to }: Pick<TimelineQuery, 'after' | 'order' | 'to'>,
  from: number,
): DaySearch {
  let start = Math.max(from, earliest);
  let end = Math.min(to === undefined ? OPEN_END_DAY : daySerial(to), lastStart);
  if (after !== undefined && order === 'asc') start = Math.max(start, after.earliest);
  if (after !== undefined && order === 'desc') end = Math.min(end, after.earliest);
  return { source: 'entry', condition: 'entry.earliest BETWEEN ? AND ?', values: [start, end] };
}

/**
 * Searches entries that begin before a day and may reach it. Short spans begin at most `SHORT_SPAN_DAYS` before it, or
 * the margin of an approximate date earlier; long ones may begin anywhere and have an index of their own.
 */
export function reachingSearches(
  from: number,
): readonly [short: DaySearch, withReach: DaySearch, long: DaySearch] {
  const days = 'entry.latest - entry.earliest';
  return [
    {
      source: 'entry INDEXED BY entry_short_span',
      condition: `${days} BETWEEN 1 AND ${SHORT_SPAN_DAYS} AND entry.reach IS NULL
        AND entry.earliest < ? AND entry.earliest >= ?`,
      values: [from, from - SHORT_SPAN_DAYS],
    },
    {
      source: 'entry INDEXED BY entry_reach',
      condition: `${days} <= ${SHORT_SPAN_DAYS} AND entry.reach IS NOT NULL
        AND entry.earliest < ? AND entry.earliest >= ?`,
      values: [from, from - SHORT_SPAN_DAYS - MARGIN_DAYS_MAX],
    },
    {
      source: 'entry INDEXED BY entry_long_span',
      condition: `${days} > ${SHORT_SPAN_DAYS} AND entry.earliest < ? AND entry.latest >= ?`,
      values: [from, from - MARGIN_DAYS_MAX],
    },
  ];
}

/** Searches entries that begin after a day and may reach back to it, as approximate ones do. */
export function followingSearch(to: number): DaySearch {
  return {
    source: 'entry INDEXED BY entry_reach',
    condition: 'entry.reach IS NOT NULL AND entry.earliest BETWEEN ? AND ?',
    values: [to + 1, to + MARGIN_DAYS_MAX],
  };
}

function reachingSql(timeline: Extent, query: TimelineQuery, from: number): Sql {
  const parts = reachingSearches(from).map((search) => limited(entriesSql(timeline, query, search), query));
  const { sql, values } = concatenated(parts);
  return limited({ sql: `${sql} ORDER BY ${orderBy(query)}`, values }, query);
}

function limited({ sql, values }: Sql, { limit }: TimelineQuery): Sql {
  return { sql: `${sql} LIMIT ?`, values: [...values, limit + 1] };
}

/** Selects the rows of all parts, in the order of the parts. */
function concatenated(parts: readonly Sql[]): Sql {
  return {
    sql: parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  };
}

function orderBy({ order }: TimelineQuery): string {
  return ['earliest', 'latest', 'rank', 'version'].map((column) => `${column} ${order}`).join(', ');
}

function entriesSql(timeline: Extent, query: TimelineQuery, search: DaySearch): Sql {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add('entry.from_ordinal <= ? AND entry.to_ordinal > ?', query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  addPageStart(conditions, query);
  addRange(conditions, query);
  addFacets(conditions, query);
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, entry.rank AS rank,
      entry.version AS version, entry.matter, version.body
    FROM ${search.source} CROSS JOIN version ON version.id = entry.version
    WHERE ${conditions.sql}
    ORDER BY ${orderBy(query)}`;
  return { sql, values: conditions.values };
}

function addPageStart(conditions: Conditions, { after, order }: TimelineQuery): void {
  if (after === undefined) return;
  const { earliest, latest, rank, entry } = after;
  const key = '(entry.earliest, entry.latest, entry.rank, entry.version)';
  const [sign, version] =
    order === 'asc' ? ['>', firstVersionId(entry + 1) - 1] : ['<', firstVersionId(entry)];
  conditions.add(`${key} ${sign} (?, ?, ?, ?)`, earliest, latest, rank, version);
}
