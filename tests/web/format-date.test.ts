import { describe, expect, test } from '@jest/globals';
import { formatOccurred, machineDate } from '../../src/web/text/format-date.ts';

function words(edtf: string, basis?: 'inferred', verbatim?: string): string {
  return formatOccurred({
    edtf,
    earliest: null,
    latest: null,
    ...(basis && { basis }),
    ...(verbatim !== undefined && { verbatim }),
  });
}

describe('a date in words', () => {
  test.each([
    ['2025-09-08', '8 September 2025'],
    ['2025-09', 'September 2025'],
    ['2025', '2025'],
    ['2025-09-07/2025-09-09', '7–9 September 2025'],
    ['2025-09-28/2025-10-02', '28 September – 2 October 2025'],
    ['2024-12-30/2025-01-02', '30 December 2024 – 2 January 2025'],
    ['2025-09/2025-11', 'September–November 2025'],
    ['2024-11/2025-02', 'November 2024 – February 2025'],
    ['2009/2016', '2009–2016'],
    ['2025-09/2025-10-13', 'September – 13 October 2025'],
    ['2025/2026-02', '2025 – February 2026'],
    ['../2025-10-13', 'before 13 October 2025'],
    ['2025-10-01/..', 'from 1 October 2025 on'],
    ['2025~', 'about 2025'],
    ['2025-09?', 'September 2025 (uncertain)'],
    ['2025-09-08%', 'about 8 September 2025 (uncertain)'],
    ['2025-09-07~/2025-09-09', 'about 7–9 September 2025'],
    ['2025-09-07?/2025-09-09', '7 September 2025 (uncertain) – 9 September 2025'],
    ['2025-1X', 'between October and December 2025'],
    ['202X', 'the 2020s'],
    ['20XX', 'between 2000 and 2099'],
    ['2025-XX', '2025'],
    ['2025-09-XX', 'September 2025'],
    ['2025-09-1X', 'between 10 and 19 September 2025'],
    ['202X~', 'about the 2020s'],
    ['2025-0X/2025-10-13', 'between 1 January and 13 October 2025'],
  ])('%s is told as “%s”', (edtf, expected) => {
    expect(words(edtf)).toBe(expected);
  });

  test('that somebody inferred says so, and from what', () => {
    expect(words('../2025-10-13', 'inferred', 'recently')).toBe(
      'before 13 October 2025 (inferred from “recently”)',
    );
    expect(words('2025-09', 'inferred')).toBe('September 2025 (inferred)');
  });

  test('that was inferred as an interval lies somewhere in it, and does not last', () => {
    expect(words('2025-09-08/2025-10-13', 'inferred', 'recently')).toBe(
      'between 8 September and 13 October 2025 (inferred from “recently”)',
    );
    expect(words('2025-09-07/2025-09-09', 'inferred')).toBe('between 7 and 9 September 2025 (inferred)');
  });
});

test('a machine is told days, months and years that are certain, and nothing else', () => {
  expect(['2025', '2025-09', '2025-09-08'].map(machineDate)).toEqual(['2025', '2025-09', '2025-09-08']);
  expect(['2025~', '202X', '../2025', '2025-09/2025-10'].map(machineDate)).toEqual(Array(4).fill(undefined));
});
