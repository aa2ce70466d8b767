import type { ListItem, ListQuery, TimelineList } from '../../../projector/timeline-list.ts';
import type { ListItemVersion, Ordinal } from '../../../projector/timeline-store.ts';
import { hiddenVersion, type TimelineStoreContract, version } from './contract.ts';

const ALL: ListQuery = { sort: 'key', order: 'asc', limit: 100, filter: { facets: {}, spans: {} } };

/** Returns what an event makes the item of a timeline, with one sort value and one facet. */
function item(key: string, ordinal: number, title: string, states: readonly string[] = []): ListItemVersion {
  const made: ListItem = { sort: { title }, facets: { states }, spans: {} };
  return { key, ordinal: ordinal as Ordinal, item: made };
}

export function describeLists({ test, expect }: TimelineStoreContract): void {
  const keysOf = (list: TimelineList, query: Partial<ListQuery> = {}) => list.page({ ...ALL, ...query }).keys;

  test('has each timeline with entries, with its latest item, as of any event', (store) => {
    const at = (ordinal: number) => store.reader.list(ordinal as Ordinal);
    store.commitListed(
      2,
      [version({ event: 1, keys: ['a'] }), version({ event: 2, keys: ['b'] })],
      [item('a', 1, 'x'), item('b', 2, 'y')],
    );
    expect(at(2).get('a')).toEqual({ key: 'a', ...item('a', 1, 'x').item });
    store.commitListed(4, [version({ event: 4, keys: ['c'] })], [item('a', 3, 'z'), item('a', 4, 'zz')]);
    expect([0, 1, 2, 3, 4].map((ordinal) => keysOf(at(ordinal)))).toEqual([
      [],
      ['a'],
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
    expect([1, 2, 3, 4].map((ordinal) => at(ordinal).get('a')?.sort['title'])).toEqual(['x', 'x', 'z', 'zz']);
    expect(at(4).get('c')).toEqual({ key: 'c', sort: {}, facets: {}, spans: {} });
  });

  test('leaves out a timeline without an item while it is empty', (store) => {
    const listed = (ordinal: number) => keysOf(store.reader.list(ordinal as Ordinal));
    store.commit(1, version({ event: 1, keys: ['a'] }));
    expect(listed(1)).toEqual(['a']);
    store.commit(2, hiddenVersion({ event: 1, from: 2 }));
    expect(listed(2)).toEqual([]);
    store.commit(3, version({ event: 1, from: 3, keys: ['a', 'b'] }));
    expect([1, 2, 3].map(listed)).toEqual([['a'], [], ['a', 'b']]);
  });

  test('gives a timeline its item when it comes after the entries', (store) => {
    store.commit(1, version({ event: 1, keys: ['a'] }));
    expect(store.reader.list(1 as Ordinal).get('a')?.sort).toEqual({});
    store.commitListed(2, [version({ event: 2, keys: ['a'] })], [item('a', 2, 'x', ['signed'])]);
    expect(store.reader.list(2 as Ordinal).get('a')?.sort).toEqual({ title: 'x' });
    expect(store.reader.list(1 as Ordinal).get('a')?.sort).toEqual({});
  });

  test('is sorted and filtered in every state', (store) => {
    store.commitListed(
      3,
      [1, 2, 3].map((event) => version({ event, keys: ['c', 'a', 'b'].slice(event - 1, event) })),
      [item('c', 1, 'x', ['signed']), item('a', 2, 'z', ['signed']), item('b', 3, 'y', ['ended'])],
    );
    const listed = (ordinal: number, query: Partial<ListQuery>) =>
      keysOf(store.reader.list(ordinal as Ordinal), query);
    const byTitle = { sort: 'title', order: 'desc' } as const;
    expect(listed(3, byTitle)).toEqual(['a', 'b', 'c']);
    store.commitListed(4, [version({ event: 4, keys: ['c'] })], [item('c', 4, 'zz', ['ended'])]);
    expect([3, 4].map((ordinal) => listed(ordinal, byTitle))).toEqual([
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ]);
    const ended = { facets: { states: ['ended'] }, spans: {} };
    expect([3, 4].map((ordinal) => listed(ordinal, { filter: ended }))).toEqual([['b'], ['b', 'c']]);
  });
}
