import type { SearchTerm } from '../../domain/search/text-query.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { FACET_NAMES, type FacetName, facetToken } from './facet-table.ts';
import type { Candidate } from './filter-candidates.ts';
import { dayOfRow, endOfRows, facetWord, firstRowOf, ROW_NUMBER, timelineWord } from './text-index.ts';
import type { SerialRange } from './timeline-filter-sql.ts';
import { ordinalOfContent } from './timeline-schema.ts';
import type { TimelineState } from './timeline-states.ts';

/** Each part of the rows that are read has this many times the rows of the one before. */
const GROWTH = 4;

/** The same of parts in the order of recording, for which FTS5 reads all matches. */
const FIRST_NUMBERS = 64;

type ContentQuery = Pick<TimelineQuery, FacetName | 'text'>;

interface TextRow {
  readonly rowid: number;
  readonly content: number;
}

/** Finds contents by their words in the text index. Use it within a read transaction. */
export class TextCandidates {
  readonly #statements: ReturnType<typeof prepare>;

  /** @param projection id of the row of `projection` */
  constructor(db: Database, projection: number) {
    this.#statements = prepare(db, projection);
  }

  /** The ordinal of the last event whose rows the index has. */
  indexedUpTo(): number {
    return this.#statements.indexedUpTo.get()?.ordinal ?? 0;
  }

  /**
   * Returns the contents that a timeline shows or has shown, and that have the words and facets of the query, by the
   * day on which they begin, in the order of the query. Those of a day are a group. A few before the start of the page
   * are among them, and one may occur twice. Roles are not searched for.
   */
  *find(timeline: TimelineState, query: TimelineQuery, days: SerialRange): Generator<Candidate> {
    const match = this.#matchOf(timeline, query);
    if (match === undefined) return;
    const { order, after, asOf } = query;
    let first = firstRowOf(order === 'asc' ? Math.max(days.from, after?.earliest ?? days.from) : days.from);
    const lastDay = order === 'desc' ? Math.min(days.to, after?.earliest ?? days.to) : days.to;
    let end = endOfRows(lastDay);
    // Mostly enough for a page and the rest of its last day, as FTS5 merges the words with a prefix for each part anew.
    for (let limit = 2 * query.limit + 2; ; limit *= GROWTH) {
      const rows = this.#statements.rows[order].all(match, first, end, limit);
      for (const { rowid, content } of rows) {
        if (ordinalOfContent(content) <= asOf) yield { content, group: dayOfRow(rowid) };
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) return;
      if (order === 'asc') first = last.rowid + 1;
      else end = last.rowid;
    }
  }

  /**
   * Returns the contents that begin on the days, and that the words and facets of a query match, in the order of
   * recording, in parts. It ends with one that shows a later event than `upTo`, as all others were recorded after that.
   */
  *recorded(
    timeline: TimelineState,
    query: ContentQuery,
    days: SerialRange,
    upTo: number,
  ): Generator<readonly number[]> {
    const match = this.#matchOf(timeline, query);
    const [first, end] = [firstRowOf(days.from), endOfRows(days.to)];
    let last = match === undefined ? undefined : 0;
    for (let limit = FIRST_NUMBERS; match !== undefined && last !== undefined; limit *= GROWTH) {
      const rows = this.#statements.recorded.all(match, first, end, last, limit);
      if (rows.length > 0) yield rows.map(({ content }) => content);
      const isPast = rows.some(({ content }) => ordinalOfContent(content) > upTo);
      last = isPast || rows.length < limit ? undefined : rows.at(-1)?.number;
    }
  }

  /** Returns the query in the language of FTS5; undefined if nothing can match. */
  #matchOf({ id, present }: TimelineState, query: ContentQuery): string | undefined {
    const parts = query.text.map(phrase);
    // Of a timeline with most of the contents, FTS5 would read a long list that rules out little.
    if (present * 2 < (this.#statements.last.get()?.number ?? 0)) parts.push(`"${timelineWord(id)}"`);
    for (const facet of FACET_NAMES.filter((name) => query[name].length > 0)) {
      const ids = query[facet].flatMap(
        (value) => this.#statements.facet.get(facetToken(facet, value))?.id ?? [],
      );
      if (ids.length === 0) return undefined;
      parts.push(`(${ids.map((id) => `"${facetWord(id)}"`).join(' OR ')})`);
    }
    return parts.join(' AND ');
  }
}

function phrase({ words, isPrefix }: SearchTerm): string {
  return `"${words.join(' ')}"${isPrefix ? ' *' : ''}`;
}

function prepare(db: Database, projection: number) {
  // Large numbers arrive as floating-point ones, which FTS5 does not use to limit what it reads.
  const rows = (order: 'asc' | 'desc') =>
    db.prepare<TextRow>(
      `SELECT found.rowid, text_row.content FROM text_index AS found
         CROSS JOIN text_row ON text_row.number = found.${ROW_NUMBER}
       WHERE found.text_index MATCH ? AND found.rowid >= CAST(? AS INTEGER) AND found.rowid < CAST(? AS INTEGER)
       ORDER BY found.rowid ${order} LIMIT ?`,
    );
  return {
    facet: db.prepare<{ id: number }>('SELECT id FROM facet WHERE token = ?'),
    last: db.prepare<{ number: number }>('SELECT max(number) AS number FROM text_row'),
    indexedUpTo: db.prepare<{ ordinal: number }>(
      `SELECT text_ordinal AS ordinal FROM projection WHERE id = ${projection}`,
    ),
    rows: { asc: rows('asc'), desc: rows('desc') },
    recorded: db.prepare<{ number: number; content: number }>(
      `SELECT text_row.number, text_row.content
       FROM (SELECT found.${ROW_NUMBER} AS number FROM text_index AS found
             WHERE found.text_index MATCH ? AND found.rowid >= CAST(? AS INTEGER) AND found.rowid < CAST(? AS INTEGER)
               AND found.${ROW_NUMBER} > ? ORDER BY 1 LIMIT ?) AS matching
         CROSS JOIN text_row ON text_row.number = matching.number
       ORDER BY text_row.number`,
    ),
  };
}
