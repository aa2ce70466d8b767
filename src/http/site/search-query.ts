import type { EntryFilter } from '../../projector/entry-filter.ts';
import type { AppContext } from '../protocol/context.ts';
import { choiceParameter, countParameter, cursorParameter, namesOf } from '../protocol/parameters.ts';
import { CURSOR_EXPECTED } from '../protocol/problems.ts';
import { type ParameterError, QueryParameters } from '../protocol/query.ts';
import { parseAsOf, type RequestedAsOf } from '../timelines/as-of.ts';
import { decodeTimelineCursor, type TimelineCursor } from '../timelines/cursor.ts';
import { asOfParameter, timelineParameters } from '../timelines/parameters.ts';
import { parseFilter, TIMELINE_PARAMETERS } from '../timelines/query.ts';

const limitParameter = countParameter('limit', 50, 10, 'Results of each kind.');
/** As a query has it. */
export const DEFAULT_LIMIT = String(limitParameter.fallback);
const orderParameter = choiceParameter('order', ['asc', 'desc'], 'desc', 'Oldest or newest first.');
const resultsParameter = choiceParameter(
  'results',
  ['all', 'names', 'entries'],
  'all',
  'What to search: `names` of countries, topics and actors, `entries` by what is said in them, or both.',
);
/** The filters of the timeline of all events. */
const FILTERS = TIMELINE_PARAMETERS.topic.filter(
  (name) => !['order', 'limit', 'cursor', 'asOf', 'after'].includes(name),
);

export const SEARCH_PARAMETERS = [
  ...timelineParameters(FILTERS),
  resultsParameter,
  orderParameter,
  limitParameter,
  cursorParameter,
  asOfParameter,
];

/** The parameters that exports of the names take. */
export const NAMES_PARAMETERS = ['q', 'limit'];

export interface SearchRequest {
  /** Without white space around it. Empty before the first search. */
  readonly text: string;
  readonly results: 'all' | 'names' | 'entries';
  readonly filter: EntryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor: TimelineCursor | undefined;
  readonly asOf: RequestedAsOf | undefined;
}

/** The text need not be a query if only names are searched, such as while it is being typed. */
export function parseSearch(
  url: string,
  store: AppContext['store'],
  onlyNames: boolean,
): SearchRequest | { readonly errors: readonly ParameterError[] } {
  const query = new QueryParameters(url, onlyNames ? NAMES_PARAMETERS : namesOf(SEARCH_PARAMETERS));
  const text = query.text('q')?.trim() ?? '';
  const results = onlyNames ? 'names' : resultsParameter.read(query);
  const filter = parseFilter(query);
  const request = {
    text,
    results,
    filter,
    order: orderParameter.read(query),
    limit: limitParameter.read(query),
    cursor: query.parsed('cursor', (cursor) => decodeTimelineCursor(cursor, store), CURSOR_EXPECTED),
    asOf: parseAsOf(query, store),
  };
  const errors = query.errors.filter(({ parameter, code }) => {
    const isText = parameter === 'q' && code === 'invalid-value';
    return !(isText && (results === 'names' || text === ''));
  });
  return errors.length > 0 ? { errors } : request;
}
