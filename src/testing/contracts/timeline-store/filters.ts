import type { Day } from '../../../domain/values/edtf.ts';
import type { Ordinal } from '../../../projector/timeline-store.ts';
import { type TimelineStoreContract, version } from './contract.ts';

const day = (text: string): Day => text as Day;

export function describeFilters({ test, expect }: TimelineStoreContract): void {
  test('of days let through what overlaps, or when certain what is contained', (store) => {
    store.commit(
      4,
      version({ record: 1, says: 'day' }),
      version({ record: 2, earliest: '2025-09-01', latest: '2025-09-30', says: 'month' }),
      version({ record: 3, earliest: '2025-10-01', latest: undefined, says: 'open end' }),
      version({ record: 4, earliest: undefined, latest: '2025-08-31', says: 'open start' }),
    );
    const [from, to] = [day('2025-09-08'), day('2025-09-20')];
    expect(store.said('PK', { from, to })).toEqual(['month', 'day']);
    expect(store.said('PK', { from, to, certain: true })).toEqual(['day']);
    expect(store.said('PK', { from: day('2030-01-01') })).toEqual(['open end']);
    expect(store.said('PK', { from: day('2030-01-01'), certain: true })).toEqual([]);
    expect(store.said('PK', { from: day('2025-10-01'), certain: true })).toEqual(['open end']);
    expect(store.said('PK', { to: day('2025-09-07') })).toEqual(['open start', 'month']);
    expect(store.said('PK', { to: day('2025-09-07'), certain: true })).toEqual(['open start']);
  });

  test('take any value of a list, and all of the lists', (store) => {
    store.commit(
      3,
      version({ record: 1, countries: ['PK', 'US'], roles: ['party'], says: 'a' }),
      version({ record: 2, countries: ['PK', 'CN'], roles: ['host', 'mentioned'], says: 'b' }),
      version({ record: 3, countries: ['PK'], roles: ['mentioned'], speechActs: ['deny'], says: 'c' }),
    );
    expect(store.said('PK', { countries: ['US', 'CN'] })).toEqual(['a', 'b']);
    expect(store.said('PK', { roles: ['mentioned'] })).toEqual(['b', 'c']);
    expect(store.said('PK', { roles: ['mentioned'], countries: ['CN'] })).toEqual(['b']);
    expect(store.said('PK', { types: ['MouSigned'], topics: ['rare-earths'] })).toEqual(['a', 'b', 'c']);
    expect(store.said('PK', { speechActs: ['deny', 'affirm'] })).toEqual(['c']);
  });

  test('take whole values, not parts of them', (store) => {
    store.commit(1, version({ record: 1, topics: ['rare-earths', 'trade'] }));
    expect(store.said('PK', { types: ['Mou'] })).toEqual([]);
    expect(store.said('PK', { topics: ['rare'] })).toEqual([]);
    expect(store.said('PK', { roles: ['part'] })).toEqual([]);
    expect(store.said('PK', { countries: ['rare-earths'] })).toEqual([]);
    expect(store.said('PK', { topics: ['trade'] })).toEqual(['entry 1']);
  });

  test('take names of speakers as they are, whatever characters they have', (store) => {
    const names = ['Lin Jian', 'Lin', 'a|b', 'a%7Cb', '100 %', '林剑', '|', '"'];
    store.commit(
      names.length,
      ...names.map((name, i) => version({ record: i + 1, speakers: [name, 'All'], says: name })),
    );
    for (const name of names) expect(store.said('PK', { speakers: [name] })).toEqual([name]);
    expect(store.said('PK', { speakers: ['All'] })).toEqual(names);
    expect(store.said('PK', { speakers: ['all'] })).toEqual([]);
    expect(store.said('PK', { speakers: ['a|b', '100 %'] })).toEqual(['a|b', '100 %']);
  });

  test('together hold as well for the past as for the present', (store) => {
    const first = { countries: ['PK', 'US'], topics: ['mica'], speechActs: ['deny'], speakers: ['A|B'] };
    store.commit(
      3,
      version({ record: 1, ...first, type: 'BriefingHeld', roles: ['host'], says: 'old' }),
      version({ record: 2, ...first, type: 'BriefingHeld', roles: ['host'], says: 'beside' }),
      version({ record: 1, from: 3, earliest: '2025-12-01', roles: ['party'], says: 'new' }),
    );
    const asked = {
      from: day('2025-09-01'),
      to: day('2025-09-30'),
      certain: true,
      types: ['BriefingHeld'],
      roles: ['host'],
      countries: ['US'],
      topics: ['mica'],
      speechActs: ['deny'],
      speakers: ['A|B'],
    };
    expect(store.said('PK', { ...asked, asOf: 1 as Ordinal })).toEqual(['old']);
    expect(store.said('PK', { ...asked, asOf: 2 as Ordinal })).toEqual(['old', 'beside']);
    expect(store.said('PK', { ...asked, asOf: 3 as Ordinal })).toEqual(['beside']);
    expect(store.said('PK', { speakers: [], roles: ['party'], asOf: 2 as Ordinal })).toEqual([]);
    expect(store.saidInPages('PK', { ...asked, limit: 1, asOf: 2 as Ordinal })).toEqual(['old', 'beside']);
  });
}
