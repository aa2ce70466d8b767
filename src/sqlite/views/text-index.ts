import type { Database, PreparedStatement } from '../driver.ts';
import type { StoredContent } from './content-table.ts';
import { facetIds } from './facet-table.ts';
import type { FilterIndexSizes } from './filter-index.ts';
import { ADDED_ENTRIES, addedEntries } from './timeline-page-sql.ts';
import { wordsOfContent } from './timeline-schema.ts';
import { TimelineStates } from './timeline-states.ts';

/*
 * The text index is an FTS5 table without contents. A row has the words of a content, its facets and the timelines that
 * show it, so that FTS5 intersects them. The words are folded already (`domain/search/words.ts`), which leaves nothing
 * to do for the tokenizer: it keeps all characters beyond ASCII. Rows are numbered in the order of recording, and their
 * rowids begin with the day, so that FTS5 returns them in the order of a timeline, but for the order within a day.
 */

/** A content that waits to be indexed. */
interface WaitingText {
  readonly content: StoredContent;
  /** The event that shows it there. */
  readonly ordinal: number;
  readonly timelines: number[];
}

/** Numbers of rows are below this. With the days they make safe integers. */
const NUMBERS_END = 2 ** 31;
/** Days before 3772 BC and after 7711 share a number. */
const DAYS_MAX = 2 ** 21;

/** If a projection has stopped, contents are indexed before all projections have added their rows. */
const WAITING_MAX = 8;

/**
 * Each time texts are added, this many pages are merged for each text, or one for this many characters if that is more.
 * Merges need less than that, so FTS5 never has to merge much at once.
 */
const MERGED_PAGES_PER_TEXT = 4;
const MERGED_CHARS_PER_PAGE = 320;

/** FTS5 merges less if more texts are added at once. Nobody reads a file that is being built. */
const BUILDING_FACTOR = 64;

export function facetWord(id: number): string {
  return `_f${id}`;
}

export function timelineWord(id: number): string {
  return `_t${id}`;
}

/** Returns the least rowid of the rows of a day. */
export function firstRowOf(day: number): number {
  return (Math.min(Math.max(day, -DAYS_MAX), DAYS_MAX - 1) + DAYS_MAX) * NUMBERS_END;
}

/** Returns a number that is greater than the rowids of a day. */
export function endOfRows(day: number): number {
  return firstRowOf(day) + NUMBERS_END;
}

/** SQL of the number of the row with a rowid. */
export const ROW_NUMBER = `rowid & ${NUMBERS_END - 1}`;

/** Returns a number that is the same for the rows of a day. */
export function dayOfRow(rowid: number): number {
  return Math.floor(rowid / NUMBERS_END);
}

/**
 * Writes the text index. Rows of timelines wait in memory until they are enough, as those of the filter index. Readers
 * find those without it. After a rollback, or when the file is opened, they are read from the timelines again
 * (`text_ordinal` of a projection).
 */
export class TextIndex {
  readonly #db: Database;
  readonly #textsMin: number;
  readonly #charsMin: number;
  readonly #isLive: boolean;
  readonly #statements: ReturnType<typeof prepare>;
  /** By content and event. Undefined if it has to be read from the file. */
  #waiting: Map<string, WaitingText> | undefined;
  /** Characters of the words that wait. */
  #waitingChars = 0;

  /** @param isLive whether the file has readers after every transaction */
  constructor(
    db: Database,
    { waitingTexts, waitingChars }: Pick<FilterIndexSizes, 'waitingTexts' | 'waitingChars'>,
    isLive: boolean,
  ) {
    this.#db = db;
    this.#textsMin = isLive ? waitingTexts : waitingTexts * BUILDING_FACTOR;
    this.#charsMin = waitingChars / WAITING_MAX;
    this.#isLive = isLive;
    this.#statements = prepare(db);
  }

  /** Call it when a transaction has begun. */
  begin(): void {
    if (this.#waiting !== undefined) return;
    this.#waiting = new Map();
    this.#waitingChars = 0;
    for (const { id } of this.#statements.projections.all()) this.#addUnindexedRows(id);
  }

  /**
   * @param timelines ids of the timelines that get a row
   * @param ordinal the event that adds the rows
   */
  addRows(timelines: number[], ordinal: number, content: StoredContent): void {
    if (content.words === null) return;
    const key = `${content.id} ${ordinal}`;
    const waiting = this.#waiting?.get(key);
    if (waiting !== undefined) {
      waiting.timelines.push(...timelines);
      return;
    }
    this.#waiting?.set(key, { content, ordinal, timelines });
    this.#waitingChars += content.words.length;
  }

  /** Whether the texts that wait are enough, and all projections have added their rows. */
  isDue(): boolean {
    const due = Math.max((this.#waiting?.size ?? 0) / this.#textsMin, this.#waitingChars / this.#charsMin);
    return due >= WAITING_MAX || (due >= 1 && this.#statements.ordinals.get()?.count === 1);
  }

  /** Indexes what waits if it is time. Call it when the checkpoints are written. */
  flush(): void {
    // Otherwise all entries without words would be read again after each rollback.
    if (this.#waiting?.size === 0) this.#statements.setIndexed.run();
    if (this.isDue()) this.flushAll();
  }

  flushAll(): void {
    if (this.#waiting === undefined) return;
    const { last, insert, merge, setIndexed } = this.#statements;
    const texts = [...this.#waiting.values()].sort(compareOrdinals);
    let number = last.get()?.number ?? 0;
    if (number + texts.length >= NUMBERS_END) throw new RangeError('The text index is full');
    const rows: TextRow[] = [];
    for (const text of texts) {
      number += 1;
      insert.row.run(number, text.content.id);
      rows.push({ rowid: firstRowOf(text.content.earliest) + number, text });
    }
    // FTS5 writes what it has in memory before a rowid that is not greater than the one before.
    let chars = 0;
    for (const { rowid, text } of rows.sort(compareRowids)) {
      const document = documentOf(text);
      insert.text.run(rowid, document);
      chars += document.length;
    }
    if (this.#isLive) {
      merge.run(Math.max(texts.length * MERGED_PAGES_PER_TEXT, Math.ceil(chars / MERGED_CHARS_PER_PAGE)));
    }
    setIndexed.run();
    this.#waiting.clear();
    this.#waitingChars = 0;
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#waiting = undefined;
  }

  /** Adds the rows of a projection that are not in the index. */
  #addUnindexedRows(projection: number): void {
    const states = new TimelineStates(this.#db, projection);
    for (const { id, key, after } of this.#statements.changed.all(projection)) {
      const { values } = addedEntries(states.additions(key, after, Number.MAX_SAFE_INTEGER));
      for (const { ordinal, ...content } of this.#statements.added.all(...values)) {
        this.addRows([id], ordinal, content);
      }
    }
  }
}

/** A row of the FTS5 table. */
interface TextRow {
  readonly rowid: number;
  readonly text: WaitingText;
}

function compareOrdinals(a: WaitingText, b: WaitingText): number {
  return a.ordinal - b.ordinal;
}

function compareRowids(a: TextRow, b: TextRow): number {
  return a.rowid - b.rowid;
}

function documentOf({ content, timelines }: WaitingText): string {
  const ids = [...facetIds(content.facets).map(facetWord), ...timelines.map(timelineWord)];
  return `${content.words}${ids.join(' ')}`;
}

function prepare(db: Database) {
  const insert = {
    row: db.prepare('INSERT INTO text_row VALUES (?, ?)'),
    text: db.prepare('INSERT INTO text_index (rowid, text) VALUES (?, ?)'),
  } satisfies Record<string, PreparedStatement>;
  return {
    projections: db.prepare<{ id: number }>('SELECT id FROM projection WHERE ordinal > text_ordinal'),
    ordinals: db.prepare<{ count: number }>(
      'SELECT count(DISTINCT ifnull(ordinal, 0)) AS count FROM projection',
    ),
    changed: db.prepare<{ id: number; key: string; after: number }>(
      `SELECT t.id, t.key, p.text_ordinal AS after
       FROM projection AS p CROSS JOIN timeline AS t ON t.projection = p.id
       WHERE p.id = ? AND t.changed_ordinal > p.text_ordinal`,
    ),
    added: db.prepare<StoredContent & Pick<WaitingText, 'ordinal'>>(
      `SELECT content.id, content.earliest, content.latest, content.rank, content.facets,
         ${wordsOfContent()} AS words,
         entry.from_ordinal AS ordinal
       FROM ${ADDED_ENTRIES} WHERE words IS NOT NULL`,
    ),
    last: db.prepare<{ number: number }>('SELECT number FROM text_row ORDER BY number DESC LIMIT 1'),
    insert,
    merge: db.prepare("INSERT INTO text_index (text_index, rank) VALUES ('merge', ?)"),
    setIndexed: db.prepare('UPDATE projection SET text_ordinal = ifnull(ordinal, 0)'),
  };
}
