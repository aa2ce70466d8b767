import type { Day } from '../../../domain/values/edtf.ts';
import { type ChangesQuery, type Ordinal, UNFILTERED } from '../../../projector/timeline-store.ts';
import { type StoreInHand, type TimelineStoreContract, vanished, version } from './contract.ts';

type Asked = Partial<Omit<ChangesQuery, 'after' | 'upTo'>>;

/** Changes in the timeline of PK by the events behind one ordinal, up to and with another. */
function changes(store: StoreInHand, after: number, upTo: number, asked: Asked = {}): number | undefined {
  const stretch = { after: after as Ordinal, upTo: upTo as Ordinal };
  return store.reader.changes('PK', { ...UNFILTERED, changesMax: 100, ...asked, ...stretch });
}

export function describeChangesCounted({ test, expect }: TimelineStoreContract): void {
  test('are those of the events behind the one, up to and with the other', (store) => {
    store.commit(4, version({ record: 1 }), version({ record: 2, in: ['US'] }), version({ record: 3 }));
    expect(changes(store, 0, 4)).toBe(2);
    expect(changes(store, 0, 1)).toBe(1);
    expect(changes(store, 1, 2)).toBe(0);
    expect(changes(store, 2, 3)).toBe(1);
    expect(changes(store, 3, 4)).toBe(0);
    expect(changes(store, 4, 2)).toBe(0);
  });

  test('are none in a timeline that no event has touched', (store) => {
    expect(changes(store, 0, 0)).toBe(0);
    store.commit(1, version({ record: 1, in: ['US'] }));
    expect(changes(store, 0, 1)).toBe(0);
  });

  test('of one entry count each, and what leaves does not', (store) => {
    store.commit(1, version({ record: 1, in: ['PK', 'US'] }));
    store.commit(2, version({ record: 1, from: 2, in: ['PK', 'US'], says: 'changed' }));
    store.commit(3, version({ record: 1, from: 3, in: ['US'], says: 'moved' }));
    store.commit(4, version({ record: 1, from: 4, in: ['PK'], says: 'back' }));
    store.commit(5, vanished({ record: 1, from: 5 }));
    expect([0, 1, 2, 3, 4].map((after) => changes(store, after, after + 1))).toEqual([1, 1, 0, 1, 0]);
    expect(changes(store, 0, 5)).toBe(3);
  });

  test('that say nothing new are none', (store) => {
    store.commit(1, version({ record: 1 }));
    store.commit(2, version({ record: 1, from: 2 }));
    expect(changes(store, 1, 2)).toBe(0);
  });

  test('of several things that one event shows are several', (store) => {
    store.commit(1, ...[0, 1, 2].map((item) => version({ record: 1, item, says: `item ${item}` })));
    expect(changes(store, 0, 1)).toBe(3);
  });

  test('are those that the filter of a page lets through', (store) => {
    store.commit(
      5,
      version({ record: 1, roles: ['host'], speakers: ['lin jian'] }),
      version({ record: 2, earliest: '2025-09-01', latest: '2025-09-30', type: 'BriefingHeld' }),
      version({ record: 3, earliest: '2025-09-08', latest: '2025-10-13', countries: ['PK', 'CN'] }),
      version({ record: 4, earliest: undefined, latest: '2025-10-13', topics: ['mica'] }),
      version({ record: 5, earliest: '2025-10-31', latest: undefined, speechActs: ['deny'] }),
    );
    const counted = (asked: Asked) => changes(store, 0, 5, asked);
    const from = '2025-10-01' as Day;
    const to = '2025-09-07' as Day;
    expect(counted({ from })).toBe(3);
    expect(counted({ from, certain: true })).toBe(1);
    expect(counted({ to })).toBe(2);
    expect(counted({ to, certain: true })).toBe(0);
    expect(counted({ roles: ['host'] })).toBe(1);
    expect(counted({ types: ['BriefingHeld', 'ShipmentArrived'] })).toBe(1);
    expect(counted({ countries: ['CN'] })).toBe(1);
    expect(counted({ topics: ['mica'] })).toBe(1);
    expect(counted({ speechActs: ['deny'] })).toBe(1);
    expect(counted({ speakers: ['lin jian'] })).toBe(1);
    expect(counted({ roles: ['party'], topics: ['rare-earths'], from })).toBe(2);
  });

  test('into or out of what the filter lets through count when they come in', (store) => {
    store.commit(1, version({ record: 1, topics: ['mica'] }));
    store.commit(2, version({ record: 1, from: 2, topics: ['gold'] }));
    store.commit(3, version({ record: 1, from: 3, topics: ['mica'] }));
    const topics = ['mica'];
    expect([0, 1, 2].map((after) => changes(store, after, after + 1, { topics }))).toEqual([1, 0, 1]);
  });

  test('are not counted when they are more than may be looked at, whatever the filter', (store) => {
    store.commit(3, ...[1, 2, 3].map((record) => version({ record })));
    expect(changes(store, 0, 3, { changesMax: 3 })).toBe(3);
    expect(changes(store, 0, 3, { changesMax: 2 })).toBe(undefined);
    expect(changes(store, 0, 3, { changesMax: 2, types: ['BriefingHeld'] })).toBe(undefined);
    expect(changes(store, 1, 3, { changesMax: 2, types: ['BriefingHeld'] })).toBe(0);
  });
}
