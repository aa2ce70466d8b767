import { daySerial } from '../../domain/values/edtf.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { FACETS, type Facet, facetWord } from './timeline-facets.ts';
import { firstVersionId, OPEN_END, OPEN_START, SHORT_SPAN_DAYS } from './timeline-schema.ts';

/** A timeline as of an ordinal. */
export interface Extent {
  readonly id: number;
  /** Entries then, and at present. */
  readonly entries: number;
  readonly present: number;
  /** First and last of the first days. */
  readonly earliest: number;
  readonly lastStart: number;
}

/** SQL with the values of its parameters, in their order. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly (number | string)[];
}

/**
 * The statement of a query; one row more than asked tells of a next page. What reaches into the time asked for from
 * before it stands before all that begins in it, so these are searches of their own, each by an index.
 */
export function pageSql(timeline: Extent, query: TimelineQuery): Sql {
  const from = query.from === undefined ? OPEN_START : daySerial(query.from);
  if (isEarly(timeline, query)) return gatheredSql(timeline, query, from);
  const [start, end] = startRange(timeline, query, from);
  const beginning = limited(
    entriesSql(timeline, query, 'entry', ['entry.earliest BETWEEN ? AND ?', start, end]),
    query,
  );
  if (query.from === undefined || query.certain) return beginning;
  const isPast = query.order === 'asc' && query.after !== undefined && query.after.earliest >= from;
  if (isPast) return beginning;
  const reaching = reachingSql(timeline, query, from);
  return limited(union(query.order === 'asc' ? [reaching, beginning] : [beginning, reaching]), query);
}

/** To gather an entry and sort it costs as much as to pass over so many. */
const GATHERING_COST = 10;

/**
 * Whether so little was recorded by then that to gather all of it costs less than to search the timeline for it, where
 * each entry found means passing over those that were recorded later.
 */
function isEarly({ entries, present }: Extent, { limit }: TimelineQuery): boolean {
  return entries * 4 < present && entries * GATHERING_COST < (present / entries) * limit;
}

/** All entries of an early state, sorted. */
function gatheredSql(timeline: Extent, query: TimelineQuery, from: number): Sql {
  const bound = query.certain ? 'entry.earliest >= ?' : 'entry.latest >= ?';
  return limited(entriesSql(timeline, query, 'entry INDEXED BY entry_by_start', [bound, from]), query);
}

/** First and last of the first days that are searched: the search begins there, be the page ever so deep. */
export function startRange(
  { earliest, lastStart }: Extent,
  query: TimelineQuery,
  from: number,
): [number, number] {
  const { after, order, to } = query;
  const [start, end] = [
    Math.max(from, earliest),
    Math.min(to === undefined ? OPEN_END : daySerial(to), lastStart),
  ];
  if (after === undefined) return [start, end];
  return order === 'asc' ? [Math.max(start, after.earliest), end] : [start, Math.min(end, after.earliest)];
}

/** Where entries are searched, and which of them by their days. */
export type Search = readonly [source: string, begins: readonly [string, ...number[]]];

/** What begins before a day and does not end before it: short spans a little before it, long ones anywhere. */
export function reachingSearches(from: number): readonly [short: Search, long: Search] {
  const reaches = 'entry.earliest < ? AND entry.latest >= ? AND entry.latest - entry.earliest';
  const isShort = `${reaches} BETWEEN 1 AND ${SHORT_SPAN_DAYS} AND entry.earliest >= ?`;
  return [
    ['entry INDEXED BY entry_short_span', [isShort, from, from, from - SHORT_SPAN_DAYS]],
    ['entry INDEXED BY entry_long_span', [`${reaches} > ${SHORT_SPAN_DAYS}`, from, from]],
  ];
}

function reachingSql(timeline: Extent, query: TimelineQuery, from: number): Sql {
  const searches = reachingSearches(from).map(([source, begins]) =>
    limited(entriesSql(timeline, query, source, begins), query),
  );
  const { sql, values } = union(searches);
  return limited({ sql: `${sql} ORDER BY ${orderBy(query)}`, values }, query);
}

function limited({ sql, values }: Sql, { limit }: TimelineQuery): Sql {
  return { sql: `${sql} LIMIT ?`, values: [...values, limit + 1] };
}

/** The rows of the one, then those of the other. */
function union(parts: readonly Sql[]): Sql {
  return {
    sql: parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  };
}

function orderBy({ order }: TimelineQuery): string {
  return ['earliest', 'latest', 'version'].map((column) => `${column} ${order}`).join(', ');
}

function entriesSql(
  timeline: Extent,
  query: TimelineQuery,
  source: string,
  [begins, ...days]: readonly [string, ...number[]],
): Sql {
  const conditions = ['entry.from_ordinal <= ?', 'entry.to_ordinal > ?', begins];
  const values: (number | string)[] = [timeline.id, query.asOf, query.asOf, ...days];
  const where: Where = (condition, ...bound) => {
    conditions.push(condition);
    values.push(...bound);
  };
  whereAfter(query, where);
  whereEnds(query, where);
  whereFacets(query, where);
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, entry.version AS version,
      entry.matter, version.body
    FROM ${source} CROSS JOIN version ON version.id = entry.version
    WHERE entry.timeline = ? AND ${conditions.join(' AND ')}
    ORDER BY ${orderBy(query)}`;
  return { sql, values };
}

export type Where = (condition: string, ...values: readonly (number | string)[]) => void;

function whereAfter({ after, order }: TimelineQuery, where: Where): void {
  if (after === undefined) return;
  const version = order === 'asc' ? firstVersionId(after.entry + 1) - 1 : firstVersionId(after.entry);
  const beyond = order === 'asc' ? '>' : '<';
  where(
    `(entry.earliest, entry.latest, entry.version) ${beyond} (?, ?, ?)`,
    after.earliest,
    after.latest,
    version,
  );
}

export function whereEnds({ to, certain }: Pick<TimelineQuery, 'to' | 'certain'>, where: Where): void {
  if (to !== undefined) where(certain ? 'entry.latest <= ?' : 'entry.earliest <= ?', daySerial(to));
}

export function whereFacets(query: Pick<TimelineQuery, Facet | 'roles'>, where: Where): void {
  const anyOf = (column: string, words: readonly string[]): void => {
    if (words.length === 0) return;
    where(`(${words.map(() => `instr(${column}, ?) > 0`).join(' OR ')})`, ...words);
  };
  for (const facet of FACETS) {
    anyOf(
      'version.facets',
      query[facet].map((value) => facetWord(facet, value)),
    );
  }
  anyOf(
    'entry.matter',
    query.roles.map((role) => JSON.stringify(role)),
  );
}
