import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addPositions,
  ascending,
  decodePositions,
  descending,
  emptyBitmap,
  encodePositions,
  intersect,
} from '../../src/sqlite/views/position-set.ts';

const SIZE = 200;
const positions = fc.array(fc.nat(SIZE - 1));

function distinct(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function bitmapOf(numbers: readonly number[]): Uint32Array {
  const bitmap = emptyBitmap(SIZE);
  addPositions(bitmap, encodePositions(numbers, SIZE));
  return bitmap;
}

describe('A set of positions', () => {
  test('has two bytes for each position, and at most one bit for each position of the segment', () => {
    expect(encodePositions([7, 3, 7], 65_536)).toHaveLength(4);
    expect(encodePositions([...Array(4_096).keys()], 65_536)).toHaveLength(8_192);
    expect(encodePositions([...Array(65_536).keys()], 65_536)).toHaveLength(8_192);
  });

  test('is read as it was written, whatever the order and the number of positions', () => {
    fc.assert(
      fc.property(positions, (numbers) => {
        expect([...decodePositions(encodePositions(numbers, SIZE), SIZE)]).toEqual(distinct(numbers));
      }),
    );
  });

  test('is read from a position on in both directions', () => {
    fc.assert(
      fc.property(positions, fc.nat(SIZE), (numbers, bound) => {
        const sorted = distinct(numbers);
        expect([...ascending(bitmapOf(numbers), bound)]).toEqual(sorted.filter((each) => each >= bound));
        expect([...descending(bitmapOf(numbers), bound)]).toEqual(
          sorted.filter((each) => each < bound).reverse(),
        );
      }),
    );
  });

  test('is united and intersected with others', () => {
    fc.assert(
      fc.property(positions, positions, (some, others) => {
        const union = bitmapOf(some);
        addPositions(union, encodePositions(others, SIZE));
        expect([...ascending(union)]).toEqual(distinct([...some, ...others]));
        const both = bitmapOf(some);
        intersect(both, bitmapOf(others));
        expect([...ascending(both)]).toEqual(distinct(some).filter((each) => others.includes(each)));
      }),
    );
  });
});
