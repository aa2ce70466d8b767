import { daySerial } from '../../domain/values/edtf.ts';
import type { DensityQuery, TimelineQuery } from '../../projector/timeline-store.ts';
import {
  type Extent,
  reachingSearches,
  type Search,
  type Sql,
  startRange,
  type Where,
  whereEnds,
  whereFacets,
} from './timeline-page-sql.ts';
import { OPEN_START } from './timeline-schema.ts';

/** One row when the search would pass over more rows than it may. To skip rows costs less than to count them. */
export function densityCostSql(timeline: Extent, query: DensityQuery): Sql {
  const searches = searchesOf(timeline, query).map(([source, [begins, ...days]]) => ({
    sql: `SELECT 1 FROM ${source} WHERE entry.timeline = ? AND ${begins}`,
    values: [timeline.id, ...days],
  }));
  return {
    sql: `${searches.map(({ sql }) => sql).join(' UNION ALL ')} LIMIT 1 OFFSET ?`,
    values: [...searches.flatMap(({ values }) => values), query.entriesMax],
  };
}

/**
 * `[[earliest, latest, entries], …]` as one JSON text, which costs less to hand over than so many rows. In the order of
 * the timeline no row has to be sorted.
 */
export function densitySql(timeline: Extent, query: DensityQuery): Sql {
  const counts = searchesOf(timeline, query).map((search) => countsSql(timeline, query, search));
  return {
    sql: `SELECT json_group_array(json_array(earliest, latest, entries))
      FROM (${counts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    values: counts.flatMap(({ values }) => values),
  };
}

function searchesOf(timeline: Extent, query: DensityQuery): readonly Search[] {
  const from = query.from === undefined ? OPEN_START : daySerial(query.from);
  const [start, end] = startRange(timeline, inOrder(query), from);
  const beginning: Search = ['entry', ['entry.earliest BETWEEN ? AND ?', start, end]];
  return query.from === undefined || query.certain ? [beginning] : [beginning, ...reachingSearches(from)];
}

function countsSql(timeline: Extent, query: DensityQuery, [source, [begins, ...days]]: Search): Sql {
  const conditions = ['entry.timeline = ?', 'entry.from_ordinal <= ?', 'entry.to_ordinal > ?', begins];
  const values: (number | string)[] = [timeline.id, query.asOf, query.asOf, ...days];
  const where: Where = (condition, ...bound) => {
    conditions.push(condition);
    values.push(...bound);
  };
  whereEnds(inOrder(query), where);
  whereFacets(inOrder(query), where);
  const looksIntoVersion = conditions.some((condition) => condition.includes('version.'));
  const join = looksIntoVersion ? ' CROSS JOIN version ON version.id = entry.version' : '';
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, count(*) AS entries FROM ${source}${join}
    WHERE ${conditions.join(' AND ')} GROUP BY entry.earliest, entry.latest`;
  return { sql, values };
}

function inOrder(query: DensityQuery): TimelineQuery {
  return { ...query, order: 'asc', limit: query.entriesMax };
}
