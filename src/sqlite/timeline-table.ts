import type { Change } from '../projector/timeline-store.ts';
import type { Database } from './driver.ts';
import { STILL_STANDING } from './timeline-schema.ts';

interface Timeline {
  readonly id: number;
  entries: number;
  earliest: number;
  latest: number;
  change: Change;
  /** An entry at one of the ends was taken away: the ends must be looked up again. */
  endsUnknown: boolean;
}

type TimelineRow = Change & Pick<Timeline, 'id' | 'entries' | 'earliest' | 'latest'>;

interface Ends {
  readonly earliest: number | null;
  readonly latest: number | null;
}

const TIMELINES_IN_MEMORY_MAX = 20_000;

/** The row of each timeline: how many entries, between which days, changed when. Written once a transaction. */
export class TimelineTable {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #known = new Map<string, Timeline>();
  readonly #dirty = new Map<string, Timeline>();
  #nextId: number;

  constructor(db: Database) {
    this.#statements = prepare(db);
    this.#nextId = this.#greatestId() + 1;
  }

  /** Counts an entry in; returns the id of the timeline. */
  add(key: string, earliest: number, latest: number, change: Change): number {
    const timeline = this.#find(key) ?? {
      id: this.#nextId++,
      entries: 0,
      earliest,
      latest,
      change,
      endsUnknown: false,
    };
    timeline.earliest = timeline.entries === 0 ? earliest : Math.min(timeline.earliest, earliest);
    timeline.latest = timeline.entries === 0 ? latest : Math.max(timeline.latest, latest);
    timeline.entries += 1;
    return this.#changed(key, timeline, change);
  }

  /** Counts an entry out; returns the id of the timeline. */
  remove(key: string, earliest: number, latest: number, change: Change): number {
    const timeline = this.#find(key);
    if (timeline === undefined) throw new Error(`There is no timeline ${key} to take an entry from`);
    timeline.entries -= 1;
    if (earliest === timeline.earliest || latest === timeline.latest) timeline.endsUnknown = true;
    return this.#changed(key, timeline, change);
  }

  /** Writes what has changed; the rows of `entry` must be written before. */
  flush(): void {
    for (const [key, timeline] of this.#dirty) {
      if (timeline.endsUnknown) this.#lookUpEnds(timeline);
      const { id, entries, earliest, latest, change } = timeline;
      const { ordinal, position, instant } = change;
      this.#statements.write.run(id, key, entries, earliest, latest, ordinal, position, instant);
    }
    this.#dirty.clear();
    if (this.#known.size > TIMELINES_IN_MEMORY_MAX) this.#known.clear();
  }

  /** Drops what is held in memory, after a transaction that was rolled back. */
  forget(): void {
    this.#known.clear();
    this.#dirty.clear();
    this.#nextId = this.#greatestId() + 1;
  }

  #find(key: string): Timeline | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const row = this.#statements.byKey.get(key);
    if (row === undefined) return undefined;
    const { id, entries, earliest, latest, ordinal, position, instant } = row;
    return { id, entries, earliest, latest, change: { ordinal, position, instant }, endsUnknown: false };
  }

  #changed(key: string, timeline: Timeline, change: Change): number {
    timeline.change = change;
    this.#known.set(key, timeline);
    this.#dirty.set(key, timeline);
    return timeline.id;
  }

  #lookUpEnds(timeline: Timeline): void {
    const ends = this.#statements.ends.get(timeline.id, STILL_STANDING);
    timeline.earliest = ends?.earliest ?? timeline.earliest;
    timeline.latest = ends?.latest ?? timeline.latest;
    timeline.endsUnknown = false;
  }

  #greatestId(): number {
    return this.#statements.greatestId.get()?.id ?? 0;
  }
}

function prepare(db: Database) {
  return {
    byKey: db.prepare<TimelineRow>(
      `SELECT id, entries, earliest, latest, changed_ordinal AS ordinal, changed_position AS position,
         changed_instant AS instant FROM timeline WHERE key = ?`,
    ),
    ends: db.prepare<Ends>(
      'SELECT min(earliest) AS earliest, max(latest) AS latest FROM entry WHERE timeline = ? AND to_ordinal = ?',
    ),
    greatestId: db.prepare<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM timeline'),
    write: db.prepare('INSERT OR REPLACE INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}
