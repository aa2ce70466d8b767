import { LRUCache } from 'lru-cache';
import { normalizeName } from '../../../domain/values/text.ts';
import { type ListedTimeline, type ListFilter, TimelineList } from '../../../projector/timeline-list.ts';
import type { Ordinal, TimelineReader, TimelineSummary } from '../../../projector/timeline-store.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { SUMMARIES_LIMIT, type TimelineListReader, type TimelineListRoute } from './list-route.ts';
import { listedTimelines, sortParameters } from './listed-timelines.ts';

/** States of a projection whose lists are kept. */
const STATES_MAX = 3;
/** Items that these have together, but for a single list of more. An item takes about 1 KB. */
const ITEMS_MAX = 4_000;
/** Summaries that are read at a time. */
const SUMMARIES_PER_READ = 5_000;
/** Sorts after all days: a timeline with an open end is still going on. */
const OPEN_END = '~';

const SORT = sortParameters('entries', 'latest', 'name');

/** Describes the timelines of a projection of which there are at most some ten thousand, as countries and relations. */
export interface ListedSummaries {
  readonly nameOf: (key: string) => string;
  /** Values that the list can be filtered by. */
  readonly facetsOf?: (key: string) => ListedTimeline['facets'];
  readonly filterOf?: (query: QueryParameters) => ListFilter;
  readonly itemOf: (summary: TimelineSummary) => object;
  /** As in `TimelineListReader`. */
  readonly extrasOf?: (
    query: QueryParameters,
    listOf: (reader: TimelineReader, asOf: Ordinal) => TimelineList,
    filter: ListFilter,
  ) => NonNullable<TimelineListReader['extras']>;
}

export const SUMMARY_LIST_PARAMETERS = { extraParameters: SORT.parameters, limit: SUMMARIES_LIMIT };

/** A list with one item per timeline, which is sorted by the number of entries, the last day or the name. */
export function listedSummaries(summaries: ListedSummaries): Pick<TimelineListRoute, 'reader'> {
  const { filterOf, itemOf, extrasOf } = summaries;
  const listOf = (reader: TimelineReader, asOf: Ordinal) => keptList(summaries, reader, asOf);
  return {
    reader: (query) => {
      const filter = filterOf?.(query) ?? { facets: {}, spans: {} };
      const order = SORT.read(query);
      const extras = extrasOf?.(query, listOf, filter);
      const readers = listedTimelines({ order, filter, listOf, itemOf: (item) => itemOf(summaryOf(item)) });
      return { ...readers, ...(extras && { extras }) };
    },
  };
}

/** Rows are immutable at a given ordinal. New rows come with a new reader. */
const lists = new WeakMap<TimelineReader, LRUCache<number, TimelineList>>();

const BOUNDS = {
  max: STATES_MAX,
  maxSize: ITEMS_MAX,
  sizeCalculation: ({ size }: TimelineList) => Math.min(size + 1, ITEMS_MAX),
};

function keptList(summaries: ListedSummaries, reader: TimelineReader, asOf: Ordinal): TimelineList {
  const ofReader = lists.get(reader) ?? new LRUCache<number, TimelineList>(BOUNDS);
  lists.set(reader, ofReader);
  const list = ofReader.get(asOf) ?? readList(summaries, reader, asOf);
  ofReader.set(asOf, list);
  return list;
}

function readList(summaries: ListedSummaries, reader: TimelineReader, asOf: Ordinal): TimelineList {
  const items = new Map<string, ListedTimeline>();
  let found: readonly TimelineSummary[];
  let after = '';
  do {
    found = reader.index({ limit: SUMMARIES_PER_READ, after, asOf });
    for (const summary of found) items.set(summary.key, listItem(summaries, summary));
    after = found.at(-1)?.key ?? '';
  } while (found.length === SUMMARIES_PER_READ);
  return TimelineList.of(items);
}

function listItem({ nameOf, facetsOf }: ListedSummaries, summary: TimelineSummary): ListedTimeline {
  const { key, entries, earliest, latest } = summary;
  return {
    key,
    sort: { entries, latest: latest ?? OPEN_END, name: normalizeName(nameOf(key)) },
    facets: facetsOf?.(key) ?? {},
    spans: { active: { earliest, latest } },
  };
}

function summaryOf({ key, sort, spans }: ListedTimeline): TimelineSummary {
  const { earliest, latest } = spans['active'] ?? {};
  return { key, entries: Number(sort['entries']), earliest, latest };
}
