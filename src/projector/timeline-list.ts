import { LRUCache } from 'lru-cache';
import { countLeading } from '../domain/values/binary-search.ts';
import { type DateSpan, type Day, spansOverlap } from '../domain/values/edtf.ts';
import { mostFrequent } from '../domain/values/most-frequent.ts';

/** What a list of timelines can be sorted and filtered by, for one of them in one state. */
export interface ListItem {
  /** Name of a sort order → the value to sort by. Items without a value come last, in either direction. */
  readonly sort: Readonly<Record<string, string | number>>;
  /** Name of a filter → values. An item without values has the value `NO_VALUE`. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /** Name of a range → the days in it. An end that is missing is open; an item without days is in no range. */
  readonly spans: Readonly<Record<string, DateSpan>>;
}

export interface ListedTimeline extends ListItem {
  readonly key: string;
}

export interface ListFilter {
  /** Keys of timelines that are left out. Absent: none. */
  readonly except?: readonly string[];
  /** Name of a filter → its values. An item must have one of the values of each list that is not empty. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /** Name of a range → its first and last day. The days of an item must overlap with each range that has an end. */
  readonly spans: Readonly<
    Record<string, { readonly from?: Day | undefined; readonly to?: Day | undefined }>
  >;
}

export interface ListOrder {
  /** Name of a value of `ListItem.sort`, or `key`. */
  readonly sort: string;
  readonly order: 'asc' | 'desc';
}

export interface ListQuery extends ListOrder {
  readonly filter: ListFilter;
  readonly limit: number;
  /** Exclusive start: the key of the last timeline of the previous page. */
  readonly after?: string | undefined;
}

export interface ListPage {
  /** The keys of the timelines, in order. */
  readonly keys: readonly string[];
  readonly isLast: boolean;
}

/** The value of a facet for items without values. No name is empty, so it differs from those that items have. */
export const NO_VALUE = '';

/** The item of a timeline that nothing is known of but its key. */
export const BARE_ITEM: ListItem = { sort: {}, facets: {}, spans: {} };

/** Counts that a list keeps. */
const KEPT_COUNTS_MAX = 100;
/** Changes that a list keeps in addition to the items it shares, before it gets items of its own. */
const CHANGES_MAX = 1_000;

type Items = ReadonlyMap<string, ListedTimeline>;
type Changes = ReadonlyMap<string, ListedTimeline | undefined>;

/**
 * The timelines of a projection in one state. Immutable. Lists of states that differ little share the items that are
 * the same in both, with the orders and counts that were made of them; each has the others as changes.
 */
export class TimelineList {
  readonly #base: ListBase;
  /** Undefined stands for an item of the base that is not listed. */
  readonly #changes: Changes;

  private constructor(base: ListBase, changes: Changes) {
    this.#base = base;
    this.#changes = changes;
  }

  static of(items: Items): TimelineList {
    return new TimelineList(new ListBase(items), new Map());
  }

  get(key: string): ListedTimeline | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.items.get(key);
  }

  /** Returns the list after timelines have changed; undefined stands for one that is not listed any more. */
  with(changes: Changes): TimelineList {
    if (changes.size === 0) return this;
    const all = new Map([...this.#changes, ...changes]);
    return all.size <= CHANGES_MAX
      ? new TimelineList(this.#base, all)
      : new TimelineList(this.#base.with(all), new Map());
  }

  /** Tells whether the items that are the same in both lists are in memory once. */
  sharesItems(other: TimelineList): boolean {
    return this.#base === other.#base;
  }

  /** Number of items that the list has in memory. */
  get size(): number {
    return this.#changes.size + this.#base.items.size;
  }

  /**
   * Returns the number of items for which the list takes memory in addition to the other list. If they differ much, it
   * has orders of its own, which take a tenth of what the items take.
   */
  sizeBeyond(other: TimelineList): number {
    if (this.sharesItems(other)) return this.#changes.size;
    return this.#changes.size + this.#base.changed + Math.ceil(this.#base.items.size / 10);
  }

  /** Tells whether the timeline with the key is listed and passes the filter. */
  includes(key: string, filter: ListFilter): boolean {
    const item = this.get(key);
    return item !== undefined && matchTest(filter)(item);
  }

  page({ filter, limit, after, sort, order }: ListQuery): ListPage {
    const keys: string[] = [];
    if (this.count(filter) === 0) return { keys, isLast: true };
    const matches = matchTest(filter);
    for (const item of this.#inOrder({ sort, order }, after)) {
      if (!matches(item)) continue;
      if (keys.length === limit) return { keys, isLast: false };
      keys.push(item.key);
    }
    return { keys, isLast: true };
  }

  /** Yields the items that pass the filter, in the order of their keys. */
  *matching(filter: ListFilter): Generator<ListedTimeline> {
    const matches = matchTest(filter);
    for (const item of this.#inOrder({ sort: 'key', order: 'asc' }, undefined)) if (matches(item)) yield item;
  }

  count(filter: ListFilter): number {
    const matches = matchTest(filter);
    let count = this.#base.count(filter);
    for (const [key, item] of this.#changes) {
      const before = this.#base.items.get(key);
      if (before !== undefined && matches(before)) count -= 1;
      if (item !== undefined && matches(item)) count += 1;
    }
    return count;
  }

  /**
   * Counts the items by the values of a facet, most frequent first, as they pass the filter without what it says about
   * this facet: each count is the number of items that choosing the value alone would list.
   */
  facetCounts(facet: string, filter: ListFilter): readonly (readonly [value: string, count: number])[] {
    const others = { ...filter, facets: { ...filter.facets, [facet]: [] } };
    const matches = matchTest(others);
    const counts = new Map(this.#base.facetCounts(facet, others));
    for (const [key, item] of this.#changes) {
      const before = this.#base.items.get(key);
      if (before !== undefined && matches(before)) addValues(counts, before, facet, -1);
      if (item !== undefined && matches(item)) addValues(counts, item, facet, 1);
    }
    return mostFrequent([...counts].filter(([, count]) => count > 0));
  }

  /**
   * Merges the items of the base with the changed ones. A key that is not listed any more is sought where one without
   * values would be.
   */
  *#inOrder(order: ListOrder, after: string | undefined): Generator<ListedTimeline> {
    const compareItems = comparison(order);
    const last = after === undefined ? undefined : (this.get(after) ?? { key: after, ...BARE_ITEM });
    const isAfter = (item: ListedTimeline) => last === undefined || compareItems(item, last) > 0;
    const changed = [...this.#changes.values()].filter((item) => item !== undefined && isAfter(item));
    const added = (changed as ListedTimeline[]).sort(compareItems);
    const sorted = this.#base.inOrder(order);
    const start = countLeading(sorted, (item) => !isAfter(item));
    let next = 0;
    for (let index = start; index < sorted.length; index += 1) {
      const item = sorted[index];
      if (item === undefined || this.#changes.has(item.key)) continue;
      for (
        let first = added[next];
        first !== undefined && compareItems(first, item) < 0;
        first = added[next]
      ) {
        yield first;
        next += 1;
      }
      yield item;
    }
    yield* added.slice(next);
  }
}

/** Items with the orders and counts that were made of them. A count scans the items once. */
class ListBase {
  readonly items: Items;
  /** Number of items that this base does not share with the one that it was made of. */
  readonly changed: number;
  /** Sort order → the items in it. */
  readonly #sorted: Map<string, readonly ListedTimeline[]>;
  readonly #counts = new LRUCache<string, number>({ max: KEPT_COUNTS_MAX });
  readonly #facetCounts = new LRUCache<string, ReadonlyMap<string, number>>({ max: KEPT_COUNTS_MAX });

  constructor(
    items: Items,
    changed = items.size,
    sorted: ReadonlyMap<string, readonly ListedTimeline[]> = new Map(),
  ) {
    this.items = items;
    this.changed = changed;
    this.#sorted = new Map(sorted);
  }

  /** Sorting again costs little, because the other items are in order. */
  with(changes: Changes): ListBase {
    const items = new Map(this.items);
    for (const [key, item] of changes) {
      if (item === undefined) items.delete(key);
      else items.set(key, item);
    }
    const changed = [...changes.values()].filter((item) => item !== undefined);
    const sorted = [...this.#sorted].map(([name, before]) => {
      const kept = before.filter(({ key }) => !changes.has(key));
      return [name, [...kept, ...changed].sort(comparison(orderOf(name)))] as const;
    });
    return new ListBase(items, changed.length, new Map(sorted));
  }

  inOrder(order: ListOrder): readonly ListedTimeline[] {
    const name = `${order.order} ${order.sort}`;
    const kept = this.#sorted.get(name);
    if (kept !== undefined) return kept;
    const sorted = [...this.items.values()].sort(comparison(order));
    this.#sorted.set(name, sorted);
    return sorted;
  }

  count(filter: ListFilter): number {
    const name = JSON.stringify(filter);
    const kept = this.#counts.get(name);
    if (kept !== undefined) return kept;
    const matches = matchTest(filter);
    let count = 0;
    for (const item of this.items.values()) if (matches(item)) count += 1;
    this.#counts.set(name, count);
    return count;
  }

  facetCounts(facet: string, filter: ListFilter): ReadonlyMap<string, number> {
    const name = JSON.stringify([facet, filter]);
    const kept = this.#facetCounts.get(name);
    if (kept !== undefined) return kept;
    const matches = matchTest(filter);
    const counts = new Map<string, number>();
    for (const item of this.items.values()) if (matches(item)) addValues(counts, item, facet, 1);
    this.#facetCounts.set(name, counts);
    return counts;
  }
}

function addValues(counts: Map<string, number>, item: ListItem, facet: string, change: 1 | -1): void {
  for (const value of valuesOf(item, facet)) counts.set(value, (counts.get(value) ?? 0) + change);
}

function orderOf(name: string): ListOrder {
  const [order, sort = ''] = name.split(' ');
  return { sort, order: order === 'desc' ? 'desc' : 'asc' };
}

/** Items with the same value are in the order of their keys (UTF-16 code units). */
function comparison({ sort, order }: ListOrder): (a: ListedTimeline, b: ListedTimeline) => number {
  const sign = order === 'asc' ? 1 : -1;
  if (sort === 'key') return (a, b) => sign * compare(a.key, b.key);
  return (a, b) => {
    const [one, other] = [a.sort[sort], b.sort[sort]];
    if (one === other) return compare(a.key, b.key);
    if (one === undefined) return 1;
    return other === undefined ? -1 : sign * compare(one, other);
  };
}

function compare<Value extends string | number>(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function matchTest({ facets, spans, except = [] }: ListFilter): (item: ListedTimeline) => boolean {
  const lists = Object.entries(facets).filter(([, wanted]) => wanted.length > 0);
  const ranges = Object.entries(spans).filter(([, { from, to }]) => from !== undefined || to !== undefined);
  return (item) => {
    if (except.includes(item.key)) return false;
    for (const [facet, wanted] of lists) if (!hasOneOf(valuesOf(item, facet), wanted)) return false;
    for (const [name, { from, to }] of ranges) {
      const span = item.spans[name];
      if (span === undefined || !spansOverlap(span, { earliest: from, latest: to })) return false;
    }
    return true;
  };
}

function hasOneOf(values: readonly string[], wanted: readonly string[]): boolean {
  for (const value of values) if (wanted.includes(value)) return true;
  return false;
}

const NO_VALUES = [NO_VALUE];

function valuesOf({ facets }: ListItem, facet: string): readonly string[] {
  const values = facets[facet];
  return values === undefined || values.length === 0 ? NO_VALUES : values;
}
