import type { Position } from '../event-store/event-store.ts';
import type { Moment, Ordinal } from '../projector/timeline-store.ts';
import type { Database } from './driver.ts';

type MomentRow = readonly [ordinal: Ordinal, position: Position, instantMs: number];

/** The events that a file of timelines holds, by their ordinals, which run from 1 without a gap. */
export class MomentTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  at(ordinal: number): Moment | undefined {
    const row = this.#statements.at.get(ordinal);
    if (row === undefined) return undefined;
    const [found, position, instantMs] = row;
    return { ordinal: found, position, instant: new Date(instantMs).toISOString() };
  }

  add({ ordinal, position, instant }: Moment): void {
    this.#statements.add.run(ordinal, position, Date.parse(instant));
  }

  /** The last of the first `count` moments that does not lie after a place, given how a moment compares with it. */
  lastUpTo(count: number, compare: (moment: Moment) => number): Moment | undefined {
    let [low, high] = [1, count];
    let last: Moment | undefined;
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

function prepare(db: Database) {
  const at = db.prepare<MomentRow>('SELECT ordinal, position, instant FROM moment WHERE ordinal = ?');
  at.setReturnArrays(true);
  return { at, add: db.prepare('INSERT INTO moment VALUES (?, ?, ?)') };
}
