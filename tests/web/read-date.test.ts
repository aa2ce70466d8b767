import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseEdtf } from '../../src/domain/values/edtf.ts';
import { formatOccurred } from '../../src/web/text/format-date.ts';
import { readDate } from '../../src/web/text/read-date.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';

const ROUNDS = fuzzRounds(500);

describe('readDate', () => {
  test.each([
    ['14 October 2025', '2025-10-14'],
    ['14th of October, 2025', '2025-10-14'],
    ['Tuesday, 14 October 2025', '2025-10-14'],
    ['Oct 14, 2025', '2025-10-14'],
    ['Sept. 4 2025', '2025-09-04'],
    ['on 1 May 2025.', '2025-05-01'],
    ['13/10/2025', '2025-10-13'],
    ['10/13/2025', '2025-10-13'],
    ['5.5.2025', '2025-05-05'],
    ['2025/10/4', '2025-10-04'],
    ['October 2025', '2025-10'],
    ['2025', '2025'],
    ['the 1980s', '198X'],
    ['early October 2025', '2025-10-01~/2025-10-10~'],
    ['mid-October 2025', '2025-10-11~/2025-10-20~'],
    ['Late February 2024', '2024-02-21~/2024-02-29~'],
    ['the end of October 2025', '2025-10-21~/2025-10-31~'],
    ['early 2026', '2026-01~/2026-04~'],
    ['mid 2026', '2026-05~/2026-08~'],
    ['late 2026', '2026-09~/2026-12~'],
    ['early 1980s', '1980~/1983~'],
    ['Q3 2025', '2025-07/2025-09'],
    ['the last quarter of 2025', '2025-10/2025-12'],
    ['first half of 2025', '2025-01/2025-06'],
    ['7–9 September 2025', '2025-09-07/2025-09-09'],
    ['7-9 September 2025', '2025-09-07/2025-09-09'],
    ['September 7–9, 2025', '2025-09-07/2025-09-09'],
    ['28 September – 2 October 2025', '2025-09-28/2025-10-02'],
    ['28 December 2025 to 2 January 2026', '2025-12-28/2026-01-02'],
    ['from March to May 2024', '2024-03/2024-05'],
    ['March-May 2024', '2024-03/2024-05'],
    ['2010–2012', '2010/2012'],
    ['between March and May 2024', '2024-03/2024-05'],
    ['between 2025-09-08 and 2025-10-13', '2025-09-08/2025-10-13'],
    ['13 or 31 July 2010', '[2010-07-13,2010-07-31]'],
    ['13, 14 or 31 July 2010', '[2010-07-13,2010-07-14,2010-07-31]'],
    ['Oct 14, 2025 or Oct 16, 2025', '[2025-10-14,2025-10-16]'],
    ['Oct 14, 2025, Oct 15, 2025 or Oct 16, 2025', '[2025-10-14,2025-10-15,2025-10-16]'],
    ['1667, 1668 or 1670–1672', '[1667,1668,1670..1672]'],
    ['13 and 31 July 2010', '{2010-07-13,2010-07-31}'],
    ['1984 or earlier', '[..1984]'],
    ['about 1985', '1985~'],
    ['c. 1985', '1985~'],
    ['circa October 1985', '1985-10~'],
    ['probably 14 October 2025', '2025-10-14?'],
    ['1985?', '1985?'],
    ['before 13 October 2025', '../2025-10-13'],
    ['no later than 13 October 2025', '../2025-10-13'],
    ['after October 2025', '2025-10/..'],
    ['since 2020', '2020/..'],
    ['from 2020, end unknown', '2020/'],
    [' 2025-10~ ', '2025-10~'],
  ])('reads “%s” as %s', (text, edtf) => {
    expect(readDate(text)).toEqual({ outcome: 'read', edtf });
  });

  const page = readFileSync('src/docs/pages.md', 'utf8');
  const documented = [...page.matchAll(/^\| ([^|`]+) \| `([^`]+)` \|$/gm)].map(([, text = '', edtf = '']) => [
    text,
    edtf,
  ]);

  test.each(documented)('reads “%s” as the documentation says', (text, edtf) => {
    expect(readDate(text)).toEqual({ outcome: 'read', edtf });
  });

  test('has a table in the documentation', () => {
    expect(documented.length).toBeGreaterThan(20);
  });

  test.each([
    ['recently', 'depends on the day'],
    ['last week', 'depends on the day'],
    ['summer 2025', '“summer” has no fixed months'],
    ['03/04/2025', '“03/04/2025” may be 2025-04-03 or 2025-03-04'],
    ['3.4.2025', 'may be 2025-04-03 or 2025-03-04'],
    ['13/10/25', 'no century'],
    ['Monday, 14 October 2025', 'That day is a Tuesday'],
    ['31 February 2025', '2025-02-31 is not in the calendar'],
    ['9–7 September 2025', 'ends before it starts'],
    ['2025-21', 'Seasons and quarters are not supported'],
    ['2025-02-30', '2025-02-30 is not in the calendar'],
    ['the other day', '“the other day” is not understood'],
    ['14 Octember 2025', 'is not understood'],
    ['', 'is not understood'],
  ])('refuses “%s” and says why', (text, detail) => {
    expect(readDate(text)).toEqual({ outcome: 'refused', detail: expect.stringContaining(detail) });
  });

  const number = (min: number, max: number) =>
    fc.integer({ min, max }).map((n) => String(n).padStart(2, '0'));
  const plain = fc
    .tuple(fc.integer({ min: 1000, max: 9999 }), number(1, 12), number(1, 28), fc.constantFrom(4, 7, 10))
    .map(([year, month, day, length]) => `${year}-${month}-${day}`.slice(0, length));
  const single = fc.tuple(plain, fc.constantFrom('', '', '~', '?', '%')).map((parts) => parts.join(''));
  const dates = fc
    .oneof(
      single,
      fc.tuple(single, single).map((ends) => ends.join('/')),
      single.map((date) => `../${date}`),
      single.map((date) => `${date}/..`),
      single.map((date) => `/${date}`),
      single.map((date) => `${date}/`),
      fc.array(single, { minLength: 2, maxLength: 4 }).map((members) => `[${members}]`),
      fc.array(single, { minLength: 2, maxLength: 4 }).map((members) => `{${members}}`),
      fc.integer({ min: 100, max: 999 }).map((decade) => `${decade}X`),
    )
    .filter((edtf) => parseEdtf(edtf).outcome === 'parsed');

  test('reads what a page shows of a date as that date', () => {
    fc.assert(
      fc.property(dates, (edtf) => {
        expect(readDate(formatOccurred({ edtf }))).toEqual({ outcome: 'read', edtf });
      }),
      { numRuns: ROUNDS },
    );
  });

  const word = fc.constantFrom(
    ...[
      '14',
      '3',
      'October',
      'may',
      '2025',
      '1985',
      'mid-',
      'early',
      'about',
      'between',
      'and',
      'or',
      '–',
      '-',
      ',',
    ],
    ...[
      'before',
      'until',
      'from',
      'to',
      'Q3',
      'the',
      '?',
      '~',
      '/',
      '..',
      '2025-10',
      '(uncertain)',
      'X',
      '[',
      ']',
    ],
  );

  test('returns nothing but EDTF, or says why not', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', ''), (words, space) => {
        const reading = readDate(words.join(space));
        if (reading.outcome === 'read') expect(parseEdtf(reading.edtf).outcome).toBe('parsed');
        else expect(reading.detail).not.toBe('');
      }),
      { numRuns: ROUNDS },
    );
  });
});
