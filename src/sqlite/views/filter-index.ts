import type { Database } from '../driver.ts';
import type { StoredContent } from './content-table.ts';
import type { FacetTable } from './facet-table.ts';
import { type IndexedContent, SegmentWriter } from './segment-writer.ts';
import { ADDED_ENTRIES, addedEntries } from './timeline-page-sql.ts';
import { wordsOfContent } from './timeline-schema.ts';
import { TimelineStates } from './timeline-states.ts';

/** Sizes of the filter index and of the text index. Tests choose small ones. */
export interface FilterIndexSizes {
  /** A timeline with fewer entries has no postings. */
  readonly entriesMin: number;
  /** A filter uses the index only if scanning this many rows has not filled the page. */
  readonly scannedRows: number;
  /** Contents wait in memory until there are this many. */
  readonly waitingContents: number;
  /** The same for the text index. */
  readonly waitingTexts: number;
  /** Fewer contents wait if their words have this many characters together. */
  readonly waitingChars: number;
  /** Rows of each new timeline that are added with each content. Adding all at once would make readers wait. */
  readonly addedRows: number;
  /** Small segments are merged when they have this many contents together. At most 32,768. */
  readonly segmentContents: number;
}

export const FILTER_INDEX_SIZES: FilterIndexSizes = {
  entriesMin: 1_024,
  scannedRows: 1_024,
  waitingContents: 128,
  waitingTexts: 24,
  waitingChars: 32 << 20,
  addedRows: 32,
  segmentContents: 32_768,
};

/**
 * The budget of merges, in rows: for each update of the index, and in addition for each content. It is more than merges
 * need, so segments stay few, and less than a reader of the timelines notices.
 */
const MERGED_ROWS = 16;
const MERGED_ROWS_PER_CONTENT = 32;

/** A timeline that is being added to the index. */
interface NewTimeline {
  readonly projection: number;
  readonly key: string;
  readonly id: number;
  /** Those that are still to be added. */
  readonly rows: NewRow[];
}

interface NewRow {
  readonly content: number;
  readonly fields: number;
}

interface IndexedRow extends StoredContent {
  readonly fields: number;
}

/**
 * Writes the index of long timelines for filters: sorted segments with postings, as search engines have them. Rows of
 * such timelines wait in memory until they are enough for a segment. Readers find those without the index. After a
 * rollback, or when the file is opened, they are read from the timelines again (`indexed_ordinal` of a projection), and
 * a timeline that was being added is added again when it next changes.
 */
export class FilterIndex {
  readonly #db: Database;
  readonly #sizes: FilterIndexSizes;
  readonly #isLive: boolean;
  readonly #segments: SegmentWriter;
  readonly #statements: ReturnType<typeof prepare>;
  /** Id → content. Undefined if it has to be read from the file. */
  #waiting: Map<number, IndexedContent> | undefined;
  /** Characters of the words that wait. */
  #waitingChars = 0;
  /** By projection and key. Readers do not use the index for them before all of their rows are in segments. */
  readonly #newTimelines = new Map<string, NewTimeline>();
  /** How many contents were waiting after the last update. */
  #waitedBefore = 0;

  /** @param isLive whether the file has readers after every transaction */
  constructor(db: Database, sizes: FilterIndexSizes, isLive: boolean, facets: FacetTable) {
    this.#db = db;
    this.#sizes = sizes;
    this.#isLive = isLive;
    this.#segments = new SegmentWriter(db, sizes.segmentContents, facets);
    this.#statements = prepare(db);
  }

  /** Call it when a transaction has begun. */
  begin(): void {
    if (this.#waiting !== undefined) return;
    this.#waiting = new Map();
    this.#waitingChars = 0;
    for (const { id } of this.#statements.projections.all()) this.#addUnindexedRows(id);
    this.#waitedBefore = this.#waiting.size;
  }

  /** Whether a timeline with this many entries belongs in the index. */
  isLong(entries: number): boolean {
    return entries >= this.#sizes.entriesMin;
  }

  /** Whether rows of the timeline have to be added to the index. */
  has(projection: number, key: string): boolean {
    const isNew = this.#newTimelines.has(nameOf(projection, key));
    return isNew || this.#statements.has.get(projection, key) !== undefined;
  }

  /** Adds a timeline with its present rows, which must have been written. */
  addTimeline({ projection, key, id }: Omit<NewTimeline, 'rows'>): void {
    const rows = this.#statements.rows.all(id);
    this.#newTimelines.set(nameOf(projection, key), { projection, key, id, rows });
  }

  /** Adds a row of a timeline that was added. */
  addRow(timeline: number, fields: number, content: StoredContent): void {
    const waiting = this.#waiting?.get(content.id);
    if (waiting !== undefined) {
      waiting.timelines.push(timeline, fields);
      return;
    }
    this.#waiting?.set(content.id, { content, timelines: [timeline, fields] });
    this.#waitingChars += content.words?.length ?? 0;
  }

  /** Whether the rows that wait are enough for a segment. */
  isDue(): boolean {
    const { waitingContents, waitingChars, segmentContents } = this.#sizes;
    const most = this.#isLive ? waitingContents : segmentContents;
    return (this.#waiting?.size ?? 0) >= most || this.#waitingChars >= waitingChars;
  }

  /** Writes a segment if it is time, and goes on with merges. Call it when the checkpoints are written. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const added = waiting.size - this.#waitedBefore;
    this.#addRows(this.#isLive ? this.#sizes.addedRows * added : Number.POSITIVE_INFINITY);
    if (this.isDue()) this.#write();
    if (this.#isLive) this.#segments.mergeSmall(MERGED_ROWS + MERGED_ROWS_PER_CONTENT * added);
    this.#waitedBefore = waiting.size;
  }

  /** Adds rows of new timelines, up to a limit of each: those that become long together have the same contents. */
  #addRows(limit: number): void {
    for (const { id, rows } of this.#newTimelines.values()) {
      for (const { content, fields } of rows.splice(0, limit)) {
        const stored = this.#waiting?.get(content)?.content ?? this.#statements.content.get(content);
        if (stored !== undefined) this.addRow(id, fields, stored);
      }
    }
  }

  /** Writes everything to segments, of which there are few then. */
  flushAll(): void {
    this.#write();
    this.#segments.mergeSmall(Number.POSITIVE_INFINITY);
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#waiting = undefined;
    this.#newTimelines.clear();
    this.#segments.reset();
  }

  #write(): void {
    if (this.#waiting === undefined) return;
    this.#segments.write([...this.#waiting.values()]);
    for (const [name, { projection, key, rows }] of this.#newTimelines) {
      if (rows.length > 0) continue;
      this.#statements.addTimeline.run(projection, key);
      this.#newTimelines.delete(name);
    }
    this.#statements.setIndexed.run();
    this.#waiting.clear();
    this.#waitingChars = 0;
  }

  /** Adds the rows of a projection that are in no segment. */
  #addUnindexedRows(projection: number): void {
    const states = new TimelineStates(this.#db, projection);
    for (const { id, key, after } of this.#statements.changed.all(projection)) {
      const { values } = addedEntries(states.additions(key, after, Number.MAX_SAFE_INTEGER));
      for (const row of this.#statements.added.all(...values)) this.addRow(id, row.fields, row);
    }
  }
}

function nameOf(projection: number, key: string): string {
  return `${projection} ${key}`;
}

function prepare(db: Database) {
  return {
    projections: db.prepare<{ id: number }>('SELECT id FROM projection WHERE ordinal > indexed_ordinal'),
    changed: db.prepare<{ id: number; key: string; after: number }>(
      `SELECT t.id, t.key, p.indexed_ordinal AS after
       FROM projection AS p CROSS JOIN indexed_timeline AS i ON i.projection = p.id
         CROSS JOIN timeline AS t ON t.projection = p.id AND t.key = i.key
       WHERE p.id = ? AND t.changed_ordinal > p.indexed_ordinal`,
    ),
    added: db.prepare<IndexedRow>(
      `SELECT content.id, content.earliest, content.latest, content.rank, content.facets,
         ${wordsOfContent()} AS words,
         entry.fields
       FROM ${ADDED_ENTRIES}`,
    ),
    has: db.prepare('SELECT 1 FROM indexed_timeline WHERE projection = ? AND key = ?'),
    addTimeline: db.prepare('INSERT INTO indexed_timeline VALUES (?, ?)'),
    rows: db.prepare<NewRow>('SELECT content, fields FROM entry WHERE timeline = ?'),
    content: db.prepare<StoredContent>(
      `SELECT id, earliest, latest, rank, facets, ${wordsOfContent()} AS words FROM content WHERE id = ?`,
    ),
    setIndexed: db.prepare('UPDATE projection SET indexed_ordinal = ifnull(ordinal, 0)'),
  };
}
