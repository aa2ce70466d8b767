import { daySerial } from '../../domain/values/edtf.ts';
import { type ChangesQuery, type DensityQuery, MARGIN_DAYS_MAX } from '../../projector/timeline-store.ts';
import { addFacets, addRange, Conditions, type Sql } from './timeline-filter-sql.ts';
import { beginningSearch, type DaySearch, type Extent, reachingSearches } from './timeline-page-sql.ts';
import { OPEN_END_DAY, OPEN_START_DAY, SHORT_SPAN_DAYS } from './timeline-schema.ts';

/**
 * Returns a statement that selects one row if the search would scan more than `entriesMax` rows. Skipping rows costs
 * less than counting them.
 */
export function densityCostSql(timeline: Extent, query: DensityQuery): Sql {
  const searches = [...plainSearches(timeline, query), ...reachSearches(query)];
  const selects = searches.map(
    ({ source, condition }) => `SELECT 1 FROM ${source} WHERE entry.timeline = ? AND ${condition}`,
  );
  return {
    sql: `${selects.join(' UNION ALL ')} LIMIT 1 OFFSET ?`,
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
    ...reachSearches(query).map((search) => countsSql(timeline, query, search, 'entry.reach')),
  ];
  return {
    sql: `SELECT json_group_array(json_array(earliest, latest, entries, json(reach)))
      FROM (${counts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    values: counts.flatMap(({ values }) => values),
  };
}

/** Searches entries that mean all days of their spans for certain. */
function plainSearches(timeline: Extent, query: DensityQuery): readonly DaySearch[] {
  const from = query.from === undefined ? OPEN_START_DAY : daySerial(query.from);
  const beginning = plain(beginningSearch(timeline, { ...query, order: 'asc' }, from));
  if (query.from === undefined || query.certain) return [beginning];
  const [short, , long] = reachingSearches(from);
  return [beginning, short, plain(long)];
}

function plain(search: DaySearch): DaySearch {
  return { ...search, condition: `${search.condition} AND entry.reach IS NULL` };
}

/** Searches all other entries: those that begin near the range, and long ones that begin before. */
function reachSearches({ from, to, certain }: DensityQuery): readonly DaySearch[] {
  const first = from === undefined ? OPEN_START_DAY : daySerial(from);
  const nearest = first - SHORT_SPAN_DAYS - MARGIN_DAYS_MAX;
  const last = to === undefined ? OPEN_END_DAY : daySerial(to) + MARGIN_DAYS_MAX;
  const near = {
    source: 'entry INDEXED BY entry_reach',
    condition: 'entry.reach IS NOT NULL AND entry.earliest BETWEEN ? AND ?',
    values: [nearest, last],
  };
  if (from === undefined || certain) return [near];
  const long = {
    source: 'entry INDEXED BY entry_long_span',
    condition: `entry.reach IS NOT NULL AND entry.latest - entry.earliest > ${SHORT_SPAN_DAYS}
      AND entry.latest >= ? AND entry.earliest < ?`,
    values: [first - MARGIN_DAYS_MAX, nearest],
  };
  return [near, long];
}

/** @param reach the SQL of what the dates may mean */
function countsSql(timeline: Extent, query: DensityQuery, search: DaySearch, reach: string): Sql {
  const conditions = new Conditions()
    .add('entry.timeline = ?', timeline.id)
    .add('entry.from_ordinal <= ? AND entry.to_ordinal > ?', query.asOf, query.asOf)
    .add(search.condition, ...search.values);
  addRange(conditions, query);
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
      WHERE timeline = ? AND from_ordinal > ? AND from_ordinal <= ? LIMIT ?
    ) AS entry ${conditions.versionJoin}`;
  return { sql, values: [...conditions.values, timeline, query.after, query.upTo, query.changesMax + 1] };
}
