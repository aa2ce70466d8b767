import type { ChangesQuery, DensityQuery } from '../../projector/timeline-store.ts';
import { beginningSearch, type DaySearch, plainSearchesBefore, reachSearches } from './day-searches.ts';
import {
  addCertainRange,
  addFacets,
  addRange,
  Conditions,
  LIMIT,
  type Sql,
  serialRange,
} from './timeline-filter-sql.ts';
import type { Extent } from './timeline-page-sql.ts';

/**
 * Returns a statement that selects one row if the search would scan more than `entriesMax` rows. Skipping rows costs
 * less than counting them.
 */
export function densityCostSql(timeline: Extent, query: DensityQuery): Sql {
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
 * Returns a statement that selects `[[earliest, latest, entries, reach], …]` as one JSON text, which costs less than
 * returning as many rows. Plain dates are grouped in the order of the timeline, so only the others have to be sorted.
 */
export function densitySql(timeline: Extent, query: DensityQuery): Sql {
  const counts = [
    ...plainSearches(timeline, query).map((search) => countsSql(timeline, query, search, 'NULL')),
    ...reachSearches(serialRange(query)).map((search) => countsSql(timeline, query, search, 'entry.reach')),
  ];
  return {
    sql: `SELECT json_group_array(json_array(earliest, latest, entries, json(reach)))
      FROM (${counts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    values: counts.flatMap(({ values }) => values),
  };
}

/** Searches entries without a reach. */
function plainSearches(timeline: Extent, query: DensityQuery): readonly DaySearch[] {
  const range = serialRange(query);
  const search = beginningSearch(timeline, range, { order: 'asc' });
  const beginning = { ...search, condition: `${search.condition} AND entry.reach IS NULL` };
  return query.from === undefined || query.certain ? [beginning] : [beginning, ...plainSearchesBefore(range)];
}

/** @param reach the SQL of what the dates may mean */
function countsSql(timeline: Extent, query: DensityQuery, search: DaySearch, reach: string): Sql {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add('entry.from_ordinal <= ? AND entry.to_ordinal > ?', query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  if (search.refinement !== undefined) conditions.add(search.refinement.sql, ...search.refinement.values);
  if (query.certain) addCertainRange(conditions, query);
  addFacets(conditions, query);
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, count(*) AS entries, ${reach} AS reach
    FROM ${search.source} ${conditions.versionJoin}
    WHERE ${conditions.sql} GROUP BY entry.earliest, entry.latest${reach === 'NULL' ? '' : `, ${reach}`}`;
  return { sql, values: conditions.values };
}

/**
 * Returns a statement that counts the rows made between two ordinals, up to one more than `changesMax`, and those of
 * them that match the filter. Only the end of a row ever changes, and it is not read here, so the counts for a written
 * part of the log never change.
 */
export function changesSql(timeline: number, query: ChangesQuery): Sql {
  const conditions = new Conditions();
  addRange(conditions, query);
  addFacets(conditions, query);
  const columns = ['reach', 'matter'].filter((name) => conditions.sql.includes(`entry.${name}`));
  const sql = `SELECT count(*), coalesce(sum(${conditions.sql || '1'}), 0) FROM (
      SELECT ${['earliest', 'latest', 'version', ...columns].join(', ')} FROM entry INDEXED BY entry_by_start
      WHERE timeline = ? AND from_ordinal > ? AND from_ordinal <= ? ${LIMIT}
    ) AS entry ${conditions.versionJoin}`;
  return { sql, values: [...conditions.values, timeline, query.after, query.upTo, query.changesMax + 1] };
}
