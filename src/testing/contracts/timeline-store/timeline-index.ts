import type { Day } from '../../../domain/values/edtf.ts';
import type { KeyQuery, NewestQuery, Ordinal, TimelineSummary } from '../../../projector/timeline-store.ts';
import { type TimelineStoreContract, version } from './contract.ts';

function summary(
  key: string,
  entries: number,
  earliest: string | undefined,
  latest: string | undefined = earliest,
): TimelineSummary {
  return { key, entries, earliest: earliest as Day | undefined, latest: latest as Day | undefined };
}

const asOf = 1_000 as Ordinal;

export function describeIndex({ test, expect }: TimelineStoreContract): void {
  test('lists the number of entries and the first and last day of each timeline', (store) => {
    store.commit(
      4,
      version({ event: 1, keys: ['PK', 'US'] }),
      version({ event: 2, keys: ['PK'], earliest: '2025-10-01', latest: '2025-10-31' }),
      version({ event: 3, keys: ['CN'], earliest: undefined, latest: '2025-10-13' }),
      version({ event: 4, keys: ['US'], earliest: '2025-09-30', latest: undefined }),
    );
    expect(store.index()).toEqual([
      summary('CN', 1, undefined, '2025-10-13'),
      summary('PK', 2, '2025-09-08', '2025-10-31'),
      { key: 'US', entries: 2, earliest: '2025-09-08', latest: undefined },
    ]);
  });

  test('is sorted by UTF-16 code units and read in pages', (store) => {
    const keys = ['rare-earths', 'PK', 'é', 'Z', '林', 'a'];
    store.commit(1, version({ event: 1, keys: keys }));
    const inOrder = ['PK', 'Z', 'a', 'rare-earths', 'é', '林'];
    expect(store.index().map(({ key }) => key)).toEqual(inOrder);
    const page = (after: string) => store.reader.index({ limit: 2, after, asOf }).map(({ key }) => key);
    expect(page('')).toEqual(['PK', 'Z']);
    expect(page('Z')).toEqual(['a', 'rare-earths']);
    expect(page('b')).toEqual(['rare-earths', 'é']);
    expect(page('林')).toEqual([]);
  });

  test('finds the timelines whose keys contain a text among so many keys', (store) => {
    store.commit(2, version({ event: 1, keys: ['PK', 'earths', 'rare-earths', 'é'] }));
    store.commit(3, version({ event: 3, keys: ['unearthed'] }));
    store.commit(4, version({ event: 3, from: 4, keys: ['PK'] }));
    const find = (text: string, query: Partial<KeyQuery> = {}) =>
      store.reader.find({ text, after: '', keysMax: 100, asOf, ...query }).map(({ key }) => key);
    expect(find('earth')).toEqual(['earths', 'rare-earths']);
    expect(find('earth', { after: 'earths' })).toEqual(['rare-earths']);
    expect(find('earth', { keysMax: 2 })).toEqual(['earths']);
    expect(find('earth', { asOf: 3 as Ordinal })).toEqual(['earths', 'rare-earths', 'unearthed']);
    expect(find('Earth')).toEqual([]);
    expect(find('é')).toEqual(['é']);
  });

  test('updates the first and last day when an entry there is removed', (store) => {
    store.commit(
      4,
      version({ event: 1, earliest: '2025-01-01' }),
      version({ event: 2, earliest: '2025-02-01', latest: '2025-12-31' }),
      version({ event: 3, earliest: '2025-03-01', latest: '2025-03-31' }),
      version({ event: 4, earliest: '2025-04-01' }),
    );
    store.commit(5, version({ event: 1, from: 5, keys: ['US'], earliest: '2025-01-01' }));
    expect(store.index()[0]).toEqual(summary('PK', 3, '2025-02-01', '2025-12-31'));
    store.commit(6, version({ event: 2, from: 6, keys: ['US'], earliest: '2025-01-01' }));
    expect(store.index()[0]).toEqual(summary('PK', 2, '2025-03-01', '2025-04-01'));
    store.commit(7, version({ event: 4, from: 7, earliest: '2025-03-05' }));
    expect(store.index()[0]).toEqual(summary('PK', 2, '2025-03-01', '2025-03-31'));
    expect(store.texts('PK')).toEqual(['entry 3', 'entry 4']);
  });

  test('as of a past event lists the timelines as they were', (store) => {
    store.commit(2, version({ event: 1, keys: ['PK', 'US'] }), version({ event: 2, earliest: '2025-11-01' }));
    store.commit(3, version({ event: 1, from: 3, keys: ['PK', 'CN'], earliest: '2025-12-01' }));
    expect(store.index(0)).toEqual([]);
    expect(store.index(1)).toEqual([summary('PK', 1, '2025-09-08'), summary('US', 1, '2025-09-08')]);
    expect(store.index(2)).toEqual([
      summary('PK', 2, '2025-09-08', '2025-11-01'),
      summary('US', 1, '2025-09-08'),
    ]);
    expect(store.index(3)).toEqual([
      summary('CN', 1, '2025-12-01'),
      summary('PK', 2, '2025-11-01', '2025-12-01'),
    ]);
  });

  test('has the timelines by their beginning, from the newest on and as of a past event', (store) => {
    store.commit(1, version({ event: 1, keys: ['PK', 'US'] }));
    store.commit(3, version({ event: 2, keys: ['PK'] }), version({ event: 3, keys: ['CN', 'PK', 'Z'] }));
    store.commit(4, version({ event: 3, from: 4, keys: ['IN'] }));
    const newest = (query: Partial<NewestQuery> = {}) =>
      store.reader.newest({ limit: 10, asOf, ...query }).map(({ key, ordinal }) => `${ordinal} ${key}`);
    const all = ['4 IN', '3 Z', '3 CN', '1 US', '1 PK'];
    expect(newest()).toEqual(all);
    expect(newest({ asOf: 3 as Ordinal })).toEqual(all.slice(1));
    expect(newest({ asOf: 0 as Ordinal })).toEqual([]);
    expect(newest({ limit: 2 })).toEqual(all.slice(0, 2));
    expect(newest({ before: { key: 'Z', ordinal: 3 as Ordinal } })).toEqual(all.slice(2));
    expect(newest({ before: { key: 'PK', ordinal: 1 as Ordinal } })).toEqual([]);
  });

  test('has the same summaries as the single timelines', (store) => {
    store.commit(
      2,
      version({ event: 1, keys: ['PK', 'US'] }),
      version({ event: 2, earliest: '2025-10-01', latest: undefined }),
    );
    store.commit(3, version({ event: 1, from: 3, keys: ['PK'], earliest: '2025-09-01' }));
    expect(store.reader.summary('PK', asOf)).toEqual(store.index()[0]);
    expect(store.reader.summary('US', 2 as Ordinal)).toEqual(summary('US', 1, '2025-09-08'));
    expect(store.reader.summary('US', asOf)).toBe(undefined);
    expect(store.reader.summary('FR', asOf)).toBe(undefined);
  });

  test('counts the timelines that it lists, also as of a past event and after a key', (store) => {
    store.commit(2, version({ event: 1, keys: ['PK', 'US'] }), version({ event: 2, keys: ['CN'] }));
    store.commit(3, version({ event: 1, from: 3, keys: ['PK', 'IN'] }));
    store.commit(4, version({ event: 2, from: 4, keys: [] }));
    for (const at of [0, 1, 2, 3, 4]) {
      const query = { asOf: at as Ordinal, timelinesMax: 10 };
      expect(store.reader.count(query)).toBe(store.index(at).length);
      const later = store.index(at).filter(({ key }) => key > 'IN');
      expect(store.reader.count({ ...query, after: 'IN' })).toBe(later.length);
    }
  });

  test('counts nothing rather than scan more timelines than allowed', (store) => {
    store.commit(1, version({ event: 1, keys: ['CN', 'PK', 'US'] }));
    expect(store.reader.count({ asOf, timelinesMax: 3 })).toBe(3);
    expect(store.reader.count({ asOf, timelinesMax: 2 })).toBe(undefined);
    expect(store.reader.count({ asOf, after: 'CN', timelinesMax: 2 })).toBe(2);
  });

  test('omits a timeline while it is empty', (store) => {
    store.commit(1, version({ event: 1 }));
    store.commit(2, version({ event: 1, from: 2, keys: ['US'] }));
    expect(store.index().map(({ key }) => key)).toEqual(['US']);
    store.commit(4, version({ event: 4, earliest: '2025-10-01' }));
    store.commit(5, version({ event: 1, from: 5, keys: ['PK'] }));
    const summaries = [1, 2, 3, 4, 5].map((asOf) => store.index(asOf).filter(({ key }) => key === 'PK'));
    expect(summaries).toEqual([
      [summary('PK', 1, '2025-09-08')],
      [],
      [],
      [summary('PK', 1, '2025-10-01')],
      [summary('PK', 2, '2025-09-08', '2025-10-01')],
    ]);
    const firstFilled = { limit: 1, asOf: 4 as Ordinal };
    expect(store.reader.index(firstFilled).map(({ key }) => key)).toEqual(['PK']);
  });
}
