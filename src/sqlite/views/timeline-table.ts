import type { Database } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';
import type { StoredContent } from './content-table.ts';
import type { EntryTable } from './entry-table.ts';
import type { FilterIndex } from './filter-index.ts';
import { decodeChanges, pushChange, type TimelineChange } from './timeline-changes.ts';

interface Timeline {
  readonly id: number;
  readonly key: string;
  createdOrdinal: number;
  changedOrdinal: number;
  entries: number;
  earliest: number;
  lastStart: number;
  latest: number;
  /** The changes that are not in `history` yet: their bytes, their number, and the ends. */
  changes: number[];
  changesCount: number;
  firstChange: number;
  lastChange: TimelineChange | undefined;
  /** The contents that the present event has added. */
  added: number[];
  /** An entry at an end of the range was removed, so the range must be read from the rows again. */
  isRangeStale: boolean;
  /** Its rows have to be added to the filter index. */
  isIndexed: boolean;
  /** It has a row in the table. */
  isStored: boolean;
}

interface EntryDays {
  readonly earliest: number;
  readonly latest: number;
}

/** Number of changes in a row of `history`. Each change rewrites those that are not in one yet, so they are few. */
const CHANGES_PER_ROW = 8;

const CACHED_TIMELINES_MAX = 2_000;
/** More for a file that is built: its pages change thousands of timelines, and its thread soon ends. */
const CACHED_TIMELINES_MAX_BUILDING = 20_000;

/** Gives the timelines of a file their ids. */
export class TimelineIds {
  #next: number;

  constructor(db: Database) {
    const row = db.prepare<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM timeline').get();
    this.#next = (row?.id ?? 0) + 1;
  }

  next(): number {
    return this.#next++;
  }
}

/** Writes the tables `timeline` and `history` for one projection. */
export class TimelineTable {
  readonly #projection: number;
  readonly #ids: TimelineIds;
  readonly #filterIndex: FilterIndex;
  readonly #entries: EntryTable;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #history: BatchInsert;
  /**
   * The timelines by their keys, those that changed last at the end. Only `trimCache` evicts some: a transaction
   * changes its timelines before it writes them.
   */
  readonly #cache = new Map<string, Timeline>();
  /** The timelines that the event `#ordinal` has changed. */
  readonly #changed = new Set<Timeline>();
  /** The timelines whose rows have to be written. */
  readonly #unwritten = new Set<Timeline>();
  #ordinal = 0;

  constructor(
    db: Database,
    projection: number,
    ids: TimelineIds,
    filterIndex: FilterIndex,
    entries: EntryTable,
  ) {
    this.#projection = projection;
    this.#ids = ids;
    this.#filterIndex = filterIndex;
    this.#entries = entries;
    this.#statements = prepare(db);
    this.#history = new BatchInsert(db, 'history', 3);
  }

  /** The ordinal of the last event that changed a timeline since the file was opened, or `reset`; 0 if none has. */
  get changedOrdinal(): number {
    return this.#ordinal;
  }

  /** Counts an entry that the event with this ordinal adds, before its row is written. */
  add(
    key: string,
    { id, earliest, latest }: StoredContent,
    ordinal: number,
  ): Readonly<Pick<Timeline, 'id' | 'isIndexed'>> {
    const timeline = this.#changedTimeline(key, ordinal);
    const isFirst = timeline.entries === 0;
    timeline.earliest = isFirst ? earliest : Math.min(timeline.earliest, earliest);
    timeline.lastStart = isFirst ? earliest : Math.max(timeline.lastStart, earliest);
    timeline.latest = isFirst ? latest : Math.max(timeline.latest, latest);
    timeline.entries += 1;
    timeline.added.push(id);
    return timeline;
  }

  /** Uncounts an entry that the event with this ordinal removes. Returns the id of the timeline. */
  remove(key: string, { earliest, latest }: EntryDays, ordinal: number): number {
    const timeline = this.#changedTimeline(key, ordinal);
    timeline.entries -= 1;
    if (earliest === timeline.earliest || earliest === timeline.lastStart || latest === timeline.latest) {
      timeline.isRangeStale = true;
    }
    return timeline.id;
  }

  /** Writes the changed timelines. */
  flush(): void {
    this.#endEvent();
    for (const timeline of this.#unwritten) {
      const { key, id, createdOrdinal, changedOrdinal, entries, earliest, lastStart, latest } = timeline;
      const { insert, update } = this.#statements;
      const state = [changedOrdinal, entries, earliest, lastStart, latest, new Uint8Array(timeline.changes)];
      if (timeline.isStored) update.run(...state, id);
      else insert.run(id, this.#projection, key, createdOrdinal, ...state);
      timeline.isStored = true;
    }
    this.#unwritten.clear();
    this.#history.flush();
  }

  /** Bounds the memory use, and keeps those that changed last. Call it when all changed timelines are written. */
  trimCache(isLive: boolean): void {
    const max = isLive ? CACHED_TIMELINES_MAX : CACHED_TIMELINES_MAX_BUILDING;
    for (const key of this.#cache.keys()) {
      if (this.#cache.size <= max) break;
      this.#cache.delete(key);
    }
  }

  /** Discards the state in memory after a transaction was rolled back. */
  reset(): void {
    this.#cache.clear();
    this.#changed.clear();
    this.#unwritten.clear();
    this.#history.clear();
    this.#ordinal = 0;
  }

  /** Returns a timeline to change. The first change by a further event completes those by the one before it. */
  #changedTimeline(key: string, ordinal: number): Timeline {
    if (ordinal !== this.#ordinal) {
      this.#endEvent();
      this.#ordinal = ordinal;
    }
    const timeline = this.#cache.get(key) ?? this.#find(key) ?? this.#create(key, ordinal);
    this.#cache.delete(key);
    this.#cache.set(key, timeline);
    this.#changed.add(timeline);
    return timeline;
  }

  #endEvent(): void {
    for (const timeline of this.#changed) {
      if (timeline.isRangeStale) this.#readRange(timeline);
      this.#addChange(timeline);
      if (!timeline.isIndexed && this.#filterIndex.isLong(timeline.entries)) this.#addToIndex(timeline);
      this.#unwritten.add(timeline);
    }
    this.#changed.clear();
  }

  #addToIndex(timeline: Timeline): void {
    const { key, id } = timeline;
    this.#entries.flush();
    this.#filterIndex.addTimeline({ projection: this.#projection, key, id });
    timeline.isIndexed = true;
  }

  #addChange(timeline: Timeline): void {
    const { entries, earliest, lastStart, latest, added, lastChange } = timeline;
    const change = { ordinal: this.#ordinal, entries, earliest, lastStart, latest, added };
    pushChange(timeline.changes, change, lastChange);
    if (lastChange === undefined) timeline.firstChange = this.#ordinal;
    timeline.changesCount += 1;
    timeline.lastChange = change;
    timeline.changedOrdinal = this.#ordinal;
    timeline.added = [];
    if (timeline.changesCount < CHANGES_PER_ROW) return;
    this.#history.add(timeline.id, timeline.firstChange, new Uint8Array(timeline.changes));
    Object.assign(timeline, noChanges());
  }

  #find(key: string): Timeline | undefined {
    const found = this.#statements.find.get(this.#projection, key);
    if (found === undefined) return undefined;
    const { changes: stored, ...row } = found;
    const changes = decodeChanges(stored);
    return {
      key,
      changes: [...stored],
      changesCount: changes.length,
      firstChange: changes[0]?.ordinal ?? 0,
      lastChange: changes.at(-1),
      added: [],
      isRangeStale: false,
      isIndexed: this.#filterIndex.has(this.#projection, key),
      isStored: true,
      ...row,
    };
  }

  #create(key: string, ordinal: number): Timeline {
    const [id, createdOrdinal, changedOrdinal] = [this.#ids.next(), ordinal, ordinal];
    const extent = { entries: 0, earliest: 0, lastStart: 0, latest: 0 };
    return {
      id,
      key,
      createdOrdinal,
      changedOrdinal,
      ...extent,
      ...noChanges(),
      added: [],
      isRangeStale: false,
      isIndexed: false,
      isStored: false,
    };
  }

  #readRange(timeline: Timeline): void {
    timeline.isRangeStale = false;
    if (timeline.entries > 0) Object.assign(timeline, this.#entries.rangeOf(timeline.id));
  }
}

function noChanges(): Pick<Timeline, 'changes' | 'changesCount' | 'firstChange' | 'lastChange'> {
  return { changes: [], changesCount: 0, firstChange: 0, lastChange: undefined };
}

interface StoredTimeline
  extends Pick<
    Timeline,
    'id' | 'createdOrdinal' | 'changedOrdinal' | 'entries' | 'earliest' | 'lastStart' | 'latest'
  > {
  readonly changes: Uint8Array;
}

function prepare(db: Database) {
  return {
    find: db.prepare<StoredTimeline>(
      `SELECT id, created_ordinal AS createdOrdinal, changed_ordinal AS changedOrdinal,
         entries, earliest, last_start AS lastStart, latest, changes
       FROM timeline WHERE projection = ? AND key = ?`,
    ),
    insert: db.prepare('INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    /** To replace the row would write it to the indexes again, which do not change. */
    update: db.prepare(
      `UPDATE timeline SET changed_ordinal = ?, entries = ?, earliest = ?, last_start = ?, latest = ?, changes = ?
       WHERE id = ?`,
    ),
  };
}
