/*
 * A set of positions in a segment, as the table `posting` has it: the positions in order, with 16 bits each, or a
 * bitmap if that is not larger. View files stay on the machine that wrote them, so numbers have its byte order.
 */

/** Maximum number of positions in a segment. */
export const POSITIONS_MAX = 65_536;

/** A set with a bit for each position. */
export type Bitmap = Uint32Array;

const WORD_BITS = 32;

export function emptyBitmap(size: number): Bitmap {
  return new Uint32Array(Math.ceil(size / WORD_BITS));
}

/** @param positions in any order, below `size`; the same position may occur several times */
export function encodePositions(positions: readonly number[], size: number): Uint8Array {
  const bitmap = emptyBitmap(size);
  let count = 0;
  for (const position of positions) count += setBit(bitmap, position);
  return encodeBitmap(bitmap, count);
}

/** @param count number of positions in the bitmap */
export function encodeBitmap(bitmap: Bitmap, count: number): Uint8Array {
  const isSparse = count * Uint16Array.BYTES_PER_ELEMENT < bitmap.byteLength;
  return new Uint8Array((isSparse ? positionsOf(bitmap, count) : bitmap).buffer);
}

/** Returns the positions of an encoded set, in ascending order. */
export function decodePositions(encoded: Uint8Array, size: number): Uint16Array {
  const bitmap = emptyBitmap(size);
  if (encoded.byteLength < bitmap.byteLength) return new Uint16Array(encoded.slice().buffer);
  addPositions(bitmap, encoded);
  return positionsOf(bitmap, countBits(bitmap));
}

/** Returns what `ascending` does, faster. @param count number of positions in the bitmap */
function positionsOf(bitmap: Bitmap, count: number): Uint16Array {
  const positions = new Uint16Array(count);
  let next = 0;
  for (let index = 0; index < bitmap.length; index += 1) {
    for (let word = at(bitmap, index); word !== 0; word &= word - 1) {
      positions[next] = index * WORD_BITS + lowestBit(word);
      next += 1;
    }
  }
  return positions;
}

function countBits(bitmap: Bitmap): number {
  let count = 0;
  for (const word of bitmap) for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Adds an encoded set to a bitmap. */
export function addPositions(bitmap: Bitmap, encoded: Uint8Array): void {
  // The copy has the alignment that wider numbers need.
  const { buffer } = encoded.slice();
  if (encoded.byteLength === bitmap.byteLength) {
    const words = new Uint32Array(buffer);
    for (let index = 0; index < bitmap.length; index += 1)
      bitmap[index] = at(bitmap, index) | at(words, index);
  } else {
    for (const position of new Uint16Array(buffer)) setBit(bitmap, position);
  }
}

/** Adds positions of another segment. Returns how many of them the bitmap did not have. */
export function addMapped(bitmap: Bitmap, positions: Uint16Array, mapping: Uint16Array): number {
  let count = 0;
  for (const position of positions) count += setBit(bitmap, mapping[position] ?? 0);
  return count;
}

/** Removes the positions that the other bitmap does not have. */
export function intersect(bitmap: Bitmap, other: Bitmap): void {
  for (let index = 0; index < bitmap.length; index += 1) bitmap[index] = at(bitmap, index) & at(other, index);
}

/** Returns the positions from `first` on, in ascending order. */
export function* ascending(bitmap: Bitmap, first = 0): Generator<number> {
  for (let index = Math.floor(first / WORD_BITS); index < bitmap.length; index += 1) {
    for (let word = at(bitmap, index); word !== 0; word &= word - 1) {
      const position = index * WORD_BITS + lowestBit(word);
      if (position >= first) yield position;
    }
  }
}

/** Returns the positions below `end`, in descending order. */
export function* descending(bitmap: Bitmap, end: number): Generator<number> {
  for (let index = Math.min(Math.floor(end / WORD_BITS), bitmap.length - 1); index >= 0; index -= 1) {
    let word = at(bitmap, index);
    while (word !== 0) {
      const bit = WORD_BITS - 1 - Math.clz32(word);
      word &= ~(1 << bit);
      const position = index * WORD_BITS + bit;
      if (position < end) yield position;
    }
  }
}

function lowestBit(word: number): number {
  return WORD_BITS - 1 - Math.clz32(word & -word);
}

/** Returns 1 if the bit was not set before, and 0 otherwise. */
function setBit(bitmap: Bitmap, position: number): 0 | 1 {
  const index = Math.floor(position / WORD_BITS);
  const word = at(bitmap, index);
  const bit = 1 << (position % WORD_BITS);
  bitmap[index] = word | bit;
  return (word & bit) === 0 ? 1 : 0;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
