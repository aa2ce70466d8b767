import type { KeyQuery, NewTimeline } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { decodeChanges, type TimelineChange, type TimelineExtent } from './timeline-changes.ts';
import { LIMIT } from './timeline-filter-sql.ts';

/** A timeline as of an ordinal. */
export interface TimelineState extends TimelineExtent {
  readonly id: number;
  readonly key: string;
  /** Number of entries at present. */
  readonly present: number;
}

interface TimelineRow extends TimelineExtent {
  readonly id: number;
  readonly key: string;
  readonly changedOrdinal: number;
  readonly changes: Uint8Array;
}

interface HistoryRow {
  readonly ordinal: number;
  readonly changes: Uint8Array;
}

/**
 * Greatest number of rows of `history` to read at a time; the first read is of one row, each further one of twice as
 * many. An iterator that is not read to its end would keep its lock.
 */
const HISTORY_ROWS_MAX = 64;

/** A content that an event added to a timeline. */
interface Addition {
  readonly content: number;
  /** The event. */
  readonly from: number;
}

export interface Additions {
  /** Id of the timeline. */
  readonly timeline: number;
  readonly contents: readonly Addition[];
}

/** The events after `after`, up to and including `upTo`. */
export interface OrdinalRange {
  readonly after: number;
  readonly upTo: number;
}

interface ChangesInRange {
  /** Id of the timeline. */
  readonly timeline: number;
  readonly changes: Iterable<TimelineChange>;
}

/** Reads the tables `timeline` and `history` for one projection. */
export class TimelineStates {
  readonly #db: Database;
  readonly #projection: number;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database, projection: number) {
    this.#db = db;
    this.#projection = projection;
    this.#statements = prepare(db);
  }

  /** Returns the ordinal of the last event that changed the timeline. */
  lastChange(key: string): number | undefined {
    return this.#statements.lastChange.get(this.#projection, key)?.ordinal;
  }

  /** Undefined if the timeline has no entries. */
  at(key: string, asOf: number): TimelineState | undefined {
    const row = this.#statements.find.get(this.#projection, key, asOf);
    return row && this.#stateAt(row, asOf);
  }

  /** Returns up to `limit` timelines with entries, in the order of their keys. */
  list(after: string, limit: number, asOf: number): readonly TimelineState[] {
    const states: TimelineState[] = [];
    let last: string | undefined = after;
    while (last !== undefined && states.length < limit) {
      const rows = this.#statements.list.all(this.#projection, last, asOf, limit);
      states.push(...rows.flatMap((row) => this.#stateAt(row, asOf) ?? []));
      last = rows.length < limit ? undefined : rows.at(-1)?.key;
    }
    return states.slice(0, limit);
  }

  /** Returns the timelines with entries whose keys contain a text. */
  find({ text, after, keysMax, asOf }: KeyQuery): readonly TimelineState[] {
    const rows = this.#statements.withText.all(this.#projection, after, keysMax, text, asOf);
    return rows.flatMap((row) => this.#stateAt(row, asOf) ?? []);
  }

  /** Returns up to `limit` timelines from the one that was created last, those of one event by descending keys. */
  newest(limit: number, asOf: number, before?: NewTimeline): readonly NewTimeline[] {
    const { ordinal, key } = before ?? { ordinal: asOf + 1, key: '' };
    return this.#statements.newest.all(this.#projection, asOf, ordinal, key, limit);
  }

  /** Returns the number of timelines with entries; undefined if that would mean to scan more than `max` timelines. */
  count(after: string, max: number, asOf: number): number | undefined {
    // Both statements must see the same rows, as an event may change a timeline in between.
    this.#db.exec('BEGIN');
    try {
      const scan = this.#statements.count.get(asOf, asOf, this.#projection, after, max + 1);
      if (scan === undefined || scan.scanned > max) return undefined;
      if (scan.changedLater === 0) return scan.unchanged;
      const changed = this.#statements.changedLater.all(this.#projection, after, asOf, asOf);
      return scan.unchanged + changed.filter((row) => this.#stateAt(row, asOf) !== undefined).length;
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /**
   * Returns what the events after `after`, up to and including `upTo`, added to the timeline. Stops when it has more
   * than `max` additions.
   */
  additions(key: string, after: number, upTo: number, max = Number.POSITIVE_INFINITY): Additions {
    const found = this.changes(key, { after, upTo }, 'asc');
    const contents: Addition[] = [];
    for (const { ordinal, added } of found?.changes ?? []) {
      for (const content of added) contents.push({ content, from: ordinal });
      if (contents.length > max) break;
    }
    return { timeline: found?.timeline ?? 0, contents };
  }

  /**
   * Returns the id of a timeline and its changes by the events of a range, which are read while they are iterated.
   * Undefined if the timeline did not exist by then.
   */
  changes(key: string, range: OrdinalRange, order: 'asc' | 'desc'): ChangesInRange | undefined {
    // The row is read first: changes that move from it to `history` meanwhile are then read twice, but never missed.
    const row = this.#statements.find.get(this.#projection, key, range.upTo);
    return row && { timeline: row.id, changes: this.#changes(row, range, order) };
  }

  *#changes(row: TimelineRow, range: OrdinalRange, order: 'asc' | 'desc'): Generator<TimelineChange> {
    let { after, upTo } = range;
    for (const block of this.#blocks(row, range, order)) {
      const changes = decodeChanges(block);
      for (const change of order === 'asc' ? changes : changes.toReversed()) {
        if (change.ordinal <= after || change.ordinal > upTo) continue;
        if (order === 'asc') after = change.ordinal;
        else upTo = change.ordinal - 1;
        yield change;
      }
    }
  }

  /** Yields the rows of `history` that may have changes of the range, and the changes that are not in one yet. */
  *#blocks({ id, changes }: TimelineRow, range: OrdinalRange, order: 'asc' | 'desc'): Generator<Uint8Array> {
    if (order === 'desc') yield changes;
    const select = order === 'asc' ? this.#statements.history : this.#statements.historyBackwards;
    let [first, last] = [this.#statements.firstBlock.get(id, range.after)?.ordinal ?? 0, range.upTo];
    let limit = 1;
    for (;;) {
      const blocks = select.all(id, first, last, limit);
      for (const block of blocks) yield block.changes;
      const end = blocks.at(-1)?.ordinal ?? 0;
      if (order === 'asc') first = end + 1;
      else last = end - 1;
      if (blocks.length < limit) break;
      limit = Math.min(2 * limit, HISTORY_ROWS_MAX);
    }
    if (order === 'asc') yield changes;
  }

  /**
   * Returns the last additions up to and including the event `upTo`, from the newest to the oldest. Stops when it has
   * `max` additions or more.
   * @param before the additions of that event are less than this content
   */
  latestAdditions(key: string, upTo: number, before: number, max: number): Additions {
    const found = this.changes(key, { after: 0, upTo }, 'desc');
    const contents: Addition[] = [];
    for (const { ordinal, added } of found?.changes ?? []) {
      const kept = ordinal === upTo ? added.filter((content) => content < before) : added;
      for (const content of kept.toSorted((a, b) => b - a)) contents.push({ content, from: ordinal });
      if (contents.length >= max) break;
    }
    return { timeline: found?.timeline ?? 0, contents };
  }

  #stateAt({ id, key, ...present }: TimelineRow, asOf: number): TimelineState | undefined {
    const { changedOrdinal, changes, ...extent } = present;
    const state = changedOrdinal <= asOf ? extent : this.#changeBefore(id, changes, asOf);
    if (state === undefined || state.entries === 0) return undefined;
    const { entries, earliest, lastStart, latest } = state;
    return { id, key, entries, earliest, lastStart, latest, present: present.entries };
  }

  /** Returns the last change up to an ordinal. */
  #changeBefore(timeline: number, latestChanges: Uint8Array, asOf: number): TimelineChange | undefined {
    const isUpTo = ({ ordinal }: TimelineChange): boolean => ordinal <= asOf;
    const found = decodeChanges(latestChanges).findLast(isUpTo);
    if (found !== undefined) return found;
    const row = this.#statements.historyAt.get(timeline, asOf);
    return row && decodeChanges(row.changes).findLast(isUpTo);
  }
}

function prepare(db: Database) {
  const columns = `timeline.id, timeline.key, changed_ordinal AS changedOrdinal, entries, earliest,
    last_start AS lastStart, latest, changes`;
  const states = `SELECT ${columns} FROM timeline WHERE projection = ?`;
  /** Rows are stored in the order of their creation, so it takes longer to read them in the order of their keys. */
  const isAfter = '+key > ?';
  const blocks = 'SELECT ordinal, changes FROM history WHERE timeline = ? AND ordinal >= ? AND ordinal <= ?';
  return {
    lastChange: db.prepare<{ ordinal: number }>(
      'SELECT changed_ordinal AS ordinal FROM timeline WHERE projection = ? AND key = ?',
    ),
    find: db.prepare<TimelineRow>(`${states} AND key = ? AND created_ordinal <= ?`),
    list: db.prepare<TimelineRow>(`${states} AND key > ? AND created_ordinal <= ? ORDER BY key ${LIMIT}`),
    withText: db.prepare<TimelineRow>(
      `SELECT ${columns}
      FROM (SELECT id, key FROM timeline WHERE projection = ? AND key > ? ORDER BY key ${LIMIT}) AS part
        CROSS JOIN timeline ON timeline.id = part.id
      WHERE instr(part.key, ?) > 0 AND created_ordinal <= ?`,
    ),
    newest: db.prepare<NewTimeline>(
      `SELECT key, created_ordinal AS ordinal FROM timeline
      WHERE projection = ? AND created_ordinal <= ? AND (created_ordinal, key) < (?, ?)
      ORDER BY created_ordinal DESC, key DESC ${LIMIT}`,
    ),
    /** Timelines that an event changed after an ordinal may have had entries then. */
    count: db.prepare<{ scanned: number; unchanged: number; changedLater: number }>(
      `SELECT count(*) AS scanned, count(*) FILTER (WHERE changed_ordinal <= ? AND entries > 0) AS unchanged,
        count(*) FILTER (WHERE changed_ordinal > ?) AS changedLater
      FROM (SELECT changed_ordinal, entries FROM timeline WHERE projection = ? AND ${isAfter} ${LIMIT})`,
    ),
    changedLater: db.prepare<TimelineRow>(
      `${states} AND ${isAfter} AND created_ordinal <= ? AND changed_ordinal > ?`,
    ),
    historyAt: db.prepare<Pick<HistoryRow, 'changes'>>(
      'SELECT changes FROM history WHERE timeline = ? AND ordinal <= ? ORDER BY ordinal DESC LIMIT 1',
    ),
    /** Finds the row that may have the first change after an ordinal. */
    firstBlock: db.prepare<{ ordinal: number }>(
      'SELECT ordinal FROM history WHERE timeline = ? AND ordinal <= ? ORDER BY ordinal DESC LIMIT 1',
    ),
    history: db.prepare<HistoryRow>(`${blocks} ORDER BY ordinal ${LIMIT}`),
    historyBackwards: db.prepare<HistoryRow>(`${blocks} ORDER BY ordinal DESC ${LIMIT}`),
  };
}
