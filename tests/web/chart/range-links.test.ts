import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Day, dayOfSerial, daySerial } from '../../../src/domain/values/edtf.ts';
import { rangeLinks } from '../../../src/web/chart/range-links.ts';

const WHOLE = { earliest: '1986-03-01' as Day, latest: '2025-10-13' as Day };

function linksFrom(from: string | undefined, to: string | undefined, whole: Partial<typeof WHOLE> = WHOLE) {
  const filter = { ...(from && { from: from as Day }), ...(to && { to: to as Day }) };
  const links = rangeLinks(filter, { earliest: undefined, latest: undefined, ...whole });
  return (['previous', 'next', 'wider'] as const).map((name) => links?.[name]?.label);
}

describe('rangeLinks', () => {
  test('are undefined for a page of all dates', () => {
    expect(rangeLinks({}, WHOLE)).toBe(undefined);
  });

  test.each([
    ['2014-05-01', '2014-05-31', ['April 2014', 'June 2014', '2014']],
    ['2014-12-30', '2014-12-30', ['29 December 2014', '31 December 2014', 'December 2014']],
    ['2014-01-01', '2014-03-31', ['October–December 2013', 'April–June 2014', '2014']],
    ['2014-01-01', '2014-12-31', ['2013', '2015', '2010–2019']],
    ['2014-12-29', '2015-01-04', ['22–28 December 2014', '5–11 January 2015', '2010–2019']],
    ['2010-01-01', '2019-12-31', ['2000–2009', '2020–2029', '2000–2099']],
  ])('lead from %s to %s to the ranges beside it and around it', (from, to, labels) => {
    expect(linksFrom(from, to)).toEqual(labels);
  });

  test('lead nowhere that the timeline does not reach', () => {
    expect(linksFrom('2025-10-01', '2025-10-31')).toEqual(['September 2025', undefined, '2025']);
    expect(linksFrom('1986-01-01', '1986-12-31')).toEqual([undefined, '1987', '1980–1989']);
    const whole = { earliest: '2014-05-02' as Day, latest: '2014-06-01' as Day };
    expect(linksFrom('2014-05-01', '2014-05-31', whole)).toEqual([undefined, 'June 2014', undefined]);
  });

  test('lead as far as dates go where an end of the timeline is open', () => {
    expect(linksFrom('0001-01-01', '0001-12-31', {})).toEqual([undefined, '0002', '0001–0009']);
    expect(linksFrom('9999-12-31', '9999-12-31', {})[1]).toBe(undefined);
  });

  test('lead back where they came from', () => {
    const serial = fc.integer({ min: daySerial('1990-01-01' as Day), max: daySerial('2020-01-01' as Day) });
    fc.assert(
      fc.property(serial, fc.nat({ max: 1_000 }), (first, length) => {
        const [from, to] = [dayOfSerial(first), dayOfSerial(first + length)];
        const next = rangeLinks({ from, to }, undefined)?.next;
        if (next === undefined) throw new Error('There is a range after every one');
        const back = rangeLinks(
          { from: dayOfSerial(next.first), to: dayOfSerial(next.last) },
          undefined,
        )?.previous;
        expect([back?.first, back?.last]).toEqual([first, first + length]);
      }),
    );
  });
});
