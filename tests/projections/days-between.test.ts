import { expect, test } from '@jest/globals';
import { daysBetween } from '../../projections/days-between.ts';
import { spanOf } from '../../src/domain/values/edtf.ts';

function daysOf(date: string) {
  const { earliest = null, latest = null } = spanOf(date);
  return { earliest, latest };
}

test.each([
  ['2025-09-08', '2025-09-08', 0, 0],
  ['2025-09-08', '2025-09-18', 10, 10],
  // 8 to 30 September is 22 days, to 1 October 23, to 31 October 53
  ['2025-09-08', '2025-10', 23, 53],
  ['2025-09', '2025-10', 1, 60],
  // the dates overlap: it may be the same day, or up to 31 December, 333 days after 1 February
  ['2025', '2025-02-01', 0, 333],
  ['2025-09-08', '2025-09-01/..', 0, null],
  ['2025-09-08', '2025-10-01/..', 23, null],
  ['../2025-09-01', '2025-09-08', 7, null],
  ['../2025-09-10', '2025-09-08', 0, null],
])('%s and %s are %p to %p days apart in either order', (a, b, least, most) => {
  expect(daysBetween(daysOf(a), daysOf(b))).toEqual({ least, most });
  expect(daysBetween(daysOf(b), daysOf(a))).toEqual({ least, most });
});
