import { type Day, dayOfSerial } from '../../../domain/values/edtf.ts';
import type { DensityCount, DensityQuery, Ordinal } from '../../../projector/timeline-store.ts';
import { EVERYTHING, type StoreInHand, type TimelineStoreContract, version } from './contract.ts';

/** `first day/last day: entries`, in order. */
function density(store: StoreInHand, query: Partial<DensityQuery> = {}): readonly string[] | undefined {
  const counts = store.reader.density('PK', { ...EVERYTHING, entriesMax: 100, ...query });
  return counts?.map(countText).sort();
}

function countText({ earliest, latest, entries }: DensityCount): string {
  const day = (serial: number | undefined) => (serial === undefined ? '..' : dayOfSerial(serial).slice(5));
  return `${day(earliest)}/${day(latest)}: ${entries}`;
}

function commitFive(store: StoreInHand): void {
  store.commit(
    5,
    version({ record: 1, says: 'day', roles: ['host'] }),
    version({ record: 2, earliest: '2025-09-01', latest: '2025-09-30', type: 'BriefingHeld' }),
    version({ record: 3, earliest: '2025-09-08', latest: '2025-10-13' }),
    version({ record: 4, earliest: undefined, latest: '2025-10-13', topics: ['mica'] }),
    version({ record: 5, earliest: '2025-10-31', latest: undefined }),
  );
}

export function describeDensities({ test, expect }: TimelineStoreContract): void {
  test('count entries by their first and last days', (store) => {
    commitFive(store);
    store.commit(6, version({ record: 6 }));
    expect(density(store)).toEqual([
      '../10-13: 1',
      '09-01/09-30: 1',
      '09-08/09-08: 2',
      '09-08/10-13: 1',
      '10-31/..: 1',
    ]);
  });

  test('count what the filter of a page lets through', (store) => {
    commitFive(store);
    const from = '2025-10-01' as Day;
    expect(density(store, { from })).toEqual(['../10-13: 1', '09-08/10-13: 1', '10-31/..: 1']);
    expect(density(store, { from, certain: true })).toEqual(['10-31/..: 1']);
    expect(density(store, { to: '2025-09-07' as Day })).toEqual(['../10-13: 1', '09-01/09-30: 1']);
    expect(density(store, { types: ['BriefingHeld'] })).toEqual(['09-01/09-30: 1']);
    expect(density(store, { roles: ['host'] })).toEqual(['09-08/09-08: 1']);
    expect(density(store, { topics: ['mica'] })).toEqual(['../10-13: 1']);
  });

  test('of a past moment count what was known then', (store) => {
    store.commit(1, version({ record: 1 }));
    store.commit(2, version({ record: 1, from: 2, earliest: '2025-11-08' }));
    expect(density(store, { asOf: 1 as Ordinal })).toEqual(['09-08/09-08: 1']);
    expect(density(store, { asOf: 2 as Ordinal })).toEqual(['11-08/11-08: 1']);
    expect(density(store, { asOf: 0 as Ordinal })).toEqual([]);
  });

  test('are not told where more entries would have to be looked at than the bound allows', (store) => {
    commitFive(store);
    expect(density(store, { entriesMax: 4 })).toBe(undefined);
    expect(density(store, { entriesMax: 5 })?.length).toBe(5);
    expect(density(store, { entriesMax: 4, to: '2025-10-30' as Day })?.length).toBe(4);
  });

  test('of a timeline that no event has touched are empty', (store) => {
    expect(density(store)).toEqual([]);
  });
}
