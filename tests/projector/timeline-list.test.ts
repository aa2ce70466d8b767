import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Day } from '../../src/domain/values/edtf.ts';
import {
  type ListedTimeline,
  type ListQuery,
  NO_VALUE,
  TimelineList,
} from '../../src/projector/timeline-list.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';

const days = fc.option(fc.constantFrom(...(['2024-01-01', '2025-01-01', '2026-01-01'] as Day[])), {
  nil: undefined,
});
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'é', '林');
const item = fc.record({
  sort: fc.record(
    { size: fc.integer({ min: 0, max: 3 }), title: fc.constantFrom('x', 'y', 'z') },
    { requiredKeys: [] },
  ),
  facets: fc.record({ states: fc.subarray(['new', 'old']), topics: fc.subarray(['p', 'q', 'r']) }),
  spans: fc.record({ active: fc.record({ earliest: days, latest: days }) }, { requiredKeys: [] }),
});
const items = fc.dictionary(key, item).map((found) => {
  const listed = Object.entries(found).map(([name, each]): [string, ListedTimeline] => [
    name,
    { key: name, ...each },
  ]);
  return new Map(listed);
});
const filter = fc.record({
  facets: fc.record({ states: fc.subarray(['new', 'old', NO_VALUE]), topics: fc.subarray(['p', 'q']) }),
  spans: fc.record({ active: fc.record({ from: days, to: days }) }),
  except: fc.subarray(['a', 'b']),
});
const order = fc.record({
  sort: fc.constantFrom('key', 'size', 'title'),
  order: fc.constantFrom('asc' as const, 'desc' as const),
});

function keysInPages(list: TimelineList, query: Omit<ListQuery, 'limit'>, limit: number): readonly string[] {
  const keys: string[] = [];
  let page = list.page({ ...query, limit });
  keys.push(...page.keys);
  while (!page.isLast) {
    page = list.page({ ...query, limit, after: keys.at(-1) });
    keys.push(...page.keys);
  }
  return keys;
}

const rounds = { numRuns: fuzzRounds(200) };

test('pages of any size add up to the whole list, which is as long as the count', () => {
  fc.assert(
    fc.property(items, filter, order, fc.integer({ min: 1, max: 5 }), (found, wanted, by, limit) => {
      const list = TimelineList.of(found);
      const { keys, isLast } = list.page({ ...by, filter: wanted, limit: 100 });
      expect(isLast).toBe(true);
      expect(keysInPages(list, { ...by, filter: wanted }, limit)).toEqual(keys);
      expect(list.count(wanted)).toBe(keys.length);
      expect([...found.keys()].filter((each) => list.includes(each, wanted)).sort()).toEqual(
        [...keys].sort(),
      );
    }),
    rounds,
  );
});

test('the counts of a facet are those of the lists with one of its values alone', () => {
  fc.assert(
    fc.property(items, filter, (found, wanted) => {
      const list = TimelineList.of(found);
      for (const [value, count] of list.facetCounts('states', wanted)) {
        expect(list.count({ ...wanted, facets: { ...wanted.facets, states: [value] } })).toBe(count);
      }
    }),
    rounds,
  );
});

test('a list with changes equals one of the same items, in every order', () => {
  fc.assert(
    fc.property(items, items, fc.subarray(['a', 'b', 'c', '林']), order, (found, changed, removed, by) => {
      const before = TimelineList.of(found);
      const query: ListQuery = { ...by, limit: 100, filter: { facets: {}, spans: {} } };
      before.page(query);
      const changes = new Map<string, ListedTimeline | undefined>(changed);
      for (const each of removed) changes.set(each, undefined);
      const after = new Map([...found, ...changed]);
      for (const each of removed) after.delete(each);
      expect(before.with(changes).page(query)).toEqual(TimelineList.of(after).page(query));
      expect(before.page(query)).toEqual(TimelineList.of(found).page(query));
    }),
    rounds,
  );
});
