import { describe, expect, test } from '@jest/globals';
import {
  formatInstant,
  formatLocalTime,
  formatMonth,
  formatOccurred,
  renderDate,
} from '../../src/web/text/format-date.ts';

describe('formatOccurred', () => {
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
    ['2025-10-13/2025-10', '13 October – October 2025'],
    ['2025-10/2025', 'October 2025 – 2025'],
    ['1985/', 'from 1985, end unknown'],
    ['/1985-04', 'until April 1985, start unknown'],
    ['1985-04-12~/', 'from about 12 April 1985, end unknown'],
    ['[2010-07-13,2010-07-31]', '13 or 31 July 2010'],
    ['{2010-07-13,2010-07-31}', '13 and 31 July 2010'],
    ['[2010-07-13,2010-07-20,2010-08-02]', '13 July, 20 July or 2 August 2010'],
    ['[2009-12-31,2010-01-01]', '31 December 2009 or 1 January 2010'],
    ['[2010-07,2010-07-13]', 'July or 13 July 2010'],
    ['[2010-07-13,2010-07]', '13 July or July 2010'],
    ['[2010-07-13~,2010-07-31?]', 'about 13 or 31 July 2010 (uncertain)'],
    ['[2010]', '2010'],
    ['[1667,1668,1670..1672]', '1667, 1668 or 1670–1672'],
    ['{2010-07-13..2010-07-15,2010-08}', '13–15 July 2010 and August 2010'],
    ['[..1984]', '1984 or earlier'],
    ['{..1984,1990..}', '1984 and earlier and 1990 and later'],
    ['[1760-01,1760-12..]', 'January 1760 or December 1760 or later'],
    ['{202X,2031}', 'the 2020s and 2031'],
  ])('formats %s as “%s”', (edtf, text) => {
    expect(formatOccurred({ edtf })).toBe(text);
  });

  test('says that a date was inferred, and from what', () => {
    expect(formatOccurred({ edtf: '../2025-10-13', basis: 'inferred', verbatim: 'recently' })).toBe(
      'before 13 October 2025 (inferred from “recently”)',
    );
    expect(formatOccurred({ edtf: '2025-09', basis: 'inferred' })).toBe('September 2025 (inferred)');
  });

  test('formats an inferred interval as the time within which the event happened', () => {
    expect(formatOccurred({ edtf: '2025-09-08/2025-10-13', basis: 'inferred', verbatim: 'recently' })).toBe(
      'between 8 September and 13 October 2025 (inferred from “recently”)',
    );
    expect(formatOccurred({ edtf: '2025-09-07/2025-09-09', basis: 'inferred' })).toBe(
      'between 7 and 9 September 2025 (inferred)',
    );
  });
});

describe('renderDate', () => {
  test.each(['2025', '2025-09', '2025-09-08'])('makes %s machine-readable', (edtf) => {
    expect(String(renderDate({ edtf }))).toContain(`<time datetime="${edtf}">`);
  });

  test.each(['2025~', '202X', '../2025', '2025-09/2025-10'])('renders %s as text only', (edtf) => {
    expect(String(renderDate({ edtf }))).not.toContain('<time');
  });
});

test('formatMonth formats the month of a day', () => {
  expect(formatMonth('2025-09-30')).toBe('September 2025');
});

test('formatInstant formats an instant in UTC', () => {
  expect(formatInstant('2025-10-13T23:30:00-01:00')).toBe('14 October 2025, 00:30 UTC');
});

describe('formatLocalTime', () => {
  test('adds the offset of the zone on that day', () => {
    expect(formatLocalTime('2025-10-13T15:00', 'Asia/Shanghai')).toBe(
      '13 October 2025, 15:00 (Asia/Shanghai, UTC+08:00)',
    );
    expect(formatLocalTime('2025-07-01T09:30:15', 'America/New_York')).toBe(
      '1 July 2025, 09:30:15 (America/New_York, UTC-04:00)',
    );
    expect(formatLocalTime('2025-12-01T09:30', 'America/New_York')).toBe(
      '1 December 2025, 09:30 (America/New_York, UTC-05:00)',
    );
  });

  test('returns the parts of a time in an unknown zone', () => {
    expect(formatLocalTime('2025-10-13T15:00', 'Mars/Olympus')).toBe('2025-10-13T15:00 (Mars/Olympus)');
  });
});
