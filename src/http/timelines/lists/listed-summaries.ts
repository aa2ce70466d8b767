import { setImmediate } from 'node:timers/promises';
import { normalizeName } from '../../../domain/values/text.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import { type ListedTimeline, type ListFilter, TimelineList } from '../../../projector/timeline-list.ts';
import type {
  LogPoint,
  Ordinal,
  TimelineReader,
  TimelineSummary,
} from '../../../projector/timeline-store.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { readerOfState } from '../entry-pages.ts';
import { cachePerReader } from '../reader-cache.ts';
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
  /** What an entry of each timeline has to match; undefined if the request does not ask for that. */
  readonly entriesOf?: (query: QueryParameters) => EntryFilter | undefined;
  /** Returns the keys of the timelines that may have such entries; undefined if it is better to look into all. */
  readonly candidates?: (
    filter: EntryFilter,
    timelines: number,
    asOf: LogPoint,
  ) => Promise<ReadonlySet<string> | undefined>;
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
  const { filterOf, entriesOf, itemOf, extrasOf } = summaries;
  return {
    reader: (query) => {
      const filter = filterOf?.(query) ?? { facets: {}, spans: {} };
      const entries = entriesOf?.(query);
      const order = SORT.read(query);
      let prepared: TimelineList | undefined;
      const listOf = (reader: TimelineReader, asOf: Ordinal) => prepared ?? keptList(summaries, reader, asOf);
      const prepare = async (projection: MountedProjection, asOf: LogPoint): Promise<void> => {
        if (entries === undefined) return;
        const reader = readerOfState(projection, asOf);
        const kept = listsWithEntries(reader);
        const name = JSON.stringify([asOf.ordinal, filter, entries]);
        const search = { summaries, list: keptList(summaries, reader, asOf.ordinal), filter, entries };
        prepared = kept.get(name) ?? (await listWithEntries(search, projection, asOf));
        kept.set(name, prepared);
      };
      const extras = extrasOf?.(query, listOf, filter);
      const readers = listedTimelines({ order, filter, listOf, itemOf: (item) => itemOf(summaryOf(item)) });
      return { ...readers, ...(entries && { prepare }), ...(extras && { extras }) };
    },
  };
}

const keptLists = cachePerReader<number, TimelineList>({
  max: STATES_MAX,
  maxSize: ITEMS_MAX,
  sizeCalculation: ({ size }) => Math.min(size + 1, ITEMS_MAX),
});

/** The same with what a request asks of the entries. They share the items. */
const listsWithEntries = cachePerReader<string, TimelineList>({
  max: 20,
  maxSize: 20_000,
  sizeCalculation: ({ size }) => size + 1,
});

function keptList(summaries: ListedSummaries, reader: TimelineReader, asOf: Ordinal): TimelineList {
  const kept = keptLists(reader);
  const list = kept.get(asOf) ?? readList(summaries, reader, asOf);
  kept.set(asOf, list);
  return list;
}

/** Selects the timelines of a list, by the filter of the list and by that of an entry which each must have. */
interface EntrySearch {
  readonly summaries: ListedSummaries;
  readonly list: TimelineList;
  readonly filter: ListFilter;
  readonly entries: EntryFilter;
}

/** Looks for an entry in each timeline that may have one, which mostly takes some 100 µs. */
async function listWithEntries(
  { summaries, list, filter, entries }: EntrySearch,
  projection: MountedProjection,
  asOf: LogPoint,
): Promise<TimelineList> {
  const query = { ...entries, entriesMax: 1, asOf: asOf.ordinal };
  const found = new Map<string, ListedTimeline>();
  const candidates = await summaries.candidates?.(entries, list.size, asOf);
  const items = [...list.matching(filter)].filter(({ key }) => candidates?.has(key) !== false);
  for (let start = 0; start < items.length; start += LOOKS_AT_ONCE) {
    const reader = readerOfState(projection, asOf);
    for (const item of items.slice(start, start + LOOKS_AT_ONCE)) {
      if (reader.countMatches(item.key, query) > 0) found.set(item.key, item);
    }
    await setImmediate();
  }
  return TimelineList.of(found);
}

/** Timelines in which an entry is looked for before other requests are answered. */
const LOOKS_AT_ONCE = 50;

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
