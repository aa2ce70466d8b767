import type { Ordinal } from '../../../projector/timeline-store.ts';
import { logPoint, type TimelineStoreContract, vanished, version } from './contract.ts';

export function describeItems({ test, expect }: TimelineStoreContract): void {
  test('of one event stand in their order, before those of the next event', (store) => {
    const item = (record: number, number: number) =>
      version({ record, item: number, says: `${record}.${number}` });
    store.commit(2, item(1, 0), item(1, 1), item(1, 2), item(2, 0), item(2, 1));
    const inOrder = ['1.0', '1.1', '1.2', '2.0', '2.1'];
    expect(store.said('PK')).toEqual(inOrder);
    expect(store.saidInPages('PK', { limit: 2 })).toEqual(inOrder);
    expect(store.saidInPages('PK', { limit: 2, order: 'desc' })).toEqual(inOrder.toReversed());
    expect(store.index().map(({ entries }) => entries)).toEqual([5]);
  });

  test('go into timelines of their own', (store) => {
    store.commit(
      1,
      version({ record: 1, item: 0, in: ['PK'], says: 'first' }),
      version({ record: 1, item: 1, in: ['PK', 'US'], says: 'second' }),
    );
    expect(store.said('PK')).toEqual(['first', 'second']);
    expect(store.said('US')).toEqual(['second']);
  });

  test('change each for itself', (store) => {
    store.commit(1, version({ record: 1, item: 0, says: 'a' }), version({ record: 1, item: 1, says: 'b' }));
    store.commit(
      2,
      version({ record: 1, item: 0, from: 2, says: 'a' }),
      version({ record: 1, item: 1, from: 2, says: 'c' }),
    );
    expect(store.said('PK')).toEqual(['a', 'c']);
    expect(store.said('PK', { asOf: 1 as Ordinal })).toEqual(['a', 'b']);
  });

  test('that a later version has no more are gone from it, and stay in the past', (store) => {
    const items = [0, 1, 2].map((item) =>
      version({ record: 1, item, in: ['PK', `item-${item}`], says: `${item}` }),
    );
    store.commit(1, ...items);
    store.commit(
      2,
      version({ record: 1, item: 0, from: 2, in: ['PK', 'item-0'], says: '0' }),
      vanished({ record: 1, item: 1, from: 2 }),
      vanished({ record: 1, item: 2, from: 2 }),
    );
    expect(store.said('PK')).toEqual(['0']);
    expect(store.said('PK', { asOf: 1 as Ordinal })).toEqual(['0', '1', '2']);
    expect(store.index().map(({ key }) => key)).toEqual(['PK', 'item-0']);
    expect(store.reader.lastChange('item-0')).toEqual(logPoint(1));
    expect(store.reader.lastChange('item-2')).toEqual(logPoint(2));
  });

  test('that come with a later version stand from then on', (store) => {
    store.commit(1, version({ record: 1, item: 0, says: 'a' }));
    store.commit(
      2,
      version({ record: 1, item: 0, from: 2, says: 'a' }),
      version({ record: 1, item: 1, from: 2, says: 'b' }),
    );
    expect(store.said('PK')).toEqual(['a', 'b']);
    expect(store.said('PK', { asOf: 1 as Ordinal })).toEqual(['a']);
  });
}
