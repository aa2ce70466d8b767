import { describe, expect, test } from '@jest/globals';
import {
  type Day,
  dayOfSerial,
  daySerial,
  parseDay,
  parseEdtf,
  spansOverlap,
} from '../../src/domain/values/edtf.ts';

/** Worked out by hand from ISO 8601-2. `..` is an open end. */
const dates = [
  ['2025-09-08', '2025-09-08', '2025-09-08', undefined],
  ['2024-02-29', '2024-02-29', '2024-02-29', undefined],
  ['2025-09', '2025-09-01', '2025-09-30', undefined],
  ['2024-02', '2024-02-01', '2024-02-29', undefined],
  ['1900-02', '1900-02-01', '1900-02-28', undefined],
  ['2025', '2025-01-01', '2025-12-31', undefined],
  ['2025-1X', '2025-10-01', '2025-12-31', undefined],
  ['2025-0X', '2025-01-01', '2025-09-30', undefined],
  ['2025-X2', '2025-02-01', '2025-12-31', undefined],
  ['2025-XX', '2025-01-01', '2025-12-31', undefined],
  ['2025-02-3X/2025-03', undefined, undefined, undefined],
  ['2025-09-3X', '2025-09-30', '2025-09-30', undefined],
  ['2025-09-XX', '2025-09-01', '2025-09-30', undefined],
  ['202X', '2020-01-01', '2029-12-31', undefined],
  ['1XXX-02-29', '1004-02-29', '1996-02-29', undefined],
  ['2025-09?', '2025-09-01', '2025-09-30', 'uncertain'],
  ['2025-09~', '2025-09-01', '2025-09-30', 'approximate'],
  ['2025-09%', '2025-09-01', '2025-09-30', 'both'],
  ['2025-09-07/2025-09-09', '2025-09-07', '2025-09-09', undefined],
  ['2025-09/2025-10~', '2025-09-01', '2025-10-31', 'approximate'],
  ['2025-09?/2025-10~', '2025-09-01', '2025-10-31', 'both'],
  ['2025/2025-03', '2025-01-01', '2025-03-31', undefined],
  ['2025-03/2025', '2025-03-01', '2025-12-31', undefined],
  ['../2025-10-13', '..', '2025-10-13', undefined],
  ['2025-10~/..', '2025-10-01', '..', 'approximate'],
] as const;

describe('a date that EDTF allows', () => {
  test.each(dates.filter(([, earliest]) => earliest !== undefined))(
    '%s runs from %s to %s',
    (text, earliest, latest, qualifier) => {
      const span = {
        earliest: earliest === '..' ? undefined : earliest,
        latest: latest === '..' ? undefined : latest,
      };
      expect(parseEdtf(text)).toEqual({ outcome: 'parsed', span, qualifier });
    },
  );
});

describe('a text that is not a date', () => {
  test.each([
    ['2025-02-30', 'not in the calendar'],
    ['2025-02-29', 'not in the calendar'],
    ['2025-13', 'not in the calendar'],
    ['2025-02-3X/2025-03', 'not in the calendar'],
    ['2025-00-10', 'not in the calendar'],
    ['05/06/2025', 'year first'],
    ['5.6.2025', 'year first'],
    ['0025', 'from 1000 to 9999'],
    ['-2025', 'from 1000 to 9999'],
    ['Y17000', 'from 1000 to 9999'],
    ['XXXX', 'first digit of the year'],
    ['2025-21', 'months as an interval'],
    ['2025-33', 'months as an interval'],
    ['2025-09-09/2025-09-07', 'ends before it starts'],
    ['../..', 'open at both ends'],
    ['2025/', 'as ..'],
    ['/2025', 'as ..'],
    ['2025-10-13T15:00', 'without the time of day'],
    ['20251013', '2025-10-13'],
    ['2025-09~-08', 'one qualifier'],
    ['recently', 'dateVerbatim'],
    ['', 'Expected a date'],
    [' 2025', 'Expected a date'],
    ['２０２５', 'Expected a date'],
    ['2025-09-07/2025-09-08/2025-09-09', 'Expected a date'],
    ['2025/2026/2027', 'Expected a date'],
  ])('%s is refused with a hint', (text, hint) => {
    expect(parseEdtf(text)).toEqual({ outcome: 'refused', detail: expect.stringContaining(hint) });
  });
});

test('a day must be in the calendar', () => {
  expect(parseDay('2025-10-13')).toBe('2025-10-13');
  expect(parseDay('2025-10')).toBeUndefined();
  expect(parseDay('2025-06-31')).toBeUndefined();
  expect(parseDay('2025-10-13 ')).toBeUndefined();
});

test('days are numbered from 1970-01-01', () => {
  expect(daySerial('1970-01-01' as Day)).toBe(0);
  expect(daySerial('2000-03-01' as Day)).toBe(11_017);
  expect(dayOfSerial(-1)).toBe('1969-12-31');
});

test('an open end overlaps with every date on its side', () => {
  const until2025 = { earliest: undefined, latest: '2025-12-31' as Day };
  const from2026 = { earliest: '2026-01-01' as Day, latest: undefined };
  const newYear = { earliest: '2025-12-31' as Day, latest: '2026-01-01' as Day };

  expect(spansOverlap(until2025, from2026)).toBe(false);
  expect(spansOverlap(until2025, newYear)).toBe(true);
  expect(spansOverlap(newYear, from2026)).toBe(true);
});
