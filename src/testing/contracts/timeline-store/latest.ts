import type { Day } from '../../../domain/values/edtf.ts';
import { type LatestQuery, type Ordinal, UNFILTERED } from '../../../projector/timeline-store.ts';
import {
  hiddenVersion,
  logPoint,
  type StoreFixture,
  type TimelineStoreContract,
  version,
} from './contract.ts';

type Query = Partial<Omit<LatestQuery, 'upTo'>>;

/** Returns the texts of the latest changes of the timeline PK with the ordinals of their events, page by page. */
function latest(store: StoreFixture, upTo: number, query: Query = {}): readonly string[] {
  const found: string[] = [];
  let before: LatestQuery['before'];
  do {
    const range = { upTo: upTo as Ordinal, ...(before && { before }) };
    const page = store.reader.latest('PK', { ...UNFILTERED, limit: 10, changesMax: 100, ...query, ...range });
    found.push(...page.changes.map(({ logPoint, entry }) => `${logPoint.ordinal} ${JSON.parse(entry).text}`));
    before = page.next;
  } while (before !== undefined);
  return found;
}

export function describeFirst({ test, expect }: TimelineStoreContract): void {
  const first = (store: StoreFixture, upTo: number, query: Query = {}) => {
    const found = store.reader.first('PK', { ...UNFILTERED, ...query, upTo: upTo as Ordinal });
    return found && `${found.logPoint.ordinal} ${JSON.parse(found.entry).text}`;
  };
  const rare = { text: [{ words: ['rare'], isPrefix: false }] };

  test('is the first one that made a matching entry, whatever its date and what became of it', (store) => {
    store.commit(2, version({ event: 1, text: 'a' }), version({ event: 2, topics: ['mica'], text: 'b' }));
    store.commit(3, version({ event: 1, from: 3, words: ' rare earths ', text: 'changed' }));
    store.commit(4, version({ event: 4, words: ' rare ', earliest: '1990-01-01', text: 'c' }));
    store.commit(5, version({ event: 1, from: 5, text: 'changed again' }));
    expect(first(store, 5)).toBe('1 a');
    expect(first(store, 5, { topics: ['mica'] })).toBe('2 b');
    expect(first(store, 5, rare)).toBe('3 changed');
    expect(first(store, 2, rare)).toBe(undefined);
    expect(first(store, 5, { ...rare, types: ['BriefingHeld'] })).toBe(undefined);
  });

  test('is that of the first item of an event', (store) => {
    store.commit(
      1,
      ...[2, 0, 1].map((item) => version({ event: 1, item, words: ' rare ', text: `${item}` })),
    );
    expect(first(store, 1, rare)).toBe('1 0');
  });
}

export function describeLatest({ test, expect }: TimelineStoreContract): void {
  test('are in the order of recording, from the newest to the oldest, up to an event', (store) => {
    store.commit(4, version({ event: 1, earliest: '2025-12-01' }), version({ event: 2, keys: ['US'] }));
    store.commit(6, version({ event: 5, earliest: '1990-01-01' }), version({ event: 6 }));
    expect(latest(store, 6)).toEqual(['6 entry 6', '5 entry 5', '1 entry 1']);
    expect(latest(store, 5)).toEqual(['5 entry 5', '1 entry 1']);
    expect(latest(store, 0)).toEqual([]);
  });

  test('have each version of an entry, with the event that made it', (store) => {
    store.commit(1, version({ event: 1, text: 'first', roles: ['host'] }));
    store.commit(3, version({ event: 1, from: 3, text: 'corrected' }));
    store.commit(4, hiddenVersion({ event: 1, from: 4 }));
    store.commit(5, version({ event: 1, from: 5, text: 'back' }));
    expect(latest(store, 5)).toEqual(['5 back', '3 corrected', '1 first']);
    const query = { ...UNFILTERED, limit: 1, changesMax: 10, upTo: 1 as Ordinal };
    expect(store.reader.latest('PK', query)).toEqual({
      changes: [{ logPoint: logPoint(1), entry: JSON.stringify({ roles: ['host'], text: 'first' }) }],
      next: undefined,
    });
  });

  test('are the same in pages of any size, also within the items of one event', (store) => {
    const items = [0, 1, 2, 3].map((item) => version({ event: 2, item, text: `item ${item}` }));
    store.commit(3, version({ event: 1 }), ...items, version({ event: 3 }));
    const all = ['3 entry 3', '2 item 3', '2 item 2', '2 item 1', '2 item 0', '1 entry 1'];
    for (const limit of [1, 2, 3, 5, 6, 7]) {
      expect(latest(store, 3, { limit })).toEqual(all);
      for (const changesMax of [1, 2, 3, 6, 7]) expect(latest(store, 3, { limit, changesMax })).toEqual(all);
    }
  });

  test('are those that match the filter, however many do not', (store) => {
    const versions = Array.from({ length: 20 }, (_, index) =>
      version({ event: index + 1, earliest: `2025-10-${String(index + 1).padStart(2, '0')}` }),
    );
    store.commit(
      22,
      ...versions,
      version({ event: 21, topics: ['mica'] }),
      version({ event: 22, roles: ['host'] }),
    );
    const [from, to] = ['2025-10-03' as Day, '2025-10-04' as Day];
    expect(latest(store, 22, { from, to, changesMax: 3 })).toEqual(['4 entry 4', '3 entry 3']);
    expect(latest(store, 22, { topics: ['mica'] })).toEqual(['21 entry 21']);
    expect(latest(store, 22, { roles: ['host'] })).toEqual(['22 entry 22']);
    expect(latest(store, 22, { types: ['BriefingHeld'] })).toEqual([]);
  });

  test('of a long timeline are found from its end', (store) => {
    for (let event = 1; event <= 600; event += 1) store.commit(event, version({ event }));
    const expected = Array.from({ length: 600 }, (_, index) => `${600 - index} entry ${600 - index}`);
    expect(latest(store, 600, { limit: 50, changesMax: 70 })).toEqual(expected);
    expect(latest(store, 300, { limit: 300 })).toEqual(expected.slice(300));
  });
}
