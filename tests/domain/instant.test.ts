import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '../../src/domain/fields/instant.ts';

describe('parseInstant', () => {
  test.each([
    ['2025-10-13T07:00:00Z', '2025-10-13T07:00:00.000Z'],
    ['2025-10-13t12:00:00.123456+05:00', '2025-10-13T07:00:00.123Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['2015-06-30T23:59:60.5z', '2015-06-30T23:59:59.999Z'],
    ['2017-01-01T08:59:60+09:00', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T18:59:60-05:00', '2016-12-31T23:59:59.999Z'],
  ])('converts %s to %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  test.each([
    '2025-02-30T00:00:00Z',
    '2025-10-13T07:00Z',
    '2025-10-13T24:00:00Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T23:59:60+09:00',
    '2016-11-30T23:59:60Z',
    '2016-12-30T23:59:60Z',
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
