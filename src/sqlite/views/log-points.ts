import type { Position } from '../../event-store/event-store.ts';
import type { LogPoint, Ordinal } from '../../projector/timeline-store.ts';
import type { Database, PreparedStatement } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';

type MomentRow = readonly [ordinal: Ordinal, position: Position, instantMs: number];

/** The events that a file of timelines holds, by their ordinals, which run from 1 without a gap. */
export class LogPointTable {
  readonly #at: PreparedStatement<MomentRow>;

  constructor(db: Database) {
    this.#at = db.prepare('SELECT ordinal, position, instant FROM moment WHERE ordinal = ?');
    this.#at.setReturnArrays(true);
  }

  at(ordinal: number): LogPoint | undefined {
    const row = this.#at.get(ordinal);
    if (row === undefined) return undefined;
    const [found, position, instantMs] = row;
    return { ordinal: found, position, instant: new Date(instantMs).toISOString() };
  }

  /** The last of the first `count` moments that does not lie after a place, given how a moment compares with it. */
  lastUpTo(count: number, compare: (moment: LogPoint) => number): LogPoint | undefined {
    let [low, high] = [1, count];
    let last: LogPoint | undefined;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const moment = this.at(middle);
      if (moment === undefined) throw new Error(`The timelines have no event ${middle}`);
      if (compare(moment) <= 0) {
        last = moment;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return last;
  }
}

/** The writing half. */
export class LogPointWriter {
  readonly #rows: BatchInsert;

  constructor(db: Database) {
    this.#rows = new BatchInsert(db, 'moment', 3);
  }

  /** Within one transaction. */
  addAll(moments: readonly LogPoint[]): void {
    this.#rows.clear();
    for (const { ordinal, position, instant } of moments) {
      this.#rows.add(ordinal, position, Date.parse(instant));
    }
    this.#rows.flush();
  }
}
