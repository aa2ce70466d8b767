import { daySerial } from '../../domain/values/edtf.ts';
import type { FirstQuery, LatestQuery, TimelineQuery } from '../../projector/timeline-store.ts';
import {
  beginningDays,
  beginningSearch,
  type DaySearch,
  searchesAfter,
  searchesBefore,
} from './day-searches.ts';
import {
  addCertainRange,
  addFacets,
  addRange,
  Conditions,
  LIMIT,
  type SerialRange,
  type Sql,
  serialRange,
  VALID_AS_OF,
} from './timeline-filter-sql.ts';
import { firstContentId } from './timeline-schema.ts';
import type { Additions, TimelineState } from './timeline-states.ts';

/**
 * The parts of a query, in its order. Entries that begin before the range and reach into it sort before all entries
 * that begin in the range. Approximate ones that begin after the range and reach back into it sort after them. Each
 * part uses indexes of its own.
 */
export interface QueryParts {
  readonly first: readonly Sql[];
  /** First days of the entries that begin in the range. */
  readonly days: SerialRange;
  readonly last: readonly Sql[];
}

export function queryParts(timeline: TimelineState, query: TimelineQuery): QueryParts {
  const range = serialRange(query);
  const days = beginningDays(timeline, range, query);
  const before = outsideSql(timeline, query, reachesBefore(query) ? searchesBefore(range) : []);
  const after = outsideSql(timeline, query, reachesAfter(query) ? searchesAfter(range) : []);
  return query.order === 'asc' ? { first: before, days, last: after } : { first: after, days, last: before };
}

/** Returns the statement of a query. Its row more than the limit shows whether there is a next page. */
export function pageSql(timeline: TimelineState, query: TimelineQuery): Sql {
  const { first, days, last } = queryParts(timeline, query);
  const found = entriesSql(timeline, query, beginningSearch(days));
  return first.length + last.length === 0 ? found : concatenated([...first, found, ...last], query);
}

/** Collecting and sorting one entry costs as much as scanning this many. */
const COLLECTING_COST = 10;

/**
 * Decides whether the state has so few entries that collecting and sorting all of them costs less than scanning the
 * timeline, where each match means scanning past the entries recorded later.
 */
export function isEarlyState({ entries, present }: TimelineState, { limit }: TimelineQuery): boolean {
  return entries * 4 < present && entries * COLLECTING_COST < (present / entries) * limit;
}

/** Returns the statement of a query on a state with these additions. */
export function earlyStateSql(timeline: TimelineState, query: TimelineQuery, additions: Additions): Sql {
  const conditions = new Conditions().add('TRUE');
  if (!query.certain) addRange(conditions, query);
  const { sql, values } = addedEntries(additions);
  const search = {
    source: sql,
    hasContent: true as const,
    condition: conditions.sql,
    values: conditions.values,
  };
  return entriesSql(timeline, query, search, values);
}

/** Returns the statement that selects the additions that match the filter, from the newest to the oldest. */
export function latestSql(query: LatestQuery, additions: Additions): Sql {
  return changesSql(query, addedEntries(additions), 'DESC', query.limit + 1);
}

/** Returns the statement that selects the first addition that matches the filter. */
export function firstSql(query: FirstQuery, additions: Additions): Sql {
  return changesSql(query, addedEntries(additions), 'ASC', 1);
}

/** The same for the rows of a timeline with some contents. */
export function firstOfContentsSql(query: FirstQuery, timeline: number, contents: readonly number[]): Sql {
  const sql = `json_each(?) AS added CROSS JOIN content ON content.id = added.value
    CROSS JOIN entry ON ${CONTENT_ENTRIES} AND entry.from_ordinal <= ?`;
  return changesSql(query, { sql, values: [JSON.stringify(contents), timeline, query.upTo] }, 'ASC', 1);
}

/** The same for the rows that begin before the range or after it and may reach into it; nothing if there are none. */
export function firstOutsideSql(query: FirstQuery, timeline: number): Sql | undefined {
  const { from, to, certain, upTo } = query;
  const range = serialRange(query);
  const searches = [
    ...(from === undefined || certain ? [] : searchesBefore(range)),
    ...(to === undefined || certain ? [] : searchesAfter(range)),
  ];
  if (searches.length === 0) return undefined;
  const parts = searches.map(({ source, condition, values, refinement }) => ({
    sql: `SELECT entry.* FROM ${source} WHERE entry.timeline = ? AND entry.from_ordinal <= ?
      AND ${condition}${refinement === undefined ? '' : ` AND ${refinement.sql}`}`,
    values: [timeline, upTo, ...values, ...(refinement?.values ?? [])],
  }));
  const source = `(${parts.map(({ sql }) => sql).join(' UNION ALL ')}) AS entry
    CROSS JOIN content ON content.id = entry.content`;
  return changesSql(query, { sql: source, values: parts.flatMap(({ values }) => values) }, 'ASC', 1);
}

function changesSql(query: FirstQuery, source: Sql, direction: 'ASC' | 'DESC', limit: number): Sql {
  const conditions = new Conditions().add('TRUE');
  addRange(conditions, query);
  addFacets(conditions, query);
  return {
    sql: `SELECT ${COLUMNS}, entry.from_ordinal
      FROM ${source.sql} ${conditions.fieldsJoin} WHERE ${conditions.sql}
      ORDER BY entry.from_ordinal ${direction}, entry.content ${direction} ${LIMIT}`,
    values: [...source.values, ...conditions.values, limit],
  };
}

/** Selects the rows of a timeline with a content. */
export const CONTENT_ENTRIES = `entry.timeline = ? AND entry.earliest = content.earliest
  AND entry.latest = content.latest AND entry.rank = content.rank AND entry.content = content.id`;

/** The conditions on the content are checked before its row of `entry` is looked up. */
export const ADDED_ENTRIES = `json_each(?) AS added CROSS JOIN content ON content.id = added.value ->> 'content'
  CROSS JOIN entry ON ${CONTENT_ENTRIES} AND entry.from_ordinal = added.value ->> 'from'`;

/** Selects the rows of `entry` for what was added to a timeline. */
export function addedEntries({ timeline, contents }: Additions): Sql {
  return { sql: ADDED_ENTRIES, values: [JSON.stringify(contents), timeline] };
}

/** Whether entries that begin before the range may match. In ascending order the first pages have them. */
function reachesBefore({ from, certain, order, after }: TimelineQuery): boolean {
  if (from === undefined || certain) return false;
  return order === 'desc' || after === undefined || after.earliest < daySerial(from);
}

/** Whether entries that begin after the range may match. In descending order the first pages have them. */
function reachesAfter({ to, certain, order, after }: TimelineQuery): boolean {
  if (to === undefined || certain) return false;
  return order === 'asc' || after === undefined || after.earliest > daySerial(to);
}

const COLUMNS = `entry.earliest AS earliest, entry.latest AS latest, entry.rank AS rank, entry.content AS content,
  entry.fields AS fields`;

export function entriesSql(
  timeline: TimelineState,
  query: TimelineQuery,
  search: DaySearch,
  sourceValues: Sql['values'] = [],
): Sql {
  const { sql, values } = rowsSql(timeline, query, search, sourceValues);
  return limited(sql, values, query);
}

/** Only the keys of entries are selected, so that little is sorted. Their texts are read afterwards. */
export function rowsSql(
  timeline: TimelineState,
  query: TimelineQuery,
  search: DaySearch,
  sourceValues: Sql['values'] = [],
): Sql {
  const conditions = conditionsOf(timeline, query, search);
  const joins = search.hasContent === true ? conditions.fieldsJoin : conditions.joins;
  return {
    sql: `SELECT ${COLUMNS} FROM ${search.source} ${joins} WHERE ${conditions.sql}`,
    values: [...sourceValues, ...conditions.values],
  };
}

/**
 * Selects the entries of several searches in one order; nothing without a search. They are sorted all at once: a sorter
 * for each search would cost more than the searches. The inner limit keeps SQLite from that.
 */
function outsideSql(
  timeline: TimelineState,
  query: TimelineQuery,
  searches: readonly DaySearch[],
): readonly Sql[] {
  if (searches.length === 0) return [];
  const parts = searches.map((search) => rowsSql(timeline, query, search));
  const all = parts.map(({ sql }) => sql).join(' UNION ALL ');
  return [
    limited(
      `SELECT * FROM (${all} LIMIT -1)`,
      parts.flatMap(({ values }) => values),
      query,
    ),
  ];
}

export function limited(sql: string, values: Sql['values'], { order, limit }: TimelineQuery): Sql {
  const columns = ['earliest', 'latest', 'rank', 'content'].map((column) => `${column} ${order}`);
  return { sql: `${sql} ORDER BY ${columns.join(', ')} ${LIMIT}`, values: [...values, limit + 1] };
}

/** Selects the rows of all parts, in the order of the parts. */
export function concatenated(parts: readonly Sql[], { limit }: TimelineQuery): Sql {
  const sql = parts.map((part) => `SELECT * FROM (${part.sql})`).join(' UNION ALL ');
  return { sql: `${sql} ${LIMIT}`, values: [...parts.flatMap(({ values }) => values), limit + 1] };
}

function conditionsOf(timeline: TimelineState, query: TimelineQuery, search: DaySearch): Conditions {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add(VALID_AS_OF, query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  if (search.refinement !== undefined) conditions.add(search.refinement.sql, ...search.refinement.values);
  addPageStart(conditions, query);
  if (query.certain) addCertainRange(conditions, query);
  addFacets(conditions, query);
  return conditions;
}

export function addPageStart(conditions: Conditions, { after, order }: TimelineQuery): void {
  if (after === undefined) return;
  const { earliest, latest, rank, entry } = after;
  const key = '(entry.earliest, entry.latest, entry.rank, entry.content)';
  const [sign, content] =
    order === 'asc' ? ['>', firstContentId(entry + 1) - 1] : ['<', firstContentId(entry)];
  conditions.add(`${key} ${sign} (?, ?, ?, ?)`, earliest, latest, rank, content);
}
