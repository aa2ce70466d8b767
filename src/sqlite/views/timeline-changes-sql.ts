import { daySerial } from '../../domain/values/edtf.ts';
import type { ChangesQuery } from '../../projector/timeline-store.ts';
import { type Sql, type Where, whereEnds, whereFacets } from './timeline-page-sql.ts';

/**
 * How many rows were made in a stretch of the log, up to the bound and one more, and how many of them the filter lets
 * through. Rows stay as they are but for their end, which is not asked for: a stretch that is written has one answer
 * for ever.
 */
export function changesSql(timeline: number, query: ChangesQuery): Sql {
  const conditions: string[] = [];
  const values: (number | string)[] = [];
  const where: Where = (condition, ...bound) => {
    conditions.push(condition);
    values.push(...bound);
  };
  whereBegins(query, where);
  whereEnds(query, where);
  whereFacets(query, where);
  const matter = query.roles.length > 0 ? ', matter' : '';
  const looksIntoVersion = conditions.some((condition) => condition.includes('version.'));
  const join = looksIntoVersion ? 'CROSS JOIN version ON version.id = entry.version' : '';
  const sql = `SELECT count(*), coalesce(sum(${conditions.join(' AND ') || '1'}), 0) FROM (
      SELECT earliest, latest, version${matter} FROM entry INDEXED BY entry_by_start
      WHERE timeline = ? AND from_ordinal > ? AND from_ordinal <= ? LIMIT ?
    ) AS entry ${join}`;
  return { sql, values: [...values, timeline, query.after, query.upTo, query.changesMax + 1] };
}

function whereBegins({ from, certain }: ChangesQuery, where: Where): void {
  if (from !== undefined) where(certain ? 'entry.earliest >= ?' : 'entry.latest >= ?', daySerial(from));
}
