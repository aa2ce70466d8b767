import { daySerial } from '../../domain/values/edtf.ts';
import type { ChangesQuery, DensityQuery } from '../../projector/timeline-store.ts';
import { addFacets, addRangeEnd, addRangeStart, Conditions, type Sql } from './timeline-filter-sql.ts';
import { beginningSearch, type DaySearch, type Extent, reachingSearches } from './timeline-page-sql.ts';
import { OPEN_START_DAY } from './timeline-schema.ts';

/**
 * Returns a statement that selects one row if the search would scan more than `entriesMax` rows. Skipping rows costs
 * less than counting them.
 */
export function densityCostSql(timeline: Extent, query: DensityQuery): Sql {
  const searches = searchesOf(timeline, query);
  const selects = searches.map(
    ({ source, condition }) => `SELECT 1 FROM ${source} WHERE entry.timeline = ? AND ${condition}`,
  );
  return {
    sql: `${selects.join(' UNION ALL ')} LIMIT 1 OFFSET ?`,
    values: [...searches.flatMap(({ values }) => [timeline.id, ...values]), query.entriesMax],
  };
}

/**
 * Returns a statement that selects `[[earliest, latest, entries], …]` as one JSON text, which costs less than returning
 * as many rows. Grouping follows the order of the timeline, so no row has to be sorted.
 */
export function densitySql(timeline: Extent, query: DensityQuery): Sql {
  const counts = searchesOf(timeline, query).map((search) => countsSql(timeline, query, search));
  return {
    sql: `SELECT json_group_array(json_array(earliest, latest, entries))
      FROM (${counts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    values: counts.flatMap(({ values }) => values),
  };
}

function searchesOf(timeline: Extent, query: DensityQuery): readonly DaySearch[] {
  const from = query.from === undefined ? OPEN_START_DAY : daySerial(query.from);
  const beginning = beginningSearch(timeline, { ...query, order: 'asc' }, from);
  return query.from === undefined || query.certain ? [beginning] : [beginning, ...reachingSearches(from)];
}

function countsSql(timeline: Extent, query: DensityQuery, search: DaySearch): Sql {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add('entry.from_ordinal <= ? AND entry.to_ordinal > ?', query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  addRangeEnd(conditions, query);
  addFacets(conditions, query);
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, count(*) AS entries
    FROM ${search.source} ${conditions.versionJoin}
    WHERE ${conditions.sql} GROUP BY entry.earliest, entry.latest`;
  return { sql, values: conditions.values };
}

/**
 * Returns a statement that counts the rows made between two ordinals, up to one more than `changesMax`, and those of
 * them that match the filter. Only the end of a row ever changes, and it is not read here, so the counts for a written
 * part of the log never change.
 */
export function changesSql(timeline: number, query: ChangesQuery): Sql {
  const conditions = new Conditions();
  addRangeStart(conditions, query);
  addRangeEnd(conditions, query);
  addFacets(conditions, query);
  const matter = query.roles.length > 0 ? ', matter' : '';
  const sql = `SELECT count(*), coalesce(sum(${conditions.sql || '1'}), 0) FROM (
      SELECT earliest, latest, version${matter} FROM entry INDEXED BY entry_by_start
      WHERE timeline = ? AND from_ordinal > ? AND from_ordinal <= ? LIMIT ?
    ) AS entry ${conditions.versionJoin}`;
  return { sql, values: [...conditions.values, timeline, query.after, query.upTo, query.changesMax + 1] };
}
