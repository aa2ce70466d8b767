import type { ChangesQuery } from '../../projector/timeline-store.ts';
import { addFacets, addRangeEnd, addRangeStart, Conditions, type Sql } from './timeline-filter-sql.ts';

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
