import type { TimelineQuery } from '../../projector/timeline-store.ts';
import type { Database, PreparedStatement } from '../driver.ts';
import { type Candidate, FilterCandidates } from './filter-candidates.ts';
import type { FilterIndexSizes } from './filter-index.ts';
import { addedSql, contentsSql, isLongSql, scanSql } from './filtered-page-sql.ts';
import { compareSortKeys } from './segment-parts.ts';
import type { TextCandidates } from './text-candidates.ts';
import { hasFacets, type SerialRange, type Sql } from './timeline-filter-sql.ts';
import { type QueryParts, queryParts } from './timeline-page-sql.ts';
import type { TimelineState, TimelineStates } from './timeline-states.ts';

/** A row of a page: its sort key, then further columns. */
export type PageRow = readonly [
  earliest: number,
  latest: number,
  rank: number,
  content: number,
  ...unknown[],
];

/** Runs a statement that returns rows of a page. */
export type ReadRows<Row> = (sql: Sql) => readonly Row[];

/** What an index has found for a query. */
interface IndexSearch {
  readonly candidates: Iterable<Candidate>;
  /** The query without what the candidates are known to match. */
  readonly filter: TimelineQuery;
  /** The ordinal of the last event whose rows the index has. */
  readonly upTo: number;
}

/** Reads pages with a filter from the filter index, if scanning the timeline finds too little. */
export class FilteredPages<Row extends PageRow> {
  readonly #db: Database;
  readonly #projection: number;
  readonly #timelines: TimelineStates;
  readonly #read: ReadRows<Row>;
  readonly #rowsMax: number;
  readonly #candidates: FilterCandidates;
  readonly #textCandidates: TextCandidates;
  readonly #indexedUpTo: PreparedStatement<{ ordinal: number }>;

  constructor(
    db: Database,
    projection: number,
    timelines: TimelineStates,
    textCandidates: TextCandidates,
    read: ReadRows<Row>,
    { scannedRows }: FilterIndexSizes,
  ) {
    this.#db = db;
    this.#projection = projection;
    this.#timelines = timelines;
    this.#read = read;
    this.#rowsMax = scannedRows;
    this.#candidates = new FilterCandidates(db);
    this.#textCandidates = textCandidates;
    this.#indexedUpTo = db.prepare(
      `SELECT indexed_ordinal AS ordinal FROM projection JOIN indexed_timeline ON projection = id
       WHERE id = ? AND key = ?`,
    );
  }

  /**
   * Returns the rows of a page, with one more than its limit if there is a next one. Undefined if the timeline is not
   * in the index or so short that it is not needed.
   */
  read(timeline: TimelineState, query: TimelineQuery): readonly Row[] | undefined {
    if (!hasFacets(query)) return undefined;
    const parts = queryParts(timeline, query);
    if (!this.#isLong(timeline, query, parts)) return undefined;
    // Reading the words of this many entries would cost more than the text index does.
    if (query.text.length > 0) return this.#readIndex(timeline, query, parts);
    const scanned = this.#read(scanSql(timeline, query, parts, this.#rowsMax));
    return scanned.length > query.limit ? scanned : this.#readIndex(timeline, query, parts);
  }

  /** Whether enough rows begin in the range for the index to be needed. */
  #isLong(timeline: TimelineState, query: TimelineQuery, parts: QueryParts): boolean {
    const { from, to, after } = query;
    if (from === undefined && to === undefined && after === undefined && timeline.present > this.#rowsMax)
      return true;
    return this.#read(isLongSql(timeline, query, parts, this.#rowsMax)).length > 0;
  }

  /**
   * FTS5 is fast if one of the words is rare, or nothing else is asked for; otherwise the postings are. A transaction,
   * because the writer may merge segments meanwhile.
   */
  #readIndex(timeline: TimelineState, query: TimelineQuery, parts: QueryParts): readonly Row[] | undefined {
    this.#db.exec('BEGIN');
    try {
      const indexed = this.#indexedUpTo.get(this.#projection, timeline.key);
      const isCombined = query.text.length !== 1 || hasFacets({ ...query, text: [] });
      const hasPostings = indexed !== undefined && isCombined && this.#candidates.areFrequent(query.text);
      if (query.text.length > 0 && !hasPostings) {
        const candidates = this.#textCandidates.find(timeline, query, parts.days);
        // A phrase may have been found across two texts. Reading the words of a content takes as long as finding it.
        const filter = { ...query, text: query.text.filter(({ words }) => words.length > 1) };
        const upTo = this.#textCandidates.indexedUpTo();
        return this.#indexedRows(timeline, query, parts, { candidates, filter, upTo });
      }
      if (indexed === undefined) return undefined;
      const candidates = this.#candidates.find(timeline.id, query, parts.days);
      return this.#indexedRows(timeline, query, parts, { candidates, filter: query, upTo: indexed.ordinal });
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  #indexedRows(
    timeline: TimelineState,
    query: TimelineQuery,
    { first, days, last }: QueryParts,
    { candidates, filter, upTo }: IndexSearch,
  ): readonly Row[] {
    const rows = first.flatMap(this.#read);
    if (rows.length <= query.limit) {
      // A row that was added twice may be found both ways.
      const found = new Map<number, Row>();
      for (const row of this.#notIndexed(timeline, query, days, upTo)) found.set(row[3], row);
      for (const row of this.#indexed(timeline, filter, days, candidates)) found.set(row[3], row);
      rows.push(...[...found.values()].sort(byKey(query)));
    }
    if (rows.length <= query.limit) rows.push(...last.flatMap(this.#read));
    return rows.slice(0, query.limit + 1);
  }

  /** Returns the matching rows that begin in the range and are not in the index yet. */
  #notIndexed(
    timeline: TimelineState,
    query: TimelineQuery,
    days: SerialRange,
    after: number,
  ): readonly Row[] {
    const additions = this.#timelines.additions(timeline.key, after, query.asOf);
    return additions.contents.length === 0 ? [] : this.#read(addedSql(timeline, query, additions, days));
  }

  /**
   * Returns the first matching rows that begin in the range, of those in the index. Candidates are read in parts, with
   * whole groups: as many as will do if they match as often as those before, but at most twice as many as last time.
   */
  #indexed(
    timeline: TimelineState,
    query: TimelineQuery,
    days: SerialRange,
    candidates: Iterable<Candidate>,
  ): readonly Row[] {
    const found: Row[] = [];
    let [contents, size, read] = [new Set<number>(), query.limit, 0];
    let last: number | undefined;
    const readContents = (): void => {
      found.push(...this.#read(contentsSql(timeline, query, [...contents], days)));
      read += contents.size;
      const missing = query.limit + 1 - found.length;
      size = Math.min(size * 2, Math.ceil((missing * MORE_THAN_ENOUGH * read) / Math.max(found.length, 1)));
      contents = new Set();
    };
    for (const { content, group } of candidates) {
      if (group !== last && contents.size > size) readContents();
      if (found.length > query.limit) return found;
      contents.add(content);
      last = group;
    }
    readContents();
    return found;
  }
}

const MORE_THAN_ENOUGH = 1.25;

function byKey({ order }: TimelineQuery): (a: PageRow, b: PageRow) => number {
  const key = ([earliest, latest, rank, id]: PageRow) => ({ earliest, latest, rank, id });
  return order === 'asc'
    ? (a, b) => compareSortKeys(key(a), key(b))
    : (a, b) => compareSortKeys(key(b), key(a));
}
