import { describe, expect, test } from '@jest/globals';
import { type Day, daySerial } from '../../src/domain/values/edtf.ts';
import type { DensityCount } from '../../src/projector/timeline-store.ts';
import { bucketize } from '../../src/web/components/time-buckets.ts';

/** `2025-09-08`, `2025-09-08/2025-10-13`, `../2025-10-13`. */
function counts(...spans: readonly string[]): DensityCount[] {
  const serial = (day: string | undefined) => (day === '..' ? undefined : daySerial(day as Day));
  return spans.map((span) => {
    const [earliest, latest = earliest] = span.split('/');
    return { earliest: serial(earliest), latest: serial(latest), entries: 1 };
  });
}

function filled(spans: readonly string[], asked = {}): readonly string[] {
  return bucketize(counts(...spans), asked)
    .list.filter(({ certain, possible }) => certain + possible > 0)
    .map(({ label, from, to, certain, possible }) => `${label} (${from} to ${to}): ${certain}+${possible}`);
}

describe('Stretches of time', () => {
  test('are days where the entries lie close together', () => {
    expect(filled(['2025-09-08', '2025-09-08', '2025-09-10'])).toEqual([
      '8 September 2025 (2025-09-08 to 2025-09-08): 2+0',
      '10 September 2025 (2025-09-10 to 2025-09-10): 1+0',
    ]);
  });

  test.each(['9999-12-31', '0001-01-01'])('of %s have no neighbours in years that no date has', (day) => {
    const { list } = bucketize(counts(day), {});
    expect(list.map(({ from, to }) => `${from}/${to}`)).toContain(`${day}/${day}`);
    for (const { from, to } of list) expect(`${from} ${to}`).toMatch(/^\d{4}-\d\d-\d\d \d{4}-\d\d-\d\d$/);
  });

  test.each([
    ['2025-09-08', '2025-10-17', 'day'],
    ['2025-09-08', '2025-10-18', 'month'],
    ['2020-01-31', '2023-04-30', 'month'],
    ['2020-01-31', '2023-05-01', 'quarter'],
    ['2010-01-01', '2025-01-01', 'year'],
    ['1900-01-01', '2025-01-01', 'decade'],
    ['1000-01-01', '2025-01-01', 'century'],
  ])('from %s to %s are each a %s', (first, last, unit) => {
    expect(bucketize(counts(first, last), {}).unit).toBe(unit);
  });

  test('count what a date leaves open in each that it may belong to, and nowhere for certain', () => {
    expect(filled(['2025-01-15', '2025-03', '2025-02-20/2025-04-10', '2025-06-30'].map(monthSpan))).toEqual([
      'January 2025 (2025-01 to 2025-01): 1+0',
      'February 2025 (2025-02 to 2025-02): 0+1',
      'March 2025 (2025-03 to 2025-03): 1+1',
      'April 2025 (2025-04 to 2025-04): 0+1',
      'June 2025 (2025-06 to 2025-06): 1+0',
    ]);
  });

  test('are reached by an open end as far as they go', () => {
    expect(filled(['2025-09-08', '2025-09-10', '../2025-09-09'], { from: '2025-09-08' as Day })).toEqual([
      '8 September 2025 (2025-09-08 to 2025-09-08): 1+1',
      '9 September 2025 (2025-09-09 to 2025-09-09): 0+1',
      '10 September 2025 (2025-09-10 to 2025-09-10): 1+0',
    ]);
  });

  test('never lead out of the time that was asked for', () => {
    const asked = { from: '2025-01-15' as Day, to: '2025-05-15' as Day };
    expect(filled(['2025-01-20', '2025-03-01', '2025-05-01'], asked)).toEqual([
      'January 2025 (2025-01-15 to 2025-01): 1+0',
      'March 2025 (2025-03 to 2025-03): 1+0',
      'May 2025 (2025-05 to 2025-05-15): 1+0',
    ]);
  });

  test('of which one alone is filled have others beside it', () => {
    const { list } = bucketize(counts('2025-09-08'), {});
    expect([list.length, list.findIndex(({ certain }) => certain === 1)]).toEqual([12, 5]);
  });

  test('are none where no day is known', () => {
    expect(bucketize([], {}).list).toEqual([]);
  });
});

function monthSpan(text: string): string {
  return text === '2025-03' ? '2025-03-01/2025-03-31' : text;
}
