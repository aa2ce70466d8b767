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
  /** A filter uses the index only if a page does not have its entries after it has scanned so many rows. */
  readonly scannedRows: number;
  /** Contents wait in memory until there are so many. */
  readonly waitingContents: number;
  /** The same of the text index. */
  readonly waitingTexts: number;
  /** Small segments are merged when they have so many contents together. At most 32,768. */
  readonly segmentContents: number;
}

export const FILTER_INDEX_SIZES: FilterIndexSizes = {
  entriesMin: 1_024,
  scannedRows: 1_024,
  waitingContents: 128,
  waitingTexts: 48,
  segmentContents: 32_768,
};

/**
 * Rows that merges write with each transaction of a projection, and for each content. That is more than merges need, so
 * segments stay few, and less than a reader of the timelines notices.
 */
const MERGED_ROWS = 64;
const MERGED_ROWS_PER_CONTENT = 32;

/** A timeline that the index has. */
interface IndexedTimeline {
  readonly projection: number;
  readonly key: string;
  readonly id: number;
}

interface IndexedRow extends StoredContent {
  readonly fields: number;
}

/**
 * Writes the index of long timelines for filters: sorted segments with postings, as search engines have them. Rows of
 * such timelines wait in memory until they are enough for a segment. Readers find those without the index. After a
 * rollback, or when the file is opened, they are read from the timelines again (`indexed_ordinal` of a projection).
 */
export class FilterIndex {
  readonly #db: Database;
  readonly #sizes: FilterIndexSizes;
  readonly #isLive: boolean;
  readonly #segments: SegmentWriter;
  readonly #statements: ReturnType<typeof prepare>;
  /** Id → content. Undefined if it has to be read from the file. */
  #waiting: Map<number, IndexedContent> | undefined;
  #hasNewTimeline = false;
  /** How many contents were waiting when the last transaction ended. */
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
    for (const { id } of this.#statements.projections.all()) this.#addUnindexedRows(id);
    this.#waitedBefore = this.#waiting.size;
  }

  /** Whether a timeline with so many entries belongs into the index. */
  isLong(entries: number): boolean {
    return entries >= this.#sizes.entriesMin;
  }

  has(projection: number, key: string): boolean {
    return this.#statements.has.get(projection, key) !== undefined;
  }

  /** Adds a timeline with its present rows. */
  addTimeline({ projection, key, id }: IndexedTimeline): void {
    this.#statements.addTimeline.run(projection, key);
    for (const row of this.#statements.rows.all(id)) this.addRow(id, row.fields, row);
    this.#hasNewTimeline = true;
  }

  /** Adds a row of a timeline that the index has. */
  addRow(timeline: number, fields: number, content: StoredContent): void {
    const waiting = this.#waiting?.get(content.id);
    if (waiting === undefined) this.#waiting?.set(content.id, { content, timelines: [timeline, fields] });
    else waiting.timelines.push(timeline, fields);
  }

  /** Writes a segment if it is time. Call it at the end of a transaction, when the checkpoint is written. */
  flush(): void {
    const { waitingContents, segmentContents } = this.#sizes;
    const contents = this.#isLive ? waitingContents : segmentContents;
    const isNeeded = this.#isLive && this.#hasNewTimeline;
    const waiting = this.#waiting?.size ?? 0;
    if (isNeeded || waiting >= contents) this.#write();
    if (this.#isLive) {
      this.#segments.mergeSmall(MERGED_ROWS + MERGED_ROWS_PER_CONTENT * (waiting - this.#waitedBefore));
    }
    this.#waitedBefore = this.#waiting?.size ?? 0;
  }

  /** Writes everything to segments, of which there are few then. */
  flushAll(): void {
    this.#write();
    this.#segments.mergeSmall(Number.POSITIVE_INFINITY);
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#waiting = undefined;
    this.#hasNewTimeline = false;
    this.#segments.reset();
  }

  #write(): void {
    if (this.#waiting === undefined) return;
    this.#segments.write([...this.#waiting.values()]);
    this.#statements.setIndexed.run();
    this.#waiting.clear();
    this.#hasNewTimeline = false;
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
    rows: db.prepare<IndexedRow>(
      `SELECT content.id, content.earliest, content.latest, content.rank, content.facets,
         ${wordsOfContent()} AS words,
         entry.fields
       FROM entry CROSS JOIN content ON content.id = entry.content WHERE entry.timeline = ?`,
    ),
    setIndexed: db.prepare('UPDATE projection SET indexed_ordinal = ifnull(ordinal, 0)'),
  };
}
