import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { midnightOf, TIME_UNITS } from '../../../src/web/chart/time-units.ts';

const DAYS_MAX = 50_000;

test.each(TIME_UNITS)('Units of a $name are counted as they are listed', ({ interval, countIn }) => {
  const ranges = fc.tuple(fc.integer({ min: -500_000, max: 500_000 }), fc.integer({ min: 0, max: DAYS_MAX }));
  fc.assert(
    fc.property(ranges, ([first, days]) => {
      const listed = interval.range(interval.floor(midnightOf(first)), midnightOf(first + days + 1));
      expect(countIn(first, first + days)).toBe(listed.length);
    }),
  );
});
