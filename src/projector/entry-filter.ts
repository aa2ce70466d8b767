import { hasTerms } from '../domain/search/text-query.ts';
import { type DateSpan, daySerial } from '../domain/values/edtf.ts';
import type { DensityQuery, EntryVersion, Facets, SerialSpan, TimelineQuery } from './timeline-store.ts';

/** The part of a query that selects entries, whatever the state and the page. */
export type EntryFilter = Omit<DensityQuery, 'byType' | 'entriesMax' | 'asOf'>;

/** Sorts before all days. Finite, because a cursor is written as JSON. */
export const OPEN_START = Number.MIN_SAFE_INTEGER;
/** Sorts after all days. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

/** Days since 1970-01-01; `OPEN_START` and `OPEN_END` for ends that are open or unknown. */
export interface SortableSpan {
  readonly earliest: number;
  readonly latest: number;
}

/** What a filter needs to know of an entry, besides the fields that it has in a timeline. */
export interface FilteredEntry extends SortableSpan {
  readonly facets: Required<Facets>;
  readonly reach: { readonly spans: readonly SortableSpan[]; readonly canBeCertain: boolean } | undefined;
}

type DatedEntry = Pick<EntryVersion, 'earliest' | 'latest' | 'reach' | 'facets'>;

export function filteredEntry({ earliest, latest, reach, facets }: DatedEntry): FilteredEntry {
  return {
    ...sortableSpan({ earliest, latest }),
    facets: completeFacets(facets),
    reach: reach && { spans: reach.spans.map(sortableSpan), canBeCertain: reach.canBeCertain },
  };
}

/** Returns the facets alone, always in the same order, without those that `facets` has besides if it is an entry. */
export function completeFacets({
  type,
  countries,
  topics,
  speechActs,
  speakers = [],
  outlets = [],
  relays = [],
  institutions = [],
  countryRoles = [],
  words = '',
}: Facets): Required<Facets> {
  return {
    type,
    countries,
    topics,
    speechActs,
    speakers,
    outlets,
    relays,
    institutions,
    countryRoles,
    words,
  };
}

function sortableSpan({ earliest, latest }: DateSpan): SortableSpan {
  return {
    earliest: earliest === undefined ? OPEN_START : daySerial(earliest),
    latest: latest === undefined ? OPEN_END : daySerial(latest),
  };
}

/**
 * Tells whether an entry passes a filter. Stores answer the same with indexes, as their contract suite checks.
 *
 * @param partitionFields JSON of the fields that the entry has in the timeline that is read
 */
export function isInFilter(entry: FilteredEntry, partitionFields: string, filter: EntryFilter): boolean {
  const { facets } = entry;
  return (
    rangeTest(filter)(entry) &&
    matchesList(filter.types, [facets.type]) &&
    matchesList(filter.countries, facets.countries) &&
    matchesList(filter.topics, facets.topics) &&
    matchesList(filter.speechActs, facets.speechActs) &&
    matchesList(filter.speakers, facets.speakers) &&
    matchesList(filter.outlets, facets.outlets) &&
    matchesList(filter.relays, facets.relays) &&
    matchesList(filter.institutions, facets.institutions) &&
    matchesList(filter.countryRoles, facets.countryRoles) &&
    hasTerms(facets.words, filter.text) &&
    (filter.roles.length === 0 || filter.roles.some((role) => partitionFields.includes(JSON.stringify(role))))
  );
}

/** The days of an entry, or of several with the same dates. */
export interface EntryDates extends SerialSpan {
  readonly reach?: { readonly spans: readonly SerialSpan[]; readonly canBeCertain: boolean } | undefined;
}

/**
 * Returns a function that tells whether a day that an entry may mean is in the range or, if `certain`, all of them are
 * for certain.
 */
export function rangeTest({
  from,
  to,
  certain,
}: Pick<TimelineQuery, 'from' | 'to' | 'certain'>): (dates: EntryDates) => boolean {
  const { earliest: first } = sortableSpan({ earliest: from, latest: undefined });
  const { latest: last } = sortableSpan({ earliest: undefined, latest: to });
  if (certain) {
    return ({ earliest = OPEN_START, latest = OPEN_END, reach }) =>
      reach?.canBeCertain !== false && earliest >= first && latest <= last;
  }
  const overlaps = ({ earliest = OPEN_START, latest = OPEN_END }: SerialSpan): boolean =>
    latest >= first && earliest <= last;
  return (dates) => (dates.reach === undefined ? overlaps(dates) : dates.reach.spans.some(overlaps));
}

function matchesList(wanted: readonly string[], actual: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((value) => actual.includes(value));
}

/** Returns the entry as a timeline shows it, as JSON: the fields of the partition, then the body. */
export function entryJson(partitionFields: string, body: string): string {
  return partitionFields === '{}' ? body : `${partitionFields.slice(0, -1)},${body.slice(1)}`;
}
