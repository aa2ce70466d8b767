import type { Day } from '../../../domain/values/edtf.ts';
import {
  COUNTED_FACETS,
  type CountedFacet,
  type CountQuery,
  type Ordinal,
} from '../../../projector/timeline-store.ts';
import {
  ALL_ENTRIES,
  hiddenVersion,
  type StoreFixture,
  type TimelineStoreContract,
  version,
} from './contract.ts';

const { order: _order, limit: _limit, ...ALL } = ALL_ENTRIES;

function countsOf(store: StoreFixture, query: Partial<CountQuery> = {}) {
  const { counts, ...counted } = store.reader.facetCounts('PK', { ...ALL, entriesMax: 100, ...query });
  const objects = COUNTED_FACETS.map((facet) => [facet, Object.fromEntries(counts[facet])]);
  return { ...counted, ...(Object.fromEntries(objects) as Record<CountedFacet, Record<string, number>>) };
}

export function describeFacetCounts({ test, expect }: TimelineStoreContract): void {
  const entries = [
    version({
      event: 1,
      countries: ['PK', 'US'],
      topics: ['mica'],
      roles: ['party'],
      earliest: '2025-01-01',
    }),
    version({
      event: 2,
      countries: ['PK', 'CN'],
      topics: [],
      roles: ['host', 'party'],
      earliest: '2025-02-01',
    }),
    version({
      event: 3,
      type: 'BriefingHeld',
      countries: ['PK'],
      topics: ['mica', 'a:b'],
      countryRoles: ['PK:said'],
      speechActs: ['deny'],
      speakers: ['types:MouSigned'],
      institutions: ['ministry'],
      relays: ['a wire', 'a paper'],
      outlets: ['a paper'],
      roles: ['host'],
      earliest: '2025-03-01',
    }),
  ];

  test('are the numbers of entries that have each value', (store) => {
    store.commit(3, ...entries);
    expect(countsOf(store)).toEqual({
      entries: 3,
      isComplete: true,
      types: { MouSigned: 2, BriefingHeld: 1 },
      roles: { party: 2, host: 2 },
      countries: { PK: 3, US: 1, CN: 1 },
      countryRoles: { 'PK:said': 1 },
      topics: { mica: 2, 'a:b': 1 },
      speechActs: { deny: 1 },
      speakers: { 'types:MouSigned': 1 },
      institutions: { ministry: 1 },
      relays: { 'a wire': 1, 'a paper': 1 },
      outlets: { 'a paper': 1 },
    });
  });

  test('count an entry once that has a value several times', (store) => {
    const speakers = ['lin jian', 'ministry', 'ministry'];
    store.commit(1, version({ event: 1, countries: ['PK'], speakers, roles: ['host', 'host'] }));
    const { speakers: counted, roles } = countsOf(store);
    expect([counted, roles]).toEqual([{ 'lin jian': 1, ministry: 1 }, { host: 1 }]);
  });

  test('are those of the entries that pass the filter, in any state', (store) => {
    store.commit(3, ...entries);
    store.commit(
      4,
      version({ event: 1, from: 4, countries: ['FR'], topics: ['mica'], earliest: '2025-01-01' }),
    );
    const countries = (query: Partial<CountQuery>) => countsOf(store, query).countries;
    expect(countries({ topics: ['mica'] })).toEqual({ FR: 1, PK: 1 });
    expect(countries({ topics: ['mica'], asOf: 3 as Ordinal })).toEqual({ PK: 2, US: 1 });
    expect(countries({ roles: ['host'], asOf: 1 as Ordinal })).toEqual({});
  });

  test('come with the number of entries, which is counted as far as asked', (store) => {
    store.commit(3, ...entries);
    store.commit(4, hiddenVersion({ event: 3, from: 4 }));
    const matches = (entriesMax: number, query: Partial<CountQuery> = {}) =>
      store.reader.countMatches('PK', { ...ALL, entriesMax, ...query });
    expect([matches(1), matches(2), matches(3)]).toEqual([2, 2, 2]);
    expect([matches(1, { asOf: 3 as Ordinal }), matches(3, { asOf: 3 as Ordinal })]).toEqual([2, 3]);
    expect(matches(3, { topics: ['mica'], asOf: 3 as Ordinal })).toBe(2);
    expect(matches(3, { from: '2025-02-01' as Day })).toBe(1);
    expect(store.reader.countMatches('FR', { ...ALL, entriesMax: 3 })).toBe(0);
  });

  test('are those of the last entries of a timeline that has too many', (store) => {
    store.commit(3, ...entries);
    const all = countsOf(store, { entriesMax: 3 });
    expect([all.entries, all.isComplete]).toEqual([3, true]);
    const last = countsOf(store, { entriesMax: 2 });
    expect([last.entries, last.isComplete]).toEqual([2, false]);
    expect([last.types, last.countries]).toEqual([
      { MouSigned: 1, BriefingHeld: 1 },
      { PK: 2, CN: 1 },
    ]);
  });
}
