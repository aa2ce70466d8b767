import { expect, test } from '@jest/globals';
import { formatDayCount } from '../../src/web/pages/agreement-page.ts';

test('formatDayCount states the days between two dates as precisely as they are known', () => {
  expect(formatDayCount({ least: 0, most: 0 }, 'the signing')).toBe('on the same day');
  expect(formatDayCount({ least: 1, most: 1 }, 'the previous step')).toBe('1 day from the previous step');
  expect(formatDayCount({ least: 0, most: 35 }, 'the signing')).toBe('0 to 35 days from the signing');
  expect(formatDayCount({ least: 12, most: null }, 'the previous step')).toBe(
    'at least 12 days from the previous step',
  );
});
