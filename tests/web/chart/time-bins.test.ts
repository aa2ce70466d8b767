import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Day, dayOfSerial, daySerial } from '../../../src/domain/values/edtf.ts';
import type { DensityCount } from '../../../src/projector/timeline-store.ts';
import { DatedCounts } from '../../../src/web/chart/dated-counts.ts';
import { sumOf } from '../../../src/web/chart/sum-of.ts';
import { binEntries as bin, type TimeBins } from '../../../src/web/chart/time-bins.ts';

const binEntries = (density: readonly DensityCount[], filter: Parameters<typeof bin>[1]) =>
  bin(DatedCounts.of(density.filter(isIn(filter))), filter);

/** A timeline is filtered before its entries are counted. */
function isIn({ from, to }: Parameters<typeof bin>[1]) {
  return ({ earliest, latest }: DensityCount) =>
    (to === undefined || (earliest ?? -Infinity) <= daySerial(to)) &&
    (from === undefined || (latest ?? Infinity) >= daySerial(from));
}

const day = (text: string): number => daySerial(text as Day);

/** @param spans `2025-09-08`, `2025-09-08/2025-10-13` or `../2025-10-13` */
function counts(...spans: readonly string[]): DensityCount[] {
  const serial = (text: string | undefined) => (text === '..' ? undefined : day(text ?? ''));
  return spans.map((span) => {
    const [earliest, latest = earliest] = span.split('/');
    return { earliest: serial(earliest), latest: serial(latest), type: 'MouSigned', entries: 1 };
  });
}

function filled({ bins }: TimeBins): readonly string[] {
  return bins
    .filter(({ certain, possible }) => sumOf(certain) + possible > 0)
    .map(({ label, certain, possible }) => `${label}: ${sumOf(certain)}+${possible}`);
}

describe('binEntries', () => {
  test.each([
    ['2025-09-08', '2025-11-06', 'day'],
    ['2025-09-08', '2025-11-07', 'week'],
    ['2025-01-01', '2026-12-31', 'month'],
    ['2010-01-01', '2020-12-31', 'quarter'],
    ['1970-01-01', '2025-01-01', 'year'],
    ['1900-01-01', '2025-01-01', 'five years'],
    ['1600-01-01', '2025-01-01', 'decade'],
    ['0001-01-01', '9999-12-31', 'century'],
  ])('divides %s to %s into bins of a %s', (first, last, unit) => {
    expect(binEntries(counts(first, last), {}).unit).toBe(unit);
  });

  test('is never finer than the dates: months are not divided into days', () => {
    expect(binEntries(counts('2025-02-01/2025-02-28', '2025-04-01/2025-04-30'), {}).unit).toBe('month');
    expect(binEntries(counts('2024-01-01/2024-12-31', '2025-01-01/2025-12-31'), {}).unit).toBe('year');
  });

  test('is as fine as the dates of a set', () => {
    const [set] = counts('2010-07-13/2010-07-31') as [DensityCount];
    const reach = { spans: counts('2010-07-13', '2010-07-31'), canBeCertain: true };
    expect(binEntries([{ ...set, reach }], {}).unit).toBe('day');
    expect(binEntries([set], {}).unit).toBe('month');
  });

  test('has the whole range that is asked for, and nothing outside it', () => {
    const { bins } = binEntries(counts('2025-02-03', '2025-02-20/2025-04-10'), {
      from: '2025-01-15' as Day,
      to: '2025-03-05' as Day,
    });
    expect([bins[0]?.from, bins.at(-1)?.to]).toEqual(['2025-01-15', '2025-03-05']);
  });

  test('names the bins by whole days, months and years', () => {
    const labels = (...spans: readonly string[]) => binEntries(counts(...spans), {}).bins[0];
    expect(labels('2025-09-08', '2025-09-30')).toMatchObject({
      label: '8 September 2025',
      from: '2025-09-08',
    });
    expect(labels('2025-01-01', '2025-09-30')).toMatchObject({
      label: '30 December 2024 – 5 January 2025',
      to: '2025-01-05',
    });
    expect(labels('2010-02-01', '2020-09-30')).toMatchObject({
      label: 'January–March 2010',
      from: '2010-01',
      to: '2010-03',
    });
    expect(labels('1901-02-01', '2020-09-30')).toMatchObject({
      label: '1900–1904',
      from: '1900',
      to: '1904',
    });
  });

  test('counts an imprecise date as possible in each bin that it may belong to', () => {
    const binned = binEntries(
      counts('2025-01-15', '2025-03-01/2025-03-31', '2025-02-20/2025-04-10', '2026-12-30'),
      {},
    );
    expect(filled(binned)).toEqual([
      'January 2025: 1+0',
      'February 2025: 0+1',
      'March 2025: 1+1',
      'April 2025: 0+1',
      'December 2026: 1+0',
    ]);
    expect(binned.imprecise).toBe(1);
  });

  test('counts a set once in each bin of its members, and a qualified date as possible only', () => {
    const members = ['2025-01-30', '2025-02-02', '2025-02-20', '2025-04-01'];
    const [set, other] = counts('2025-01-30/2025-04-01', '2026-12-30') as [DensityCount, DensityCount];
    const reach = { spans: counts(...members), canBeCertain: true };
    expect(filled(binEntries([{ ...set, reach }, other], {}))).toEqual([
      'January 2025: 0+1',
      'February 2025: 0+1',
      'April 2025: 0+1',
      'December 2026: 1+0',
    ]);
    const [month] = counts('2025-02-01/2025-02-28') as [DensityCount];
    const about = { spans: counts('2025-01-01/2025-03-31'), canBeCertain: false };
    expect(filled(binEntries([{ ...month, reach: about }, other], {}))).toEqual([
      'February 2025: 0+1',
      'March 2025: 0+1',
      'December 2026: 1+0',
    ]);
  });

  test('counts the kinds apart, in the order of the registry', () => {
    const [one, two] = counts('2025-09-08', '2025-09-09') as [DensityCount, DensityCount];
    const { kinds, bins } = binEntries(
      [
        { ...one, type: 'ShipmentArrived', entries: 2 },
        { ...two, type: 'BriefingHeld' },
        { ...two, type: 'ShipmentDispatched' },
        { ...two, type: 'VisaIssued' },
      ],
      {},
    );
    expect(kinds).toEqual(['Briefings', 'Shipments', 'VisaIssued']);
    expect(bins.map(({ certain }) => certain)).toEqual([
      [0, 2, 0],
      [1, 1, 1],
    ]);
  });

  test('has no bins when no day is known', () => {
    expect(binEntries([], {}).bins).toEqual([]);
  });

  const serial = fc.integer({ min: day('1000-01-01'), max: day('2999-12-31') });
  const dates = fc
    .tuple(
      serial,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 0, 1, 27, 364, 4_000)), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(1, 30, 300, 3_000, 300_000),
    )
    .map(([first, gaps, days]): readonly DensityCount[] =>
      gaps.map(([gap, length]) => {
        const earliest = first + (gap % days);
        return { earliest, latest: earliest + length, type: 'MouSigned', entries: 1 };
      }),
    );
  const bounds = fc.option(fc.tuple(serial, fc.nat({ max: 5_000 })), { nil: undefined });

  test('counts every entry in the bins that it may mean, and in no other', () => {
    fc.assert(
      fc.property(dates, bounds, (density, range) => {
        const filter =
          range === undefined ? {} : { from: dayOfSerial(range[0]), to: dayOfSerial(range[0] + range[1]) };
        for (const { first, last, certain, possible } of binEntries(density, filter).bins) {
          const overlapping = density.filter(
            ({ earliest = 0, latest = 0 }) => earliest <= last && latest >= first,
          );
          const within = overlapping.filter(
            ({ earliest = 0, latest = 0 }) => earliest >= first && latest <= last,
          );
          expect([sumOf(certain), possible]).toEqual([within.length, overlapping.length - within.length]);
        }
      }),
    );
  });

  test('has bins without gaps, at most as many as fit, that cover the dates or the range', () => {
    fc.assert(
      fc.property(dates, bounds, (density, range) => {
        const filter =
          range === undefined ? {} : { from: dayOfSerial(range[0]), to: dayOfSerial(range[0] + range[1]) };
        const { bins } = binEntries(density, filter);
        if (bins.length === 0) return;
        expect(bins.length).toBeLessThanOrEqual(60);
        for (const [index, { first }] of bins.slice(1).entries())
          expect(first).toBe((bins[index]?.last ?? 0) + 1);
        const [begin, end] = [bins[0]?.first ?? 0, bins.at(-1)?.last ?? 0];
        if (range !== undefined) expect([begin, end]).toEqual([range[0], range[0] + range[1]]);
        else
          for (const { earliest = 0, latest = 0 } of density) {
            expect([begin <= earliest, end >= latest]).toEqual([true, true]);
          }
      }),
    );
  });

  test('has a unit that some date lies within, unless none that fits has one', () => {
    fc.assert(
      fc.property(dates, (density) => {
        const { bins, imprecise } = binEntries(density, {});
        const isAnyCertain = imprecise < density.length;
        const shortest = Math.min(...density.map(({ earliest = 0, latest = 0 }) => latest - earliest + 1));
        const [longest] = bins.map(({ first, last }) => last - first + 1).sort((a, b) => b - a);
        if (isAnyCertain) expect(longest).toBeGreaterThanOrEqual(shortest);
      }),
    );
  });
});
