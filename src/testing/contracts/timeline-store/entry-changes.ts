import type { EntryChange, EntryChangesQuery, EntryKey, Ordinal } from '../../../projector/timeline-store.ts';
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
  const { key = 'PK', order = 'asc', limit = 100 } = query;
  const range = { after: after as Ordinal, upTo: upTo as Ordinal, order, limit };
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

function viewOf(store: StoreFixture, key: string, asOf: number): readonly string[] {
  return store.reader.page(key, { ...ALL_ENTRIES, limit: 10_000, asOf: asOf as Ordinal }).entries;
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
        key: fc.constantFrom('PK', 'US'),
      });
      const checked = fc.asyncProperty(history, ({ events, cuts, limit, key }) =>
        withStore((store) => {
          commitHistory(store, events);
          const [a = 0, b = 0, c = 0] = cuts.map((cut) => Math.min(cut, events.length)).sort((x, y) => x - y);
          const before = apply(changes(store, 0, a, { key }), []);
          expect(before.map(({ json }) => json)).toEqual(viewOf(store, key, a));
          const after = apply(changes(store, a, b, { key, limit }), before);
          expect(after.map(({ json }) => json)).toEqual(viewOf(store, key, b));
          const whole = changes(store, a, c, { key });
          expect([...changes(store, a, b, { key, limit }), ...changes(store, b, c, { key })]).toEqual(whole);
          expect(changes(store, a, c, { key, limit, order: 'desc' })).toEqual(whole.toReversed());
        }),
      );
      await fc.assert(checked, { numRuns: RUNS });
    },
  );
}

type History = readonly (readonly {
  readonly entry: number;
  readonly shown: Pick<Parameters<typeof version>[0], 'text' | 'keys' | 'rank' | 'earliest'>;
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
