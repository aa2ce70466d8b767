import { countLeading } from '../../domain/values/binary-search.ts';
import type { DensityCount } from '../../projector/timeline-store.ts';

/** A count of entries that are dated to one day for certain. */
interface DayCount extends DensityCount {
  readonly earliest: number;
}

interface DayTable {
  readonly types: readonly string[];
  /** Serials in order, each once. */
  readonly days: readonly number[];
  /** For each of the types, the number of its entries on the days before each of `days`, and on all of them. */
  readonly entriesBefore: readonly Int32Array[];
}

/** Counts of entries by their dates, which give those of any range of days without looking at each. */
export class DatedCounts {
  /** The types that occur. */
  readonly types: readonly string[];
  /** Counts of entries that are not dated to one day for certain. */
  readonly others: readonly DensityCount[];
  readonly #days: DayTable;

  private constructor(days: DayTable, others: readonly DensityCount[]) {
    this.types = days.types;
    this.others = others;
    this.#days = days;
  }

  static of(counts: readonly DensityCount[]): DatedCounts {
    return new DatedCounts(
      dayTableOf(counts),
      counts.filter((count) => !isOfOneDay(count)),
    );
  }

  /** Returns the counts with some of `others` only. */
  withOthers(others: readonly DensityCount[]): DatedCounts {
    return new DatedCounts(this.#days, others);
  }

  /** The number of dates that are kept. */
  get size(): number {
    return this.#days.days.length + this.others.length;
  }

  /**
   * Returns the first and the last day in a range that entries are dated to for certain; undefined if there is none.
   *
   * @param first serial; undefined for a range without a beginning
   */
  extentIn(first: number | undefined, last: number | undefined): readonly [number, number] | undefined {
    const [start, end] = this.#indexesIn(first, last);
    const { days } = this.#days;
    const [earliest, latest] = [days[start], days[end - 1]];
    return start < end && earliest !== undefined && latest !== undefined ? [earliest, latest] : undefined;
  }

  /** Returns the numbers of entries that are dated to one of the days for certain, for each of the types. */
  countsIn(first: number | undefined, last: number | undefined): readonly number[] {
    const [start, end] = this.#indexesIn(first, last);
    return this.#days.entriesBefore.map((before) => (before[end] ?? 0) - (before[start] ?? 0));
  }

  /**
   * Returns the same for each of some ranges, one after another: type → range → number.
   *
   * @param starts their first days, then the day after the last range
   */
  countsBetween(starts: readonly number[]): readonly number[][] {
    const { days, entriesBefore } = this.#days;
    const [begin = 0, ...ends] = starts.map((start) => countLeading(days, (day) => day < start));
    return entriesBefore.map((before) => {
      let counted = before[begin] ?? 0;
      return ends.map((end) => {
        const entries = before[end] ?? 0;
        const added = entries - counted;
        counted = entries;
        return added;
      });
    });
  }

  /** Returns the index of the first day in the range, and of the first one after it. */
  #indexesIn(first: number | undefined, last: number | undefined): readonly [number, number] {
    const { days } = this.#days;
    const start = first === undefined ? 0 : countLeading(days, (day) => day < first);
    const end = last === undefined ? days.length : countLeading(days, (day) => day <= last);
    return [start, Math.max(start, end)];
  }
}

function isOfOneDay(count: DensityCount): count is DayCount {
  return count.earliest !== undefined && count.earliest === count.latest && count.reach === undefined;
}

function dayTableOf(counts: readonly DensityCount[]): DayTable {
  const dated = counts.filter(isOfOneDay);
  const types = [...new Set(counts.map(({ type }) => type))];
  const days = [...new Set(dated.map(({ earliest }) => earliest))].sort((a, b) => a - b);
  const indexes = new Map(days.map((day, index) => [day, index]));
  const entriesBefore = types.map((type) => {
    const before = new Int32Array(days.length + 1);
    for (const count of dated) {
      const index = (indexes.get(count.earliest) ?? 0) + 1;
      if (count.type === type) before[index] = (before[index] ?? 0) + count.entries;
    }
    addUp(before);
    return before;
  });
  return { types, days, entriesBefore };
}

/** Replaces each number by the sum of those up to it. */
function addUp(numbers: Int32Array): void {
  for (let index = 1; index < numbers.length; index += 1) {
    numbers[index] = (numbers[index] ?? 0) + (numbers[index - 1] ?? 0);
  }
}
