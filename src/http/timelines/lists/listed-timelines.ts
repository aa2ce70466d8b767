import {
  type ListedTimeline,
  type ListFilter,
  type ListOrder,
  NO_VALUE,
  type TimelineList,
} from '../../../projector/timeline-list.ts';
import type { Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';
import { choiceParameter, type QueryParameter, type ReadableParameter } from '../../protocol/parameters.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { listParameter } from '../parameters.ts';
import { requestedValues } from '../query.ts';
import type { TimelineListReader } from './list-route.ts';

/** Values of one facet that an answer counts, the most frequent ones. */
const FACET_VALUES_MAX = 100;

/** The parameters by which a list is sorted. */
export interface SortParameters {
  readonly parameters: readonly QueryParameter[];
  readonly read: (query: QueryParameters) => ListOrder;
}

/** @param sorts names of values of `ListItem.sort` */
export function sortParameters(...sorts: readonly string[]): SortParameters {
  const description =
    'What the list is sorted by. Items without it come last, and `key` is that of their URLs.';
  const sort: ReadableParameter<string> = choiceParameter('sort', ['key', ...sorts], 'key', description);
  const order = choiceParameter('order', ['asc', 'desc'], 'asc', 'Ascending or descending.');
  return {
    parameters: [sort, order],
    read: (query) => ({ sort: sort.read(query), order: order.read(query) }),
  };
}

/** Describes the parameter that asks for counts of facets. */
export function facetsParameter(facets: readonly string[]): QueryParameter {
  return listParameter(
    'facets',
    'Adds the number of items for each value of these filters, given the other filters.',
    { enum: facets },
  );
}

interface ListedTimelines {
  readonly order: ListOrder;
  readonly filter: ListFilter;
  readonly listOf: (reader: TimelineReader, asOf: Ordinal) => TimelineList;
  readonly itemOf: (timeline: ListedTimeline, reader: TimelineReader, asOf: Ordinal) => object;
}

/** The order of a list that does not say how it is sorted. */
const KEY_ORDER = 'key asc';

/** Reads the items of a list that is filtered and sorted by them. */
export function listedTimelines({ order, filter, listOf, itemOf }: ListedTimelines): TimelineListReader {
  const name = `${order.sort} ${order.order}`;
  return {
    ...(name !== KEY_ORDER && { order: name }),
    includes: (reader, key, asOf) => listOf(reader, asOf).includes(key, filter),
    readPage: (reader, { limit, after, asOf }) => {
      const list = listOf(reader, asOf);
      const { keys, isLast } = list.page({ ...order, filter, limit, after });
      const items = keys.flatMap((key) => list.get(key) ?? []).map((item) => itemOf(item, reader, asOf));
      return { items, end: isLast ? undefined : keys.at(-1) };
    },
    count: (reader, asOf) => listOf(reader, asOf).count(filter),
  };
}

/** What a filter with values of its own calls items that have none of them. Names and topics may be this word. */
export const NONE = 'none';

/** Reads a filter that `NONE` is a value of. */
export function valuesOrNone(
  query: QueryParameters,
  name: string,
  values: readonly string[],
): readonly string[] {
  return requestedValues(query, name, values).map((value) => (value === NONE ? NO_VALUE : value));
}

/**
 * Reads the parameter `facets`. Returns what counts the facets that it names, or all of them for people.
 *
 * @param withNone those whose filter is read by `valuesOrNone`; others do not count items without values
 */
export function facetCounts(
  query: QueryParameters,
  names: readonly string[],
  withNone: readonly string[],
  { filter, listOf }: Pick<ListedTimelines, 'filter' | 'listOf'>,
): NonNullable<TimelineListReader['extras']> {
  const requested = requestedValues(query, 'facets', names);
  return (reader, asOf, isForPeople) => {
    const counted = isForPeople ? names : requested;
    if (counted.length === 0) return {};
    const list = listOf(reader, asOf);
    const facets = counted.map((name) => {
      const counts = list
        .facetCounts(name, filter)
        .filter(([value]) => value !== NO_VALUE || withNone.includes(name))
        .slice(0, FACET_VALUES_MAX);
      return [
        name,
        counts.map(([value, count]) => ({ value: value === NO_VALUE ? NONE : value, count })),
      ] as const;
    });
    return { facets: Object.fromEntries(facets) };
  };
}
