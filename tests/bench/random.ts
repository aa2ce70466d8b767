/** A pseudorandom source. The same seed gives the same values on every machine. */
export interface Random {
  /** Returns a number from 0 to 1, exclusive. */
  fraction(): number;
  /** Returns an integer between two inclusive bounds. */
  between(min: number, max: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Picks by Zipf's law: the k-th item comes 1/k times as often as the first. */
  pickZipf<Item>(items: readonly Item[]): Item;
  /** Picks different items by Zipf's law, in the order drawn. */
  pickSeveral<Item>(items: readonly Item[], count: number): Item[];
  /** Returns a UUID of version 7 (RFC 9562), one millisecond later than the previous one. */
  uuid(): string;
}

/** The generator mulberry32, which has 32 bits of state. */
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

/** Returns the partial sums of 1 + 1/2 + 1/3 + …, the cumulative weights of a Zipf distribution. */
function harmonic(count: number): Float64Array {
  const cached = harmonicSums.get(count);
  if (cached) return cached;
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += 1 / (index + 1);
    sums[index] = sum;
  }
  harmonicSums.set(count, sums);
  return sums;
}

/** Finds the first item whose cumulative weight exceeds the drawn one, by binary search. */
function zipfIndex(count: number, fraction: number): number {
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
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  };
  return {
    fraction,
    between: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    pick: (items) => itemAt(items, Math.floor(fraction() * items.length)),
    pickZipf: (items) => itemAt(items, zipfIndex(items.length, fraction())),
    pickSeveral: (items, count) => {
      const drawn = new Set<number>();
      while (drawn.size < Math.min(count, items.length)) drawn.add(zipfIndex(items.length, fraction()));
      return [...drawn].map((index) => itemAt(items, index));
    },
    uuid: () => uuidOf(idMs++, fraction),
  };
}
