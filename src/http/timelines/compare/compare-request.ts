import type { EventReader } from '../../../event-store/event-store.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import { type ParameterError, QueryParameters } from '../../protocol/query.ts';
import { parseAsOf, type RequestedAsOf } from '../as-of.ts';
import { parseFilter, TIMELINE_PARAMETERS } from '../query.ts';

export const COMPARED_MIN = 2;
export const COMPARED_MAX = 6;

export interface CompareRequest {
  /** Codes, each once, in the order of the request. */
  readonly countries: readonly string[];
  /** What the entries of each country have to match. */
  readonly filter: EntryFilter;
  /** The state to show; undefined for the present one. */
  readonly asOf: RequestedAsOf | undefined;
}

export type CompareRequestOutcome =
  | { readonly outcome: 'parsed'; readonly request: CompareRequest }
  | { readonly outcome: 'refused'; readonly errors: readonly ParameterError[] };

/** @param countriesMin how many countries must be given; the form of the page begins with fewer */
export function parseCompareRequest(
  url: string,
  store: Pick<EventReader, 'parsePosition'>,
  countriesMin: number,
): CompareRequestOutcome {
  const query = new QueryParameters(url, TIMELINE_PARAMETERS.comparison);
  const { countries: named, ...filter } = parseFilter(query);
  const countries = [...new Set(named)];
  const asOf = parseAsOf(query, store);
  const isKnown = !query.errors.some(({ parameter }) => parameter === 'countries');
  if (isKnown && (countries.length < countriesMin || countries.length > COMPARED_MAX)) {
    query.refuse('countries', `Expected ${COMPARED_MIN} to ${COMPARED_MAX} countries, separated by commas.`);
  }
  if (query.errors.length > 0) return { outcome: 'refused', errors: query.errors };
  return { outcome: 'parsed', request: { countries, filter: { ...filter, countries: [] }, asOf } };
}
