import type { Database } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';
import { OPEN_START, SHORT_SPAN_DAYS, STILL_STANDING } from './timeline-schema.ts';

/** How a timeline stands. */
interface Summary {
  entries: number;
  /** Least first day. */
  earliest: number;
  /** Greatest first day: where the timeline ends in its order. */
  lastStart: number;
  /** Greatest last day. */
  latest: number;
}

interface Timeline extends Summary {
  readonly id: number;
  /** An entry at one of the ends was taken away: the ends must be looked up again. */
  endsUnknown: boolean;
}

const TIMELINES_IN_MEMORY_MAX = 20_000;

/** Keeps the summary of each timeline after each event that changes it. */
export class TimelineSummaries {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #summaries: BatchInsert;
  readonly #known = new Map<string, Timeline>();
  /** Those that the event in hand has changed. */
  readonly #changed = new Set<Timeline>();
  #ordinal: number;
  #nextId: number;

  /** @param changedOrdinal of the last event that changed a timeline of the file; 0 when there is none */
  constructor(db: Database, changedOrdinal: number) {
    this.#statements = prepare(db);
    this.#summaries = new BatchInsert(db, 'summary', 6);
    this.#ordinal = changedOrdinal;
    this.#nextId = this.#greatestId() + 1;
  }

  /** Of the last event that changed a timeline. */
  get changedOrdinal(): number {
    return this.#ordinal;
  }

  /** Counts an entry in, by the event with this ordinal; returns the id of the timeline. */
  add(key: string, earliest: number, latest: number, ordinal: number): number {
    const timeline = this.#change(key, ordinal);
    const isFirst = timeline.entries === 0;
    timeline.earliest = isFirst ? earliest : Math.min(timeline.earliest, earliest);
    timeline.lastStart = isFirst ? earliest : Math.max(timeline.lastStart, earliest);
    timeline.latest = isFirst ? latest : Math.max(timeline.latest, latest);
    timeline.entries += 1;
    return timeline.id;
  }

  /** Counts an entry out; returns the id of the timeline. */
  remove(key: string, earliest: number, latest: number, ordinal: number): number {
    const timeline = this.#change(key, ordinal);
    timeline.entries -= 1;
    if (earliest === timeline.earliest || earliest === timeline.lastStart || latest === timeline.latest) {
      timeline.endsUnknown = true;
    }
    return timeline.id;
  }

  /** Writes what is not written yet; the rows of `entry` must be written before. */
  flush(): void {
    this.#summarise();
    this.#summaries.flush();
  }

  /** Takes down what the event in hand has changed. */
  #summarise(): void {
    for (const timeline of this.#changed) {
      if (timeline.endsUnknown) this.#lookUpEnds(timeline);
      const { id, entries, earliest, lastStart, latest } = timeline;
      this.#summaries.add(id, this.#ordinal, entries, earliest, lastStart, latest);
    }
    this.#changed.clear();
  }

  /** Keeps memory bounded; between transactions only. */
  trim(): void {
    if (this.#known.size > TIMELINES_IN_MEMORY_MAX) this.#known.clear();
  }

  /** Drops what is held in memory, after a transaction that was rolled back to `changedOrdinal`. */
  forget(changedOrdinal: number): void {
    this.#known.clear();
    this.#changed.clear();
    this.#summaries.clear();
    this.#ordinal = changedOrdinal;
    this.#nextId = this.#greatestId() + 1;
  }

  #change(key: string, ordinal: number): Timeline {
    if (ordinal !== this.#ordinal) {
      this.#summarise();
      this.#ordinal = ordinal;
    }
    const timeline = this.#known.get(key) ?? this.#find(key) ?? this.#create(key);
    this.#known.set(key, timeline);
    this.#changed.add(timeline);
    return timeline;
  }

  #find(key: string): Timeline | undefined {
    const id = this.#statements.idOf.get(key)?.id;
    const summary = id === undefined ? undefined : this.#statements.lastSummary.get(id);
    return id === undefined || summary === undefined ? undefined : { id, ...summary, endsUnknown: false };
  }

  #create(key: string): Timeline {
    const id = this.#nextId++;
    this.#statements.addTimeline.run(id, key);
    return { id, entries: 0, earliest: 0, lastStart: 0, latest: 0, endsUnknown: false };
  }

  #lookUpEnds(timeline: Timeline): void {
    const { firstStart, lastStart, latestOfShort, latestOfLong } = this.#statements;
    timeline.endsUnknown = false;
    if (timeline.entries === 0) return;
    timeline.earliest = dayOf(firstStart.get(timeline.id, STILL_STANDING));
    timeline.lastStart = dayOf(lastStart.get(timeline.id, STILL_STANDING));
    const short = latestOfShort.get(timeline.id, timeline.lastStart - SHORT_SPAN_DAYS, STILL_STANDING);
    const long = latestOfLong.get(timeline.id, STILL_STANDING);
    timeline.latest = Math.max(dayOf(short), dayOf(long));
  }

  #greatestId(): number {
    return this.#statements.greatestId.get()?.id ?? 0;
  }
}

interface DayRow {
  readonly day: number | null;
}

/** Where there is none, less than any that there is. */
function dayOf(row: DayRow | undefined): number {
  return row?.day ?? OPEN_START;
}

function prepare(db: Database) {
  const standing = 'FROM entry WHERE timeline = ?';
  return {
    idOf: db.prepare<{ id: number }>('SELECT id FROM timeline WHERE key = ?'),
    greatestId: db.prepare<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM timeline'),
    addTimeline: db.prepare('INSERT INTO timeline VALUES (?, ?)'),
    lastSummary: db.prepare<Summary>(
      `SELECT entries, earliest, last_start AS lastStart, latest FROM summary WHERE timeline = ?
       ORDER BY ordinal DESC LIMIT 1`,
    ),
    firstStart: db.prepare<DayRow>(
      `SELECT earliest AS day ${standing} AND to_ordinal = ? ORDER BY earliest LIMIT 1`,
    ),
    lastStart: db.prepare<DayRow>(
      `SELECT earliest AS day ${standing} AND to_ordinal = ? ORDER BY earliest DESC LIMIT 1`,
    ),
    /** Whatever reaches further than the last start by a short span begins a short span before it at most. */
    latestOfShort: db.prepare<DayRow>(
      `SELECT max(latest) AS day ${standing} AND earliest >= ? AND to_ordinal = ?
       AND latest - earliest <= ${SHORT_SPAN_DAYS}`,
    ),
    latestOfLong: db.prepare<DayRow>(
      `SELECT latest AS day FROM entry INDEXED BY entry_long_span WHERE timeline = ?
       AND latest - earliest > ${SHORT_SPAN_DAYS} AND to_ordinal = ? ORDER BY latest DESC LIMIT 1`,
    ),
  };
}
