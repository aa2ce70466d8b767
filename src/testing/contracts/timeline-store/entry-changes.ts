import type { Day } from '../../../domain/values/edtf.ts';
import {
  type EntryChange,
  type EntryChangesQuery,
  type EntryKey,
  type Ordinal,
  type TimelineQuery,
  UNFILTERED,
} from '../../../projector/timeline-store.ts';
import { importFastCheck } from '../../laws/import-fast-check.ts';
import {
  ALL_ENTRIES,
  hiddenVersion,
  type StoreFixture,
  type TimelineStoreContract,
  version,
} from './contract.ts';

/** Reads all pages of the changes of a timeline by the events after one ordinal, up to and including another. */
function changes(
  store: StoreFixture,
  after: number,
  upTo: number,
  query: Partial<EntryChangesQuery> & { readonly key?: string } = {},
): readonly EntryChange[] {
  const { key = 'PK', ...filter } = query;
  const range = {
    ...UNFILTERED,
    order: 'asc' as const,
    limit: 100,
    changesMax: 100,
    ...filter,
    after: after as Ordinal,
    upTo: upTo as Ordinal,
  };
  const found: EntryChange[] = [];
  let start: EntryChangesQuery['start'];
  do {
    const page = store.reader.entryChanges(key, { ...range, ...(start && { start }) });
    found.push(...page.changes);
    start = page.next;
  } while (start !== undefined);
  return found;
}

/** Returns the ordinal of each change, and the texts of its entry before and after. */
function outline(found: readonly EntryChange[]): readonly (readonly (number | string | undefined)[])[] {
  const textOf = (entry: string | undefined): string | undefined => entry && JSON.parse(entry).text;
  return found.map(({ by, before, after }) => [by.ordinal, textOf(before), textOf(after)]);
}

interface ShownEntry {
  readonly key: EntryKey;
  readonly json: string;
}

/** Applies changes to the entries of a timeline. Throws if one is not of the entry that is there. */
function apply(found: readonly EntryChange[], view: readonly ShownEntry[]): readonly ShownEntry[] {
  const entries = new Map(view.map((shown) => [shown.key.entry, shown]));
  for (const { key, before, after } of found) {
    if (entries.get(key.entry)?.json !== before) throw new Error(`Entry ${key.entry} is not ${before}`);
    if (after === undefined) entries.delete(key.entry);
    else entries.set(key.entry, { key, json: after });
  }
  return [...entries.values()].sort((a, b) => compareKeys(a.key, b.key));
}

function compareKeys(a: EntryKey, b: EntryKey): number {
  return a.earliest - b.earliest || a.latest - b.latest || a.rank - b.rank || a.entry - b.entry;
}

function viewOf(
  store: StoreFixture,
  key: string,
  asOf: number,
  filter: Partial<TimelineQuery> = {},
): readonly string[] {
  const query = { ...ALL_ENTRIES, ...filter, limit: 10_000, asOf: asOf as Ordinal };
  return store.reader.page(key, query).entries;
}

export function describeEntryChanges(contract: TimelineStoreContract): void {
  describeExamples(contract);
  describeLaws(contract);
}

function describeExamples({ test, expect }: TimelineStoreContract): void {
  test('has what arrived, changed and left, each by its event', (store) => {
    store.commit(2, version({ event: 1, text: 'a' }), version({ event: 2, text: 'b' }));
    store.commit(4, version({ event: 1, from: 4, text: 'A' }));
    store.commit(5, hiddenVersion({ event: 2, from: 5 }));
    expect(outline(changes(store, 0, 5))).toEqual([
      [1, undefined, 'a'],
      [2, undefined, 'b'],
      [4, 'a', 'A'],
      [5, 'b', undefined],
    ]);
    expect(outline(changes(store, 2, 4))).toEqual([[4, 'a', 'A']]);
    expect(changes(store, 5, 5)).toEqual([]);
    expect(changes(store, 4, 2)).toEqual([]);
    expect(changes(store, 0, 5, { key: 'FR' })).toEqual([]);
  });

  test('has each side of a move to another timeline', (store) => {
    store.commit(1, version({ event: 1, keys: ['PK'] }));
    store.commit(2, version({ event: 1, from: 2, keys: ['IN'] }));
    store.commit(3, version({ event: 1, from: 3, keys: ['PK', 'IN'] }));
    expect(outline(changes(store, 1, 3))).toEqual([
      [2, 'entry 1', undefined],
      [3, undefined, 'entry 1'],
    ]);
    expect(outline(changes(store, 1, 3, { key: 'IN' }))).toEqual([[2, undefined, 'entry 1']]);
  });

  test('leaves out a change that this timeline does not show', (store) => {
    store.commit(1, version({ event: 1, keys: ['PK'], speakers: ['old'] }));
    store.commit(2, version({ event: 1, from: 2, keys: ['PK'], speakers: ['new'] }));
    expect(changes(store, 1, 2)).toEqual([]);
  });

  test('has an entry that only moves within the timeline', (store) => {
    store.commit(1, version({ event: 1, rank: 2 }));
    store.commit(2, version({ event: 1, from: 2, rank: 1 }));
    expect(changes(store, 1, 2).map(({ key }) => key.rank)).toEqual([1]);
  });

  test('has what comes to match a filter, changes while it matches, and ceases to match', (store) => {
    store.commit(1, version({ event: 1, topics: ['mica'] }));
    store.commit(2, version({ event: 1, from: 2, topics: ['rare-earths'], text: 'now on it' }));
    store.commit(3, version({ event: 1, from: 3, topics: ['rare-earths'], text: 'retold' }));
    store.commit(4, version({ event: 1, from: 4, topics: ['mica'], text: 'no more' }));
    store.commit(5, version({ event: 1, from: 5, topics: ['mica'], text: 'never mind' }));
    expect(outline(changes(store, 0, 5, { topics: ['rare-earths'] }))).toEqual([
      [2, undefined, 'now on it'],
      [3, 'now on it', 'retold'],
      [4, 'retold', undefined],
    ]);
  });

  test('compares each version with the dates, the roles and the facets of a filter', (store) => {
    store.commit(1, version({ event: 1, earliest: '2025-09-08', roles: ['host'], speakers: ['lin jian'] }));
    store.commit(2, version({ event: 1, from: 2, earliest: '2025-10-08', roles: ['party'] }));
    const [from, to] = ['2025-09-01' as Day, '2025-09-30' as Day];
    const filters = [{ to }, { from, to }, { roles: ['host'] }, { speakers: ['lin jian'] }];
    for (const filter of filters) {
      expect(outline(changes(store, 0, 2, filter))).toEqual([
        [1, undefined, 'entry 1'],
        [2, 'entry 1', undefined],
      ]);
    }
    expect(outline(changes(store, 0, 2, { roles: ['party'], from: '2025-10-01' as Day }))).toEqual([
      [2, undefined, 'entry 1'],
    ]);
    expect(changes(store, 0, 2, { types: ['BriefingHeld'] })).toEqual([]);
  });

  test('reads no more than it may scan, and goes on from there', (store) => {
    for (let event = 1; event <= 30; event += 1) {
      store.commit(event, version({ event, topics: event % 10 === 0 ? ['mica'] : [] }));
    }
    const query = { ...UNFILTERED, topics: ['mica'], order: 'asc', limit: 2, changesMax: 7 } as const;
    const range = { after: 0 as Ordinal, upTo: 30 as Ordinal };
    const first = store.reader.entryChanges('PK', { ...query, ...range });
    expect([first.changes, first.next?.ordinal]).toEqual([[], 7]);
    for (const changesMax of [1, 7, 15, 29, 30, 31]) {
      for (const order of ['asc', 'desc'] as const) {
        const found = changes(store, 0, 30, { topics: ['mica'], limit: 2, changesMax, order });
        expect(found.map(({ by }) => by.ordinal).sort((a, b) => a - b)).toEqual([10, 20, 30]);
      }
    }
  });

  test('has the events that changed the timeline, from either end', (store) => {
    store.commit(2, version({ event: 1 }), version({ event: 2, keys: ['US'] }));
    store.commit(3, version({ event: 1, from: 3, text: 'changed' }));
    store.commit(5, hiddenVersion({ event: 1, from: 4 }), version({ event: 5 }));
    const points = (after: number, upTo: number, order: 'asc' | 'desc', limit: number, key = 'PK') => {
      const range = { after: after as Ordinal, upTo: upTo as Ordinal };
      return store.reader.changePoints(key, { ...range, order, limit }).map(({ ordinal }) => ordinal);
    };
    expect(points(0, 5, 'asc', 9)).toEqual([1, 3, 4, 5]);
    expect(points(0, 4, 'desc', 2)).toEqual([4, 3]);
    expect(points(1, 4, 'asc', 1)).toEqual([3]);
    expect(points(5, 5, 'asc', 9)).toEqual([]);
    expect(points(0, 5, 'asc', 9, 'FR')).toEqual([]);
  });

  test('has the items of one event in order, on pages that end within the event', (store) => {
    store.commit(1, ...[2, 0, 1].map((item) => version({ event: 1, item, text: `item ${item}` })));
    const all = [0, 1, 2].map((item) => [1, undefined, `item ${item}`]);
    expect(outline(changes(store, 0, 1, { limit: 2 }))).toEqual(all);
    expect(outline(changes(store, 0, 1, { limit: 2, order: 'desc' }))).toEqual(all.toReversed());
  });
}

const EVENTS_MAX = 120;
const RUNS = 30;

function describeLaws({ property, expect }: TimelineStoreContract): void {
  property(
    'turns one state into another, adds up, and is the same on pages of any size',
    async (withStore) => {
      const fc = await importFastCheck('The contract of the timeline store');
      const shown = fc.record({
        text: fc.constantFrom('a', 'b', 'c'),
        keys: fc.subarray(['PK', 'US']),
        rank: fc.integer({ min: 0, max: 1 }),
        earliest: fc.constantFrom('2025-09-08', '2025-09-09', undefined),
        topics: fc.subarray(['mica', 'tariffs']),
        roles: fc.subarray(['host', 'party']),
      });
      const change = fc.record({ entry: fc.nat(), shown });
      const history = fc.record({
        events: fc.array(fc.array(change, { maxLength: 3 }), {
          minLength: 1,
          maxLength: EVENTS_MAX,
          size: 'max',
        }),
        cuts: fc.tuple(fc.nat(EVENTS_MAX), fc.nat(EVENTS_MAX), fc.nat(EVENTS_MAX)),
        limit: fc.integer({ min: 1, max: 9 }),
        changesMax: fc.integer({ min: 1, max: 40 }),
        key: fc.constantFrom('PK', 'US'),
        filter: fc.constantFrom<Filter>(...FILTERS),
      });
      const checked = fc.asyncProperty(history, ({ events, cuts, limit, changesMax, key, filter }) =>
        withStore((store) => {
          commitHistory(store, events);
          const [a = 0, b = 0, c = 0] = cuts.map((cut) => Math.min(cut, events.length)).sort((x, y) => x - y);
          const query = { ...filter, key };
          const paged = { ...query, limit, changesMax };
          const before = apply(changes(store, 0, a, query), []);
          expect(before.map(({ json }) => json)).toEqual(viewOf(store, key, a, filter));
          const after = apply(changes(store, a, b, paged), before);
          expect(after.map(({ json }) => json)).toEqual(viewOf(store, key, b, filter));
          const whole = changes(store, a, c, query);
          expect([...changes(store, a, b, paged), ...changes(store, b, c, query)]).toEqual(whole);
          expect(changes(store, a, c, { ...paged, order: 'desc' })).toEqual(whole.toReversed());
        }),
      );
      await fc.assert(checked, { numRuns: RUNS });
    },
  );
}

type Filter = Partial<Pick<TimelineQuery, 'topics' | 'roles' | 'from' | 'certain'>>;

const FILTERS: readonly Filter[] = [
  {},
  { topics: ['mica'] },
  { topics: ['mica', 'tariffs'], roles: ['host'] },
  { from: '2025-09-09' as Day },
  { from: '2025-09-09' as Day, certain: true, roles: ['host', 'party'] },
];

type History = readonly (readonly {
  readonly entry: number;
  readonly shown: Pick<
    Parameters<typeof version>[0],
    'text' | 'keys' | 'rank' | 'earliest' | 'topics' | 'roles'
  >;
}[])[];

/** Each event shows two entries of its own, and changes some of those before it. */
function commitHistory(store: StoreFixture, events: History): void {
  for (const [index, made] of events.entries()) {
    const from = index + 1;
    const own = [0, 1].map((item) => version({ event: from, item, text: `own ${item}` }));
    const others = new Map(made.map(({ entry, shown }) => [entry % (2 * index || 1), shown]));
    const changed = [...others].map(([entry, shown]) =>
      version({ ...shown, event: Math.floor(entry / 2) + 1, item: entry % 2, from }),
    );
    store.commit(from, ...(index === 0 ? own : [...own, ...changed]));
  }
}
