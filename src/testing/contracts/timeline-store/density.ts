import { type Day, dayOfSerial, daySerial } from '../../../domain/values/edtf.ts';
import type { DensityCount, DensityQuery, Ordinal } from '../../../projector/timeline-store.ts';
import { ALL_ENTRIES, type StoreFixture, type TimelineStoreContract, version } from './contract.ts';

/** Returns the counts of the timeline PK as `first day/last day: entries`, sorted. */
function density(store: StoreFixture, query: Partial<DensityQuery> = {}): readonly string[] | undefined {
  const counts = store.reader.density('PK', { ...ALL_ENTRIES, byType: true, entriesMax: 100, ...query });
  return counts?.map(formatCount).sort();
}

function formatCount({ earliest, latest, entries }: DensityCount): string {
  const day = (serial: number | undefined) => (serial === undefined ? '..' : dayOfSerial(serial).slice(5));
  return `${day(earliest)}/${day(latest)}: ${entries}`;
}

function commitFive(store: StoreFixture): void {
  store.commit(
    5,
    version({ event: 1, text: 'day', roles: ['host'] }),
    version({ event: 2, earliest: '2025-09-01', latest: '2025-09-30', type: 'BriefingHeld' }),
    version({ event: 3, earliest: '2025-09-08', latest: '2025-10-13' }),
    version({ event: 4, earliest: undefined, latest: '2025-10-13', topics: ['mica'] }),
    version({ event: 5, earliest: '2025-10-31', latest: undefined }),
  );
}

export function describeDensity({ test, expect }: TimelineStoreContract): void {
  test('is by what dates may mean, if they have the same first and last day', (store) => {
    const spans = [{ earliest: '2025-09-08' as Day, latest: undefined }];
    const open = { earliest: '2025-09-08', latest: undefined };
    const unknown = { ...open, reach: { spans, canBeCertain: false } };
    store.commit(3, ...[open, unknown, unknown].map((fields, i) => version({ event: i + 1, ...fields })));
    const found = store.reader.density('PK', { ...ALL_ENTRIES, byType: true, entriesMax: 100 }) ?? [];
    const earliest = daySerial('2025-09-08' as Day);
    const type = 'MouSigned';
    expect(found.filter(({ reach }) => reach === undefined)).toEqual([
      { earliest, latest: undefined, type, entries: 1 },
    ]);
    expect(found.filter(({ reach }) => reach !== undefined)).toEqual([
      {
        earliest,
        latest: undefined,
        type,
        entries: 2,
        reach: { spans: [{ earliest, latest: undefined }], canBeCertain: false },
      },
    ]);
    expect(density(store, { certain: true, from: '2025-09-08' as Day })).toEqual(['09-08/..: 1']);
  });

  test('counts the types apart', (store) => {
    commitFive(store);
    store.commit(7, version({ event: 6, type: 'BriefingHeld' }), version({ event: 7 }));
    const types = store.reader
      .density('PK', {
        ...ALL_ENTRIES,
        byType: true,
        entriesMax: 100,
        to: '2025-09-08' as Day,
        from: '2025-09-08' as Day,
      })
      ?.filter(({ earliest, latest }) => earliest === latest)
      .map(({ type, entries }) => `${type}: ${entries}`);
    expect(types?.sort()).toEqual(['BriefingHeld: 1', 'MouSigned: 2']);
    expect(density(store, { byType: false })?.filter((count) => count.startsWith('09-08/09-08'))).toEqual([
      '09-08/09-08: 3',
    ]);
  });

  test('counts entries by their first and last days', (store) => {
    commitFive(store);
    store.commit(6, version({ event: 6 }));
    expect(density(store)).toEqual([
      '../10-13: 1',
      '09-01/09-30: 1',
      '09-08/09-08: 2',
      '09-08/10-13: 1',
      '10-31/..: 1',
    ]);
  });

  test('counts only entries that match the filter', (store) => {
    commitFive(store);
    const from = '2025-10-01' as Day;
    expect(density(store, { from })).toEqual(['../10-13: 1', '09-08/10-13: 1', '10-31/..: 1']);
    expect(density(store, { from, certain: true })).toEqual(['10-31/..: 1']);
    expect(density(store, { to: '2025-09-07' as Day })).toEqual(['../10-13: 1', '09-01/09-30: 1']);
    expect(density(store, { types: ['BriefingHeld'] })).toEqual(['09-01/09-30: 1']);
    expect(density(store, { roles: ['host'] })).toEqual(['09-08/09-08: 1']);
    expect(density(store, { topics: ['mica'] })).toEqual(['../10-13: 1']);
  });

  test('as of a past event counts the entries as they were', (store) => {
    store.commit(1, version({ event: 1 }));
    store.commit(2, version({ event: 1, from: 2, earliest: '2025-11-08' }));
    expect(density(store, { asOf: 1 as Ordinal })).toEqual(['09-08/09-08: 1']);
    expect(density(store, { asOf: 2 as Ordinal })).toEqual(['11-08/11-08: 1']);
    expect(density(store, { asOf: 0 as Ordinal })).toEqual([]);
  });

  test('is undefined if more entries would have to be scanned than allowed', (store) => {
    commitFive(store);
    expect(density(store, { entriesMax: 4 })).toBe(undefined);
    expect(density(store, { entriesMax: 5 })?.length).toBe(5);
    expect(density(store, { entriesMax: 4, to: '2025-10-30' as Day })?.length).toBe(4);
  });

  test('of a timeline that no event has changed is empty', (store) => {
    expect(density(store)).toEqual([]);
  });
}
