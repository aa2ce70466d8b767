import type { ChangesQuery, DensityQuery } from '../../projector/timeline-store.ts';
import {
  beginningDays,
  beginningSearch,
  type DaySearch,
  plainSearchesBefore,
  reachSearches,
} from './day-searches.ts';
import { facetToken } from './facet-table.ts';
import {
  addCertainRange,
  addFacets,
  addRange,
  Conditions,
  type Sql,
  serialRange,
  VALID_AS_OF,
} from './timeline-filter-sql.ts';
import { addedEntries } from './timeline-page-sql.ts';
import type { Additions, TimelineState } from './timeline-states.ts';

/**
 * Returns a statement that selects one row if the search would scan more than `entriesMax` rows. Skipping rows costs
 * less than counting them.
 */
export function densityCostSql(timeline: TimelineState, query: DensityQuery): Sql {
  const searches = [...plainSearches(timeline, query), ...reachSearches(serialRange(query))];
  const selects = searches.map(
    ({ source, condition }) => `SELECT 1 FROM ${source} WHERE entry.timeline = ? AND ${condition}`,
  );
  return {
    sql: `${selects.join(' UNION ALL ')} LIMIT 1 OFFSET ? + 0`,
    values: [...searches.flatMap(({ values }) => [timeline.id, ...values]), query.entriesMax],
  };
}

/**
 * Returns a statement that selects `[[earliest, latest, type, entries, reach], …]` as one JSON text, which costs less
 * than returning as many rows. Plain dates are grouped in the order of the timeline, so only the others have to be
 * sorted.
 */
export function densitySql(timeline: TimelineState, query: DensityQuery): Sql {
  const counts = [
    ...plainSearches(timeline, query).map((search) => countsSql(timeline, query, search, 'NULL')),
    ...reachSearches(serialRange(query)).map((search) => countsSql(timeline, query, search, 'entry.reach')),
  ];
  return {
    sql: `SELECT json_group_array(json_array(earliest, latest, ${TYPE}, entries, json(reach)))
      FROM (${counts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    values: counts.flatMap(({ values }) => values),
  };
}

/** The type of the entries of a group. The ids of the facets of a content begin with that of its type. */
const TYPE_FACET = 'CAST(substr(content.facets, 2) AS INTEGER)';
const TYPE = `(SELECT substr(token, ${facetToken('types', '').length + 1}) FROM facet WHERE id = type)`;

/** Searches entries without a reach. */
function plainSearches(timeline: TimelineState, query: DensityQuery): readonly DaySearch[] {
  const range = serialRange(query);
  const search = beginningSearch(beginningDays(timeline, range, { order: 'asc' }));
  const beginning = { ...search, condition: `${search.condition} AND entry.reach IS NULL` };
  return query.from === undefined || query.certain ? [beginning] : [beginning, ...plainSearchesBefore(range)];
}

/** @param reach the SQL of what the dates may mean */
function countsSql(timeline: TimelineState, query: DensityQuery, search: DaySearch, reach: string): Sql {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add(VALID_AS_OF, query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  if (search.refinement !== undefined) conditions.add(search.refinement.sql, ...search.refinement.values);
  if (query.certain) addCertainRange(conditions, query);
  addFacets(conditions, query);
  const joins = query.byType
    ? `CROSS JOIN content ON content.id = entry.content ${conditions.fieldsJoin}`
    : conditions.joins;
  const type = query.byType ? TYPE_FACET : 'NULL';
  const grouped = [...(query.byType ? ['type'] : []), ...(reach === 'NULL' ? [] : [reach])];
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, ${type} AS type, count(*) AS entries,
      ${reach} AS reach
    FROM ${search.source} ${joins}
    WHERE ${conditions.sql} GROUP BY ${['entry.earliest', 'entry.latest', ...grouped].join(', ')}`;
  return { sql, values: conditions.values };
}

/**
 * Returns a statement that counts the additions that match the filter. Only the end of a row ever changes, and it is
 * not read here, so the counts for a written part of the log never change.
 */
export function changesSql(query: ChangesQuery, additions: Additions): Sql {
  const conditions = new Conditions().add('TRUE');
  addRange(conditions, query);
  addFacets(conditions, query);
  const added = addedEntries(additions);
  return {
    sql: `SELECT count(*) FROM ${added.sql} ${conditions.fieldsJoin} WHERE ${conditions.sql}`,
    values: [...added.values, ...conditions.values],
  };
}
