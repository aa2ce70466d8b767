import { describe, expect, test } from '@jest/globals';
import {
  type Day,
  dateOf,
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
      expect(parseEdtf(text)).toMatchObject({ outcome: 'parsed', span });
      expect(dateOf(text).qualifier).toBe(qualifier);
    },
  );
});

/** Formats what a date may mean: `2010-07-13 2010-07-31/2010-08-02 2010-09-01/..`. */
function reachOf(text: string): string {
  const spans = dateOf(text).reach.map(({ earliest = '..', latest = '..' }) =>
    earliest === latest ? earliest : `${earliest}/${latest}`,
  );
  return spans.join(' ');
}

describe('an unknown end', () => {
  test('is not an open end, but has no day either', () => {
    const from1985 = { earliest: '1985-01-01', latest: undefined };
    expect(dateOf('1985/')).toMatchObject({ span: from1985, unknownEnd: 'end' });
    expect(dateOf('1985/..')).toMatchObject({ span: from1985, unknownEnd: undefined });
    const until1985 = { earliest: undefined, latest: '1985-12-31' };
    expect(dateOf('/1985')).toMatchObject({ span: until1985, unknownEnd: 'start' });
    expect(dateOf('../1985')).toMatchObject({ span: until1985, unknownEnd: undefined });
    expect(dateOf('1985-04~/')).toMatchObject({ qualifier: 'approximate', unknownEnd: 'end' });
  });
});

describe('a set', () => {
  test.each([
    ['[2010-07-13,2010-07-31]', '2010-07-13 2010-07-31'],
    ['{2010-07-13,2010-07-31}', '2010-07-13 2010-07-31'],
    ['[2010-07-31,2010-07-13]', '2010-07-13 2010-07-31'],
    ['{2010-07-13,2010-07-14}', '2010-07-13/2010-07-14'],
    ['[1667,1668,1670..1672]', '1667-01-01/1668-12-31 1670-01-01/1672-12-31'],
    ['[1667,1760-12]', '1667-01-01/1667-12-31 1760-12-01/1760-12-31'],
    ['[1760-01,1760-02,1760-12..]', '1760-01-01/1760-02-29 1760-12-01/..'],
    ['[..1760-12-03]', '../1760-12-03'],
    ['{..1760,1770}', '../1760-12-31 1770-01-01/1770-12-31'],
    ['[2010]', '2010-01-01/2010-12-31'],
    ['[2010-07,2010-07-13]', '2010-07-01/2010-07-31'],
    ['[2010-07-13~,2010-07-31]', '2010-07-12/2010-07-14 2010-07-31'],
    ['[2010-07-13..2010-07-15,2010-1X]', '2010-07-13/2010-07-15 2010-10-01/2010-12-31'],
  ])('%s may mean %s', (text, reach) => {
    expect(reachOf(text)).toBe(reach);
  });

  test('lasts from its first day to its last, and has the qualifiers of its members', () => {
    const july = { earliest: '2010-07-13', latest: '2010-07-31' };
    expect(dateOf('[2010-07-31,2010-07-13]')).toMatchObject({ span: july, qualifier: undefined });
    expect(dateOf('{2010-07-13?,2010-07-20~,2010-07-31}')).toMatchObject({ span: july, qualifier: 'both' });
  });

  test('has up to 32 members', () => {
    const years = Array.from({ length: 33 }, (_, index) => String(1900 + index));
    expect(reachOf(`[${years.slice(1).join(',')}]`)).toBe('1901-01-01/1932-12-31');
    expect(parseEdtf(`[${years.join(',')}]`)).toMatchObject({
      reason: 'unsupported',
      detail: expect.stringContaining('32 members'),
    });
    const longest = Array.from({ length: 32 }, () => '2025-09-07~..2025-09-09~').join(',');
    expect(reachOf(`{${longest}}`)).toBe('2025-09-06/2025-09-10');
  });
});

/** A day, a month or a year more on both sides, by the finest part of the date. */
describe('an approximate date', () => {
  test.each([
    ['2025-09-08~', '2025-09-07/2025-09-09'],
    ['2025-09-08%', '2025-09-07/2025-09-09'],
    ['2025-09-08?', '2025-09-08'],
    ['2025-01-01~', '2024-12-31/2025-01-02'],
    ['2025-09~', '2025-08-01/2025-10-31'],
    ['2025-01~', '2024-12-01/2025-02-28'],
    ['2024-01~', '2023-12-01/2024-02-29'],
    ['2025-12~', '2025-11-01/2026-01-31'],
    ['2025~', '2024-01-01/2026-12-31'],
    ['202X~', '2019-01-01/2030-12-31'],
    ['2025-XX~', '2024-01-01/2026-12-31'],
    ['2025-1X~', '2025-09-01/2026-01-31'],
    ['2025-09-XX~', '2025-08-01/2025-10-31'],
    ['2025-09-1X~', '2025-09-09/2025-09-20'],
    ['1000~', '1000-01-01/1001-12-31'],
    ['9999-12~', '9999-11-01/9999-12-31'],
    ['2025-09-07~/2025-09-09', '2025-09-06/2025-09-09'],
    ['2025-09-07/2025-09~', '2025-09-07/2025-10-31'],
    ['2025~/..', '2024-01-01/..'],
  ])('%s may mean %s', (text, reach) => {
    expect(reachOf(text)).toBe(reach);
  });
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
    ['2025-09-09/2025-09-07', 'ends before it starts'],
    ['20251013', '2025-10-13'],
    ['2025??', 'one qualifier'],
    ['recently', 'dateVerbatim'],
    ['', 'Expected a date'],
    [' 2025', 'Expected a date'],
    ['２０２５', 'Expected a date'],
    ['2025-09-07/2025-09-08/2025-09-09', 'Expected a date'],
    ['2025/2026/2027', 'Expected a date'],
    ['[]', 'Expected a date'],
    ['[2010-07-13,2010-07-31}', 'Expected a date'],
    ['[2010-07-13,2010-07-31', 'Expected a date'],
    ['[2010-07-13,]', 'Expected a date'],
    ['[2010-07-13, 2010-07-31]', 'without spaces'],
    ['[2010-07-13,2010-07-32]', '2010-07-32 is not in the calendar'],
    ['[2012..2010]', 'ends before it starts'],
    ['[..]', 'only two dots'],
    ['[2010,..2012]', 'Only the first member'],
    ['{2010..,2012}', 'only the last'],
    ['[2010/2012]', 'Expected a date'],
    ['[[2010]]', 'Expected a date'],
  ])('%s is refused with a hint', (text, hint) => {
    const refusal = { outcome: 'refused', reason: 'invalid', detail: expect.stringContaining(hint) };
    expect(parseEdtf(text)).toEqual(refusal);
  });
});

describe('EDTF that is not supported', () => {
  test.each([
    ['2025-21', 'Seasons'],
    ['2025-33', 'Seasons'],
    ['2025-21~', 'Seasons'],
    ['2025-21/2025-23', 'Seasons'],
    ['[2025-21,2026]', 'Seasons'],
    ['0025', 'from 1000 to 9999'],
    ['0000-05', 'from 1000 to 9999'],
    ['-2025', 'from 1000 to 9999'],
    ['Y17000', 'from 1000 to 9999'],
    ['Y-170000002', 'from 1000 to 9999'],
    ['Y-17E7', 'from 1000 to 9999'],
    ['Y3388E2S3', 'from 1000 to 9999'],
    ['1950S2', 'Significant digits'],
    ['XXXX', 'first digit of the year'],
    ['XXXX-12-XX', 'first digit of the year'],
    ['2025-?09', 'qualifier of a part'],
    ['2025~-09', 'qualifier of a part'],
    ['2025-09~-08', 'qualifier of a part'],
    ['?2025-09-~08', 'qualifier of a part'],
    ['2025-?09/2025-10', 'qualifier of a part'],
    ['2025-10-13T15:00:00Z', 'time of day'],
    ['2025-10-13T15:00', 'time of day'],
    ['../..', 'says nothing'],
    ['/..', 'says nothing'],
    ['../', 'says nothing'],
    ['/', 'says nothing'],
  ])('%s is refused with the reason', (text, reason) => {
    const refusal = { outcome: 'refused', reason: 'unsupported', detail: expect.stringContaining(reason) };
    expect(parseEdtf(text)).toEqual(refusal);
  });
});

test('a day must be in the calendar', () => {
  expect(parseDay('2025-10-13')).toBe('2025-10-13');
  expect(parseDay('2025-10')).toBeUndefined();
  expect(parseDay('2025-06-31')).toBeUndefined();
  expect(parseDay('2025-10-13 ')).toBeUndefined();
});

test.each(['2025-10', '2025-09/2025-10~'])('%s is parsed once', (text) => {
  expect(parseEdtf(text)).toBe(parseEdtf(text));
});

test('days are numbered from 1970-01-01', () => {
  expect(daySerial('1970-01-01' as Day)).toBe(0);
  expect(daySerial('2000-03-01' as Day)).toBe(11_017);
  expect(dayOfSerial(-1)).toBe('1969-12-31');
});

test('an end without a day overlaps with every date on its side', () => {
  const until2025 = { earliest: undefined, latest: '2025-12-31' as Day };
  const from2026 = { earliest: '2026-01-01' as Day, latest: undefined };
  const newYear = { earliest: '2025-12-31' as Day, latest: '2026-01-01' as Day };

  expect(spansOverlap(until2025, from2026)).toBe(false);
  expect(spansOverlap(until2025, newYear)).toBe(true);
  expect(spansOverlap(newYear, from2026)).toBe(true);
});
