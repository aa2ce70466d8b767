import pMap from 'p-map';
import { searchableTextsOf } from '../../domain/record/searchable-texts.ts';
import { headline } from '../../domain/record/summary.ts';
import { type Excerpt, excerptsOf } from '../../domain/search/excerpt.ts';
import type { SearchTerm } from '../../domain/search/text-query.ts';
import { mostFrequent } from '../../domain/values/most-frequent.ts';
import { StoreUnavailableError, UnreadableEventError } from '../../event-store/event-store.ts';
import type { EntryFilter } from '../../projector/entry-filter.ts';
import type {
  EntryKey,
  LatestChange,
  LogPoint,
  TimelinePage,
  TimelineReader,
} from '../../projector/timeline-store.ts';
import type { FacetCounts } from '../../web/components/list-form.ts';
import type { EventEntry } from '../../web/components/timeline-view.ts';
import type { SearchCounts } from '../../web/pages/search-counts.ts';
import { RecordsAsOf } from '../events/records-as-of.ts';
import type { AppContext } from '../protocol/context.ts';
import { exactly, filteredTotal } from '../timelines/entry-counts.ts';
import { cachePerReader } from '../timelines/reader-cache.ts';
import { ALL_EVENTS_KEY } from '../timelines/resources/all-events.ts';

/** Entries from which the counts are. They take some milliseconds. */
const COUNTED_MAX = 500;
const COUNTS_OF_KIND = 10;
/** Per projection. */
const SUMMARIES_MAX = 100;
/** Records that are read from the log at the same time. */
const READS_MAX = 8;

export interface EntrySearch {
  readonly filter: EntryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after: EntryKey | undefined;
}

export interface Appearance {
  readonly entry: EventEntry;
  /** When it was recorded: by the event itself or, if the words came later, by a correction. RFC 3339. */
  readonly recordedAt: string;
  readonly position: string;
}

/** What is said of all entries that a search finds. Counts are of the first ones, in the order of the search. */
export interface SearchSummary extends SearchCounts {
  /** The first entry by its date, and the first one that was recorded, which may have changed since. */
  readonly firstAppeared: {
    readonly occurred: Appearance | undefined;
    readonly recorded: Appearance | undefined;
  };
}

/** An entry, and where it has the words. */
export interface FoundEntry {
  /** JSON. */
  readonly entry: string;
  readonly matches: readonly Excerpt[];
}

const summariesOf = cachePerReader<string, SearchSummary>({ max: SUMMARIES_MAX });

/** Returns the summary of a search in a state. Those of the last searches are kept, as their states never change. */
export function searchSummary(
  reader: TimelineReader,
  { filter, order }: Pick<EntrySearch, 'filter' | 'order'>,
  asOf: LogPoint,
): SearchSummary {
  const { ordinal } = asOf;
  const kept = summariesOf(reader);
  const key = JSON.stringify([filter, order, ordinal]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const found = reader.page(ALL_EVENTS_KEY, { ...filter, order, limit: COUNTED_MAX, asOf: ordinal });
  const entries = found.entries.map((entry) => JSON.parse(entry) as EventEntry);
  const summary = {
    ...(found.next === undefined
      ? exactly(entries.length)
      : filteredTotal(reader, ALL_EVENTS_KEY, filter, asOf)),
    counted: entries.length,
    counts: {
      countries: countsOf(entries.flatMap(({ countries }) => countries)),
      topics: countsOf(entries.flatMap(({ topics }) => topics)),
      types: countsOf(entries.map(({ type }) => type)),
      years: countsOf(entries.flatMap(({ occurred }) => occurred.earliest?.slice(0, 4) ?? [])),
    },
    firstAppeared: {
      occurred: firstByDate(reader, filter, ordinal),
      recorded: appearanceOf(reader.first(ALL_EVENTS_KEY, { ...filter, upTo: ordinal })),
    },
  };
  kept.set(key, summary);
  return summary;
}

function firstByDate(
  reader: TimelineReader,
  filter: EntryFilter,
  asOf: LogPoint['ordinal'],
): Appearance | undefined {
  const [json] = reader.page(ALL_EVENTS_KEY, { ...filter, order: 'asc', limit: 1, asOf }).entries;
  if (json === undefined) return undefined;
  const entry = JSON.parse(json) as EventEntry;
  return { entry, recordedAt: entry.recordedAt, position: entry.position };
}

function appearanceOf(change: LatestChange | undefined): Appearance | undefined {
  if (change === undefined) return undefined;
  const { logPoint, entry } = change;
  return {
    entry: JSON.parse(entry) as EventEntry,
    recordedAt: logPoint.instant,
    position: logPoint.position,
  };
}

function countsOf(values: readonly string[]): FacetCounts[string] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return mostFrequent(counts)
    .slice(0, COUNTS_OF_KIND)
    .map(([value, count]) => ({ value, count }));
}

/**
 * Returns the entries of a page with parts of the texts that have the words, also of those that no entry shows. Each
 * record is read once.
 */
export async function withExcerpts(
  context: Pick<AppContext, 'store' | 'tree'>,
  reader: TimelineReader,
  { entries }: TimelinePage,
  terms: readonly SearchTerm[],
  asOf: LogPoint,
): Promise<readonly FoundEntry[]> {
  const records = new RecordsAsOf(context, reader, asOf);
  return pMap(
    entries,
    async (entry) => {
      const { id, stream } = JSON.parse(entry) as EventEntry;
      return { entry, matches: excerptsOf(await textsOf(records, id, stream), terms) };
    },
    { concurrency: READS_MAX },
  );
}

/** Entries are found, and shown without excerpts, even while the log is unavailable, or where it is damaged. */
async function textsOf(records: RecordsAsOf, id: string, stream: string): Promise<readonly string[]> {
  try {
    const version = (await records.record(stream)).versions.get(id);
    return version === undefined ? [] : [...searchableTextsOf(version), headline(version)];
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return [];
    throw error;
  }
}
