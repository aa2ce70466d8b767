import type { Ordinal } from '../../../projector/timeline-store.ts';
import { hiddenVersion, logPoint, type TimelineStoreContract, version } from './contract.ts';

export function describeItems({ test, expect }: TimelineStoreContract): void {
  test('of one event come in their order, before those of the next event', (store) => {
    const item = (event: number, index: number) => version({ event, item: index, text: `${event}.${index}` });
    store.commit(2, item(1, 0), item(1, 1), item(1, 2), item(2, 0), item(2, 1));
    const inOrder = ['1.0', '1.1', '1.2', '2.0', '2.1'];
    expect(store.texts('PK')).toEqual(inOrder);
    expect(store.textsInPages('PK', { limit: 2 })).toEqual(inOrder);
    expect(store.textsInPages('PK', { limit: 2, order: 'desc' })).toEqual(inOrder.toReversed());
    expect(store.index().map(({ entries }) => entries)).toEqual([5]);
  });

  test('may be in different timelines', (store) => {
    store.commit(
      1,
      version({ event: 1, item: 0, keys: ['PK'], text: 'first' }),
      version({ event: 1, item: 1, keys: ['PK', 'US'], text: 'second' }),
    );
    expect(store.texts('PK')).toEqual(['first', 'second']);
    expect(store.texts('US')).toEqual(['second']);
  });

  test('change independently', (store) => {
    store.commit(1, version({ event: 1, item: 0, text: 'a' }), version({ event: 1, item: 1, text: 'b' }));
    store.commit(
      2,
      version({ event: 1, item: 0, from: 2, text: 'a' }),
      version({ event: 1, item: 1, from: 2, text: 'c' }),
    );
    expect(store.texts('PK')).toEqual(['a', 'c']);
    expect(store.texts('PK', { asOf: 1 as Ordinal })).toEqual(['a', 'b']);
  });

  test('that a later version lacks disappear, but stay in the past', (store) => {
    const items = [0, 1, 2].map((item) =>
      version({ event: 1, item, keys: ['PK', `item-${item}`], text: `${item}` }),
    );
    store.commit(1, ...items);
    store.commit(2, ...[1, 2].map((item) => hiddenVersion({ event: 1, item, from: 2 })));
    expect(store.texts('PK')).toEqual(['0']);
    expect(store.texts('PK', { asOf: 1 as Ordinal })).toEqual(['0', '1', '2']);
    expect(store.index().map(({ key }) => key)).toEqual(['PK', 'item-0']);
    expect(store.reader.lastChange('item-0')).toEqual(logPoint(1));
    expect(store.reader.lastChange('item-2')).toEqual(logPoint(2));
  });

  test('that a later version adds are valid from then on', (store) => {
    store.commit(1, version({ event: 1, item: 0, text: 'a' }));
    store.commit(2, version({ event: 1, item: 1, from: 2, text: 'b' }));
    expect(store.texts('PK')).toEqual(['a', 'b']);
    expect(store.texts('PK', { asOf: 1 as Ordinal })).toEqual(['a']);
  });
}
