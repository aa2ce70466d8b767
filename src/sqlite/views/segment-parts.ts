import type { StoredContent } from './content-table.ts';

/** The sort key of an entry that shows a content: the columns of `entry` up to `content`. */
export type SortKey = Pick<StoredContent, 'earliest' | 'latest' | 'rank' | 'id'>;

/** Number of keys in a row of `segment_part`; fewer in the last one of a segment. */
export const KEYS_PER_PART = 16;

const NUMBERS_PER_KEY = 4;
export const KEY_BYTES = NUMBERS_PER_KEY * Float64Array.BYTES_PER_ELEMENT;

/** Returns keys as a row of `segment_part` has them, in the byte order of the machine. */
export function encodeKeys(keys: readonly SortKey[]): Uint8Array {
  const numbers = new Float64Array(keys.length * NUMBERS_PER_KEY);
  for (const [index, { earliest, latest, rank, id }] of keys.entries()) {
    numbers.set([earliest, latest, rank, id], index * NUMBERS_PER_KEY);
  }
  return new Uint8Array(numbers.buffer);
}

export function decodeKeys(part: Uint8Array): readonly SortKey[] {
  const numbers = numbersOf(part);
  const keys: SortKey[] = [];
  while (keys.length * NUMBERS_PER_KEY < numbers.length) keys.push(keyAt(numbers, keys.length));
  return keys;
}

/** Returns the numbers of a row, for `keyAt`. The copy has the alignment that they need. */
export function numbersOf(part: Uint8Array): Float64Array {
  return new Float64Array(part.slice().buffer);
}

/** Returns the key with this index in its part. */
export function keyAt(numbers: Float64Array, index: number): SortKey {
  const start = index * NUMBERS_PER_KEY;
  const [earliest, latest] = [numbers[start] ?? 0, numbers[start + 1] ?? 0];
  return { earliest, latest, rank: numbers[start + 2] ?? 0, id: numbers[start + 3] ?? 0 };
}

/** Returns the first day of each part of a segment, as the column `part_days` has them. */
export function encodePartDays(keys: readonly SortKey[]): Uint8Array {
  const days: number[] = [];
  for (let first = 0; first < keys.length; first += KEYS_PER_PART) days.push(keys[first]?.earliest ?? 0);
  return encodeDays(days);
}

/** The same of the first days themselves. */
export function encodeDays(days: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(days).buffer);
}

export function decodePartDays(days: Uint8Array): Int32Array {
  return new Int32Array(days.slice().buffer);
}

/** Compares keys by the order of timelines. */
export function compareSortKeys(a: SortKey, b: SortKey): number {
  return a.earliest - b.earliest || a.latest - b.latest || a.rank - b.rank || a.id - b.id;
}
