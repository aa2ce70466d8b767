import type { Day } from '../../../domain/values/edtf.ts';
import type { Ordinal } from '../../../projector/timeline-store.ts';
import { type TimelineStoreContract, version } from './contract.ts';

const day = (text: string): Day => text as Day;

export function describeFilters({ test, expect }: TimelineStoreContract): void {
  test('by days matches entries that overlap the range or, if certain, lie within it', (store) => {
    store.commit(
      4,
      version({ event: 1, text: 'day' }),
      version({ event: 2, earliest: '2025-09-01', latest: '2025-09-30', text: 'month' }),
      version({ event: 3, earliest: '2025-10-01', latest: undefined, text: 'open end' }),
      version({ event: 4, earliest: undefined, latest: '2025-08-31', text: 'open start' }),
    );
    const [from, to] = [day('2025-09-08'), day('2025-09-20')];
    expect(store.texts('PK', { from, to })).toEqual(['month', 'day']);
    expect(store.texts('PK', { from, to, certain: true })).toEqual(['day']);
    expect(store.texts('PK', { from: day('2030-01-01') })).toEqual(['open end']);
    expect(store.texts('PK', { from: day('2030-01-01'), certain: true })).toEqual([]);
    expect(store.texts('PK', { from: day('2025-10-01'), certain: true })).toEqual(['open end']);
    expect(store.texts('PK', { to: day('2025-09-07') })).toEqual(['open start', 'month']);
    expect(store.texts('PK', { to: day('2025-09-07'), certain: true })).toEqual(['open start']);
  });

  test('matches any value of a list, and every list', (store) => {
    store.commit(
      3,
      version({ event: 1, countries: ['PK', 'US'], roles: ['party'], text: 'a' }),
      version({ event: 2, countries: ['PK', 'CN'], roles: ['host', 'mentioned'], text: 'b' }),
      version({ event: 3, countries: ['PK'], roles: ['mentioned'], speechActs: ['deny'], text: 'c' }),
    );
    expect(store.texts('PK', { countries: ['US', 'CN'] })).toEqual(['a', 'b']);
    expect(store.texts('PK', { roles: ['mentioned'] })).toEqual(['b', 'c']);
    expect(store.texts('PK', { roles: ['mentioned'], countries: ['CN'] })).toEqual(['b']);
    expect(store.texts('PK', { types: ['MouSigned'], topics: ['rare-earths'] })).toEqual(['a', 'b', 'c']);
    expect(store.texts('PK', { speechActs: ['deny', 'affirm'] })).toEqual(['c']);
  });

  test('matches whole values, not parts of them', (store) => {
    store.commit(1, version({ event: 1, topics: ['rare-earths', 'trade'] }));
    expect(store.texts('PK', { types: ['Mou'] })).toEqual([]);
    expect(store.texts('PK', { topics: ['rare'] })).toEqual([]);
    expect(store.texts('PK', { roles: ['part'] })).toEqual([]);
    expect(store.texts('PK', { countries: ['rare-earths'] })).toEqual([]);
    expect(store.texts('PK', { topics: ['trade'] })).toEqual(['entry 1']);
  });

  test('matches names of speakers exactly, whatever characters they contain', (store) => {
    const names = ['Lin Jian', 'Lin', 'a|b', 'a%7Cb', '100 %', '林剑', '|', '"'];
    store.commit(
      names.length,
      ...names.map((name, i) => version({ event: i + 1, speakers: [name, 'All'], text: name })),
    );
    for (const name of names) expect(store.texts('PK', { speakers: [name] })).toEqual([name]);
    expect(store.texts('PK', { speakers: ['All'] })).toEqual(names);
    expect(store.texts('PK', { speakers: ['all'] })).toEqual([]);
    expect(store.texts('PK', { speakers: ['a|b', '100 %'] })).toEqual(['a|b', '100 %']);
  });

  test('with all of its parts works for past states as for the present', (store) => {
    const first = { countries: ['PK', 'US'], topics: ['mica'], speechActs: ['deny'], speakers: ['A|B'] };
    store.commit(
      3,
      version({ event: 1, ...first, type: 'BriefingHeld', roles: ['host'], text: 'old' }),
      version({ event: 2, ...first, type: 'BriefingHeld', roles: ['host'], text: 'other' }),
      version({ event: 1, from: 3, earliest: '2025-12-01', roles: ['party'], text: 'new' }),
    );
    const query = {
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
    expect(store.texts('PK', { ...query, asOf: 1 as Ordinal })).toEqual(['old']);
    expect(store.texts('PK', { ...query, asOf: 2 as Ordinal })).toEqual(['old', 'other']);
    expect(store.texts('PK', { ...query, asOf: 3 as Ordinal })).toEqual(['other']);
    expect(store.texts('PK', { speakers: [], roles: ['party'], asOf: 2 as Ordinal })).toEqual([]);
    expect(store.textsInPages('PK', { ...query, limit: 1, asOf: 2 as Ordinal })).toEqual(['old', 'other']);
  });
}
