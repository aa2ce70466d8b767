/** Random choices that are the same for the same seed, on every machine. */
export interface Random {
  /** 0 ≤ x < 1 */
  fraction(): number;
  /** Whole number, both bounds included. */
  between(least: number, most: number): number;
  /** True in this share of the cases. */
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** The item at place k comes 1/k times as often as the first: few are talked of a lot, many now and then. */
  pickZipf<Item>(items: readonly Item[]): Item;
  /** Different items, in the order drawn. */
  pickSeveral<Item>(items: readonly Item[], count: number): Item[];
  /** RFC 9562 version 7, a millisecond later than the one before: as the README asks of whoever makes ids. */
  uuid(): string;
}

/** mulberry32: 32 bits of state, good enough to spread events. */
function fractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const harmonicSums = new Map<number, Float64Array>();

/** Partial sums of 1 + 1/2 + 1/3 …: where each place begins on the line that a Zipf draw falls on. */
function harmonic(count: number): Float64Array {
  const known = harmonicSums.get(count);
  if (known) return known;
  const sums = new Float64Array(count);
  let sum = 0;
  for (let place = 0; place < count; place += 1) {
    sum += 1 / (place + 1);
    sums[place] = sum;
  }
  harmonicSums.set(count, sums);
  return sums;
}

function zipfPlace(count: number, fraction: number): number {
  const sums = harmonic(count);
  const drawn = fraction * (sums[count - 1] ?? 0);
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}

const FIRST_ID_MS = Date.UTC(2009, 0, 1);

function uuidOf(timeMs: number, fraction: () => number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const hex = Array.from({ length: 3 }, () =>
    Math.floor(fraction() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  const variant = '89ab'[Number.parseInt(hex.charAt(3), 16) & 3] ?? '8';
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}

export function seededRandom(seed: number): Random {
  const fraction = fractions(seed);
  let idMs = FIRST_ID_MS;
  const itemAt = <Item>(items: readonly Item[], index: number): Item => {
    const item = items[index];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  };
  const random: Random = {
    fraction,
    between: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (share) => fraction() < share,
    pick: (items) => itemAt(items, Math.floor(fraction() * items.length)),
    pickZipf: (items) => itemAt(items, zipfPlace(items.length, fraction())),
    pickSeveral: (items, count) => {
      const drawn = new Set<number>();
      while (drawn.size < Math.min(count, items.length)) drawn.add(zipfPlace(items.length, fraction()));
      return [...drawn].map((index) => itemAt(items, index));
    },
    uuid: () => uuidOf(idMs++, fraction),
  };
  return random;
}
