import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Day, dayOfSerial, daySerial } from '../../src/domain/values/edtf.ts';
import type { DensityCount } from '../../src/projector/timeline-store.ts';
import { bucketize } from '../../src/web/components/time-buckets.ts';

/** @param spans `2025-09-08`, `2025-09-08/2025-10-13` or `../2025-10-13` */
function counts(...spans: readonly string[]): DensityCount[] {
  const serial = (day: string | undefined) => (day === '..' ? undefined : daySerial(day as Day));
  return spans.map((span) => {
    const [earliest, latest = earliest] = span.split('/');
    return { earliest: serial(earliest), latest: serial(latest), entries: 1 };
  });
}

const onDay = (serial: number): DensityCount => ({ earliest: serial, latest: serial, entries: 1 });

function filledBuckets(spans: readonly string[], filter = {}): readonly string[] {
  return bucketize(counts(...spans), filter)
    .buckets.filter(({ certain, possible }) => certain + possible > 0)
    .map(({ label, from, to, certain, possible }) => `${label} (${from} to ${to}): ${certain}+${possible}`);
}

/** Returns the buckets of one date that is not simply certain, and of a day after it. */
function bucketsOf(
  span: string,
  spans: readonly string[],
  canBeCertain: boolean,
  after: string,
): readonly string[] {
  const [date, other] = counts(span, after);
  if (date === undefined || other === undefined) throw new Error('Two counts expected');
  const { buckets } = bucketize([{ ...date, reach: { spans: counts(...spans), canBeCertain } }, other], {});
  return buckets
    .filter(({ certain, possible }) => certain + possible > 0)
    .map(({ label, certain, possible }) => `${label}: ${certain}+${possible}`);
}

describe('bucketize', () => {
  test('uses days when the entries are close together', () => {
    expect(filledBuckets(['2025-09-08', '2025-09-08', '2025-09-10'])).toEqual([
      '8 September 2025 (2025-09-08 to 2025-09-08): 2+0',
      '10 September 2025 (2025-09-10 to 2025-09-10): 1+0',
    ]);
  });

  test.each(['9999-12-31', '0001-01-01'])('does not pad %s with years beyond four digits', (day) => {
    const { buckets } = bucketize(counts(day), {});
    expect(buckets.map(({ from, to }) => `${from}/${to}`)).toContain(`${day}/${day}`);
    for (const { from, to } of buckets) expect(`${from} ${to}`).toMatch(/^\d{4}-\d\d-\d\d \d{4}-\d\d-\d\d$/);
  });

  test.each([
    ['2025-09-08', '2025-10-17', 'day'],
    ['2025-09-08', '2025-10-18', 'month'],
    ['2020-01-31', '2023-04-30', 'month'],
    ['2020-01-31', '2023-05-01', 'quarter'],
    ['2010-01-01', '2025-01-01', 'year'],
    ['1900-01-01', '2025-01-01', 'decade'],
    ['1000-01-01', '2025-01-01', 'century'],
  ])('divides %s to %s into buckets of a %s', (first, last, unit) => {
    expect(bucketize(counts(first, last), {}).unit).toBe(unit);
  });

  test('counts each day in the bucket that contains it', () => {
    const day = fc.integer({ min: daySerial('1000-01-01' as Day), max: daySerial('2999-12-31' as Day) });
    fc.assert(
      fc.property(
        day,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom(30, 300, 3_000, 300_000),
        (first, gaps, days) => {
          const serials = [first, ...gaps.map((gap) => first + (gap % days))];
          const { buckets } = bucketize(serials.map(onDay), {});
          for (const { from, to, certain } of buckets) {
            const isWithin = (each: string) =>
              from <= each.slice(0, from.length) && each.slice(0, to.length) <= to;
            expect(certain).toBe(serials.map(dayOfSerial).filter(isWithin).length);
          }
        },
      ),
    );
  });

  test('counts an imprecise date as possible in each bucket that it may belong to', () => {
    expect(
      filledBuckets(['2025-01-15', '2025-03', '2025-02-20/2025-04-10', '2025-06-30'].map(monthSpan)),
    ).toEqual([
      'January 2025 (2025-01 to 2025-01): 1+0',
      'February 2025 (2025-02 to 2025-02): 0+1',
      'March 2025 (2025-03 to 2025-03): 1+1',
      'April 2025 (2025-04 to 2025-04): 0+1',
      'June 2025 (2025-06 to 2025-06): 1+0',
    ]);
  });

  test('counts an open end in every bucket that it reaches', () => {
    expect(
      filledBuckets(['2025-09-08', '2025-09-10', '../2025-09-09'], { from: '2025-09-08' as Day }),
    ).toEqual([
      '8 September 2025 (2025-09-08 to 2025-09-08): 1+1',
      '9 September 2025 (2025-09-09 to 2025-09-09): 0+1',
      '10 September 2025 (2025-09-10 to 2025-09-10): 1+0',
    ]);
  });

  test('counts a set in the buckets of its members, once in each', () => {
    const members = ['2025-01-30', '2025-02-02', '2025-02-20', '2025-04-01'];
    expect(bucketsOf('2025-01-30/2025-04-01', members, true, '2025-06-30')).toEqual([
      'January 2025: 0+1',
      'February 2025: 0+1',
      'April 2025: 0+1',
      'June 2025: 1+0',
    ]);
    expect(bucketsOf('2025-02-02/2025-02-20', ['2025-02-02', '2025-02-20'], true, '2025-06-30')).toEqual([
      'February 2025: 1+0',
      'June 2025: 1+0',
    ]);
  });

  test('counts a qualified date as possible, also in the buckets of its margin', () => {
    expect(bucketsOf('2025-02-01/2025-02-28', ['2025-01-01/2025-03-31'], false, '2025-06-30')).toEqual([
      'February 2025: 0+1',
      'March 2025: 0+1',
      'June 2025: 1+0',
    ]);
  });

  test('cuts the links of buckets to the bounds of the filter', () => {
    const filter = { from: '2025-01-15' as Day, to: '2025-05-15' as Day };
    expect(filledBuckets(['2025-01-20', '2025-03-01', '2025-05-01'], filter)).toEqual([
      'January 2025 (2025-01-15 to 2025-01): 1+0',
      'March 2025 (2025-03 to 2025-03): 1+0',
      'May 2025 (2025-05 to 2025-05-15): 1+0',
    ]);
  });

  test('pads a short histogram with empty buckets', () => {
    const { buckets } = bucketize(counts('2025-09-08'), {});
    expect([buckets.length, buckets.findIndex(({ certain }) => certain === 1)]).toEqual([12, 5]);
  });

  test('returns no buckets when no day is known', () => {
    expect(bucketize([], {}).buckets).toEqual([]);
  });
});

function monthSpan(text: string): string {
  return text === '2025-03' ? '2025-03-01/2025-03-31' : text;
}
