import type { Database } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';
import { NEAR_DAYS, OPEN_START_DAY, STILL_VALID } from './timeline-schema.ts';

/** The size and the day range of a timeline. */
interface Summary {
  entries: number;
  /** The least first day of an entry. */
  earliest: number;
  /** The greatest first day of an entry. */
  lastStart: number;
  /** The greatest last day of an entry. */
  latest: number;
}

interface Timeline extends Summary {
  readonly id: number;
  /** An entry at an end of the range was removed, so the range must be read from the rows again. */
  isRangeStale: boolean;
}

const CACHED_TIMELINES_MAX = 20_000;

/** Writes the summary of each timeline after each event that changes it. */
export class TimelineSummaries {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #rows: BatchInsert;
  /**
   * The timelines by their keys. Not an LRU cache: a transaction changes its timelines before it writes them, so none
   * may be evicted before the transaction ends.
   */
  readonly #cache = new Map<string, Timeline>();
  /** The timelines that the event `#ordinal` has changed, not written yet. */
  readonly #changed = new Set<Timeline>();
  #ordinal: number;
  #nextId: number;

  /** @param changedOrdinal ordinal of the last event that changed a timeline of the file; 0 if none has. */
  constructor(db: Database, changedOrdinal: number) {
    this.#statements = prepare(db);
    this.#rows = new BatchInsert(db, 'summary', 6);
    this.#ordinal = changedOrdinal;
    this.#nextId = this.#greatestId() + 1;
  }

  /** The ordinal of the last event that changed a timeline; 0 if none has. */
  get changedOrdinal(): number {
    return this.#ordinal;
  }

  /** Counts an entry that the event with this ordinal adds. Returns the id of the timeline. */
  add(key: string, earliest: number, latest: number, ordinal: number): number {
    const timeline = this.#changedTimeline(key, ordinal);
    const isFirst = timeline.entries === 0;
    timeline.earliest = isFirst ? earliest : Math.min(timeline.earliest, earliest);
    timeline.lastStart = isFirst ? earliest : Math.max(timeline.lastStart, earliest);
    timeline.latest = isFirst ? latest : Math.max(timeline.latest, latest);
    timeline.entries += 1;
    return timeline.id;
  }

  /** Uncounts an entry that the event with this ordinal removes. Returns the id of the timeline. */
  remove(key: string, earliest: number, latest: number, ordinal: number): number {
    const timeline = this.#changedTimeline(key, ordinal);
    timeline.entries -= 1;
    if (earliest === timeline.earliest || earliest === timeline.lastStart || latest === timeline.latest) {
      timeline.isRangeStale = true;
    }
    return timeline.id;
  }

  /** Writes the remaining summaries. The rows of `entry` must have been written. */
  flush(): void {
    this.#addChangedRows();
    this.#rows.flush();
  }

  /** Bounds the memory use. Call it between transactions only. */
  trimCache(): void {
    if (this.#cache.size > CACHED_TIMELINES_MAX) this.#cache.clear();
  }

  /** Discards the state in memory after a transaction was rolled back to `changedOrdinal`. */
  reset(changedOrdinal: number): void {
    this.#cache.clear();
    this.#changed.clear();
    this.#rows.clear();
    this.#ordinal = changedOrdinal;
    this.#nextId = this.#greatestId() + 1;
  }

  /** Returns a timeline to change. The first change by a further event writes the changes by the one before it. */
  #changedTimeline(key: string, ordinal: number): Timeline {
    if (ordinal !== this.#ordinal) {
      this.#addChangedRows();
      this.#ordinal = ordinal;
    }
    const timeline = this.#cache.get(key) ?? this.#find(key) ?? this.#create(key);
    this.#cache.set(key, timeline);
    this.#changed.add(timeline);
    return timeline;
  }

  #addChangedRows(): void {
    for (const timeline of this.#changed) {
      if (timeline.isRangeStale) this.#readRange(timeline);
      const { id, entries, earliest, lastStart, latest } = timeline;
      this.#rows.add(id, this.#ordinal, entries, earliest, lastStart, latest);
    }
    this.#changed.clear();
  }

  #find(key: string): Timeline | undefined {
    const id = this.#statements.idOf.get(key)?.id;
    const summary = id === undefined ? undefined : this.#statements.lastSummary.get(id);
    return id === undefined || summary === undefined ? undefined : { id, ...summary, isRangeStale: false };
  }

  #create(key: string): Timeline {
    const id = this.#nextId++;
    this.#statements.addTimeline.run(id, key);
    return { id, entries: 0, earliest: 0, lastStart: 0, latest: 0, isRangeStale: false };
  }

  #readRange(timeline: Timeline): void {
    const { firstStart, lastStart, latestOfShort, latestOfLong } = this.#statements;
    timeline.isRangeStale = false;
    if (timeline.entries === 0) return;
    timeline.earliest = dayOf(firstStart.get(timeline.id, STILL_VALID));
    timeline.lastStart = dayOf(lastStart.get(timeline.id, STILL_VALID));
    const short = latestOfShort.get(timeline.id, timeline.lastStart - NEAR_DAYS, STILL_VALID);
    const long = latestOfLong.get(timeline.id, STILL_VALID);
    timeline.latest = Math.max(dayOf(short), dayOf(long));
  }

  #greatestId(): number {
    return this.#statements.greatestId.get()?.id ?? 0;
  }
}

interface DayRow {
  readonly day: number | null;
}

/** Returns the day of the row, or a day before all days if there is none. */
function dayOf(row: DayRow | undefined): number {
  return row?.day ?? OPEN_START_DAY;
}

function prepare(db: Database) {
  const fromTimeline = 'FROM entry WHERE timeline = ?';
  return {
    idOf: db.prepare<{ id: number }>('SELECT id FROM timeline WHERE key = ?'),
    greatestId: db.prepare<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM timeline'),
    addTimeline: db.prepare('INSERT INTO timeline VALUES (?, ?)'),
    lastSummary: db.prepare<Summary>(
      `SELECT entries, earliest, last_start AS lastStart, latest FROM summary WHERE timeline = ?
       ORDER BY ordinal DESC LIMIT 1`,
    ),
    firstStart: db.prepare<DayRow>(
      `SELECT earliest AS day ${fromTimeline} AND to_ordinal = ? ORDER BY earliest LIMIT 1`,
    ),
    lastStart: db.prepare<DayRow>(
      `SELECT earliest AS day ${fromTimeline} AND to_ordinal = ? ORDER BY earliest DESC LIMIT 1`,
    ),
    /** A short span that ends after the last start begins at most `NEAR_DAYS` before it. */
    latestOfShort: db.prepare<DayRow>(
      `SELECT max(latest) AS day ${fromTimeline} AND earliest >= ? AND to_ordinal = ?
       AND latest - earliest <= ${NEAR_DAYS}`,
    ),
    latestOfLong: db.prepare<DayRow>(
      `SELECT latest AS day FROM entry INDEXED BY entry_long_span WHERE timeline = ?
       AND latest - earliest > ${NEAR_DAYS} AND to_ordinal = ? ORDER BY latest DESC LIMIT 1`,
    ),
  };
}
