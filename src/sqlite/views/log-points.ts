import { LRUCache } from 'lru-cache';
import { countLeadingIndexes } from '../../domain/values/binary-search.ts';
import type { Position } from '../../event-store/event-store.ts';
import type { LogPoint, Ordinal } from '../../projector/timeline-store.ts';
import type { Database, PreparedStatement } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';

type LogPointRow = readonly [ordinal: Ordinal, position: Position, instantMs: number, eventId: string];

const CACHED_MAX = 256;

/**
 * Reads the table `moment`, which has the events in a view file by their ordinals, from 1 without gaps. Its rows never
 * change.
 */
export class LogPointTable {
  readonly #at: PreparedStatement<LogPointRow>;
  readonly #cached = new LRUCache<number, LogPoint>({ max: CACHED_MAX });

  constructor(db: Database) {
    this.#at = db.prepare('SELECT ordinal, position, instant, event_id FROM moment WHERE ordinal = ?');
    this.#at.setReturnArrays(true);
  }

  at(ordinal: number): LogPoint | undefined {
    const known = this.#cached.get(ordinal);
    if (known !== undefined) return known;
    const row = this.#at.get(ordinal);
    if (row === undefined) return undefined;
    const [storedOrdinal, position, instantMs, eventId] = row;
    const logPoint = {
      ordinal: storedOrdinal,
      position,
      instant: new Date(instantMs).toISOString(),
      eventId,
    };
    this.#cached.set(ordinal, logPoint);
    return logPoint;
  }

  /**
   * Finds the last of the first `count` log points that is not after the sought one. `compare` returns a positive
   * number for a log point that is after it.
   */
  lastUpTo(count: number, compare: (logPoint: LogPoint) => number): LogPoint | undefined {
    let last: LogPoint | undefined;
    countLeadingIndexes(count, (index) => {
      const logPoint = this.at(index + 1);
      if (logPoint === undefined) throw new Error(`The view file has no event ${index + 1}`);
      const isLeading = compare(logPoint) <= 0;
      if (isLeading) last = logPoint;
      return isLeading;
    });
    return last;
  }
}

/** Writes the table `moment`. */
export class LogPointWriter {
  readonly #rows: BatchInsert;
  readonly #greatest: PreparedStatement<{ ordinal: number }>;
  /** Undefined if it has to be read from the file. */
  #last: number | undefined;

  constructor(db: Database) {
    this.#rows = new BatchInsert(db, 'moment', 4);
    this.#greatest = db.prepare('SELECT coalesce(max(ordinal), 0) AS ordinal FROM moment');
    this.#last = this.#readLast();
  }

  /** Adds those that no projection of the file has added. Must run within a transaction. */
  addAll(logPoints: readonly LogPoint[]): void {
    let last = this.#last ?? this.#readLast();
    for (const { ordinal, position, instant, eventId } of logPoints) {
      if (ordinal <= last) continue;
      this.#rows.add(ordinal, position, Date.parse(instant), eventId);
      last = ordinal;
    }
    this.#rows.flush();
    this.#last = last;
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#rows.clear();
    this.#last = undefined;
  }

  #readLast(): number {
    return this.#greatest.get()?.ordinal ?? 0;
  }
}
