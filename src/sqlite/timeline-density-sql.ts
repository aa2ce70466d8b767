import { daySerial } from '../domain/edtf.ts';
import type { DensityQuery, TimelineQuery } from '../projector/timeline-store.ts';
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

/** How many rows the search will pass over, counted up to the bound and one more. */
export function densityCostSql(timeline: Extent, query: DensityQuery): Sql {
  const searches = searchesOf(timeline, query).map(([source, [begins, ...days]]) => ({
    sql: `SELECT 1 FROM ${source} WHERE entry.timeline = ? AND ${begins}`,
    values: [timeline.id, ...days],
  }));
  return {
    sql: `SELECT count(*) FROM (${searches.map(({ sql }) => sql).join(' UNION ALL ')} LIMIT ?)`,
    values: [...searches.flatMap(({ values }) => values), query.entriesMax + 1],
  };
}

/** earliest, latest, and how many entries have these. In the order of the timeline no row has to be sorted. */
export function densitySql(timeline: Extent, query: DensityQuery): Sql {
  const counts = searchesOf(timeline, query).map((search) => countsSql(timeline, query, search));
  return {
    sql: counts.map(({ sql }) => sql).join(' UNION ALL '),
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
  const sql = `SELECT entry.earliest, entry.latest, count(*) FROM ${source}${join}
    WHERE ${conditions.join(' AND ')} GROUP BY entry.earliest, entry.latest`;
  return { sql, values };
}

function inOrder(query: DensityQuery): TimelineQuery {
  return { ...query, order: 'asc', limit: query.entriesMax };
}
