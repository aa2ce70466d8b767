import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countLeading } from '../../src/domain/values/binary-search.ts';

describe('countLeading', () => {
  test.each([
    [[], 0],
    [[5], 0],
    [[1], 1],
    [[1, 2, 3, 5], 3],
    [[1, 2, 3], 3],
    [[4, 4, 9], 0],
  ])('of %j counts %d items below 4', (numbers, count) => {
    expect(countLeading(numbers, (number) => number < 4)).toBe(count);
  });

  test('equals a linear count for any sorted list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (numbers, bound) => {
        const sorted = numbers.sort((a, b) => a - b);
        expect(countLeading(sorted, (number) => number < bound)).toBe(
          sorted.filter((number) => number < bound).length,
        );
      }),
    );
  });
});
