import type { Day } from '../../../domain/values/edtf.ts';
import { type ChangesQuery, type Ordinal, UNFILTERED } from '../../../projector/timeline-store.ts';
import { hiddenVersion, type StoreFixture, type TimelineStoreContract, version } from './contract.ts';

type Query = Partial<Omit<ChangesQuery, 'after' | 'upTo'>>;

/** Counts the changes of the timeline PK by the events after one ordinal, up to and including another. */
function changes(store: StoreFixture, after: number, upTo: number, query: Query = {}): number | undefined {
  const range = { after: after as Ordinal, upTo: upTo as Ordinal };
  return store.reader.changes('PK', { ...UNFILTERED, changesMax: 100, ...query, ...range });
}

export function describeChangeCounts({ test, expect }: TimelineStoreContract): void {
  test('excludes the first event of the range and includes the last', (store) => {
    store.commit(4, version({ event: 1 }), version({ event: 2, keys: ['US'] }), version({ event: 3 }));
    expect(changes(store, 0, 4)).toBe(2);
    expect(changes(store, 0, 1)).toBe(1);
    expect(changes(store, 1, 2)).toBe(0);
    expect(changes(store, 2, 3)).toBe(1);
    expect(changes(store, 3, 4)).toBe(0);
    expect(changes(store, 4, 2)).toBe(0);
  });

  test('is 0 for a timeline that no event has changed', (store) => {
    expect(changes(store, 0, 0)).toBe(0);
    store.commit(1, version({ event: 1, keys: ['US'] }));
    expect(changes(store, 0, 1)).toBe(0);
  });

  test('includes each change of an entry, but not its removal', (store) => {
    store.commit(1, version({ event: 1, keys: ['PK', 'US'] }));
    store.commit(2, version({ event: 1, from: 2, keys: ['PK', 'US'], text: 'changed' }));
    store.commit(3, version({ event: 1, from: 3, keys: ['US'], text: 'elsewhere' }));
    store.commit(4, version({ event: 1, from: 4, keys: ['PK'], text: 'back' }));
    store.commit(5, hiddenVersion({ event: 1, from: 5 }));
    expect([0, 1, 2, 3, 4].map((after) => changes(store, after, after + 1))).toEqual([1, 1, 0, 1, 0]);
    expect(changes(store, 0, 5)).toBe(3);
  });

  test('includes each item of an event', (store) => {
    store.commit(1, ...[0, 1, 2].map((item) => version({ event: 1, item, text: `item ${item}` })));
    expect(changes(store, 0, 1)).toBe(3);
  });

  test('includes only entries that match the filter', (store) => {
    store.commit(
      5,
      version({ event: 1, roles: ['host'], speakers: ['lin jian'], words: ' rare earths ' }),
      version({ event: 2, earliest: '2025-09-01', latest: '2025-09-30', type: 'BriefingHeld' }),
      version({ event: 3, earliest: '2025-09-08', latest: '2025-10-13', countries: ['PK', 'CN'] }),
      version({ event: 4, earliest: undefined, latest: '2025-10-13', topics: ['mica'] }),
      version({ event: 5, earliest: '2025-10-31', latest: undefined, speechActs: ['deny'] }),
    );
    const count = (query: Query) => changes(store, 0, 5, query);
    const from = '2025-10-01' as Day;
    const to = '2025-09-07' as Day;
    expect(count({ from })).toBe(3);
    expect(count({ from, certain: true })).toBe(1);
    expect(count({ to })).toBe(2);
    expect(count({ to, certain: true })).toBe(0);
    expect(count({ roles: ['host'] })).toBe(1);
    expect(count({ types: ['BriefingHeld', 'ShipmentArrived'] })).toBe(1);
    expect(count({ countries: ['CN'] })).toBe(1);
    expect(count({ topics: ['mica'] })).toBe(1);
    expect(count({ speechActs: ['deny'] })).toBe(1);
    expect(count({ speakers: ['lin jian'] })).toBe(1);
    expect(count({ text: [{ words: ['rare'], isPrefix: false }] })).toBe(1);
    expect(count({ roles: ['party'], topics: ['rare-earths'], from })).toBe(2);
  });

  test('includes an entry that starts to match the filter, but not one that stops', (store) => {
    store.commit(1, version({ event: 1, topics: ['mica'] }));
    store.commit(2, version({ event: 1, from: 2, topics: ['gold'] }));
    store.commit(3, version({ event: 1, from: 3, topics: ['mica'] }));
    const topics = ['mica'];
    expect([0, 1, 2].map((after) => changes(store, after, after + 1, { topics }))).toEqual([1, 0, 1]);
  });

  test('is undefined if more changes would have to be scanned than allowed, whatever the filter', (store) => {
    store.commit(3, ...[1, 2, 3].map((event) => version({ event })));
    expect(changes(store, 0, 3, { changesMax: 3 })).toBe(3);
    expect(changes(store, 0, 3, { changesMax: 2 })).toBe(undefined);
    expect(changes(store, 0, 3, { changesMax: 2, types: ['BriefingHeld'] })).toBe(undefined);
    expect(changes(store, 1, 3, { changesMax: 2, types: ['BriefingHeld'] })).toBe(0);
  });
}
