import type { DensityCount } from '../../projector/timeline-store.ts';
import type { Period } from './time-units.ts';

/** The days of the bins, as serials. */
interface Scale {
  /** The first day of each bin. */
  readonly starts: readonly number[];
  /** The first day of the first bin. */
  readonly begin: number;
  /** The last day of the last bin. */
  readonly end: number;
}

/** What entries count that are not dated to one day for certain. */
interface SpanTally {
  /** The entries, of all types, in each bin that they may belong to. */
  readonly possible: readonly number[];
  /** How many entries may belong to several bins. */
  readonly imprecise: number;
}

/**
 * Counts in time linear in the counts: a date that reaches over several bins is added where it begins and taken off
 * where it ends, and a running sum gives the number in each bin. A date of several spans counts once in a bin.
 *
 * @param certain type → bin → number, to which the entries are added that are dated within one bin for certain
 */
export function addSpans(
  certain: readonly number[][],
  counts: readonly DensityCount[],
  periods: readonly Period[],
  types: readonly string[],
): SpanTally {
  const scale = scaleOf(periods);
  const changes = new Array<number>(periods.length + 1).fill(0);
  let imprecise = 0;
  for (const count of counts) {
    const bin = certainBin(count, scale);
    const ofType = bin === undefined ? undefined : certain[types.indexOf(count.type)];
    if (bin !== undefined && ofType !== undefined) ofType[bin] = (ofType[bin] ?? 0) + count.entries;
    else {
      addPossible(changes, count, scale);
      imprecise += count.entries;
    }
  }
  return { possible: runningSums(changes).slice(0, -1), imprecise };
}

function scaleOf(periods: readonly Period[]): Scale {
  const starts = periods.map(({ first }) => first);
  return { starts, begin: starts[0] ?? 0, end: periods.at(-1)?.last ?? 0 };
}

function addPossible(changes: number[], count: DensityCount, scale: Scale): void {
  for (const [first, last] of possibleBins(count, scale)) {
    changes[first] = (changes[first] ?? 0) + count.entries;
    changes[last + 1] = (changes[last + 1] ?? 0) - count.entries;
  }
}

function runningSums(changes: readonly number[]): readonly number[] {
  let sum = 0;
  return changes.map((change) => {
    sum += change;
    return sum;
  });
}

/** Returns the index of the bin that the date lies in for certain; undefined if there is none. */
function certainBin({ earliest, latest, reach }: DensityCount, scale: Scale): number | undefined {
  const { begin, end, starts } = scale;
  if (earliest === undefined || latest === undefined || earliest < begin || latest > end) return undefined;
  const bin = binAt(earliest, scale);
  const isWithin = bin === starts.length - 1 || latest < (starts[bin + 1] ?? end);
  return isWithin && reach?.canBeCertain !== false ? bin : undefined;
}

type IndexRange = readonly [first: number, last: number];

/** Returns the indexes of the bins that the date may lie in, as ranges that do not overlap. */
function possibleBins({ earliest, latest, reach }: DensityCount, scale: Scale): readonly IndexRange[] {
  const { begin, end } = scale;
  const ranges: IndexRange[] = [];
  for (const span of reach?.spans ?? [{ earliest, latest }]) {
    const [from, to] = [Math.max(span.earliest ?? begin, begin), Math.min(span.latest ?? end, end)];
    if (from > to) continue;
    const [first, last] = [binAt(from, scale), binAt(to, scale)];
    const next = (ranges.at(-1)?.[1] ?? -1) + 1;
    if (last >= next) ranges.push([Math.max(first, next), last]);
  }
  return ranges;
}

/** Returns the index of the bin with a day. Bins differ little in length, so the estimate is rarely corrected. */
function binAt(serial: number, { starts, begin, end }: Scale): number {
  let index = Math.floor(((serial - begin) / (end - begin + 1)) * starts.length);
  while (index > 0 && (starts[index] ?? end) > serial) index -= 1;
  while (index < starts.length - 1 && (starts[index + 1] ?? end) <= serial) index += 1;
  return index;
}
