import { countLeading } from '../../domain/values/binary-search.ts';
import { daySerial } from '../../domain/values/edtf.ts';
import { type EntryFilter, rangeTest } from '../../projector/entry-filter.ts';
import type { DensityCount } from '../../projector/timeline-store.ts';

type Range = Pick<EntryFilter, 'from' | 'to' | 'certain'>;

/** A count of entries that are dated to one day for certain. */
interface DayCount extends DensityCount {
  readonly earliest: number;
}

/** Counts of all entries of a timeline by their dates, which give those of any range of days. */
export class CountsByDay {
  /** In the order of the days. */
  readonly #days: readonly DayCount[];
  /** Number of the entries on the days before each of `#days`, and on all of them. */
  readonly #entriesBefore: readonly number[];
  /** Counts of entries with other dates. */
  readonly #others: readonly DensityCount[];

  constructor(counts: readonly DensityCount[]) {
    this.#days = counts.filter(isOfOneDay).sort((a, b) => a.earliest - b.earliest);
    this.#others = counts.filter((count) => !isOfOneDay(count));
    const entriesBefore = [0];
    for (const { entries } of this.#days) entriesBefore.push((entriesBefore.at(-1) ?? 0) + entries);
    this.#entriesBefore = entriesBefore;
  }

  /** The number of counts. */
  get size(): number {
    return this.#days.length + this.#others.length;
  }

  countsIn(range: Range): readonly DensityCount[] {
    return [...this.#days.slice(...this.#daysIn(range)), ...this.#others.filter(rangeTest(range))];
  }

  entriesIn(range: Range): number {
    const [first, end] = this.#daysIn(range).map((index) => this.#entriesBefore[index] ?? 0);
    const isInRange = rangeTest(range);
    let others = 0;
    for (const count of this.#others) if (isInRange(count)) others += count.entries;
    return (end ?? 0) - (first ?? 0) + others;
  }

  /** Returns the indexes of the first day in the range and of the first one after it. */
  #daysIn({ from, to }: Range): [first: number, end: number] {
    const first = from === undefined ? 0 : this.#indexOf(daySerial(from));
    const end = to === undefined ? this.#days.length : this.#indexOf(daySerial(to) + 1);
    return [first, Math.max(first, end)];
  }

  /** Returns the index of the first count that is not before the day. */
  #indexOf(day: number): number {
    return countLeading(this.#days, ({ earliest }) => earliest < day);
  }
}

function isOfOneDay(count: DensityCount): count is DayCount {
  return count.earliest !== undefined && count.earliest === count.latest && count.reach === undefined;
}
