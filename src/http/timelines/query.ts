import { resolveCountry } from '../../domain/countries/countries.ts';
import { entryTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { reference } from '../../domain/fields/field-schemas.ts';
import { ROLES } from '../../domain/fields/role.ts';
import { resolveTopic } from '../../domain/fields/topic.ts';
import { parseTextQuery, type SearchTerm } from '../../domain/search/text-query.ts';
import { boundOf, type Day } from '../../domain/values/edtf.ts';
import { limits } from '../../domain/values/limits.ts';
import { normalizeName } from '../../domain/values/text.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import type { EntryFilter } from '../../projector/entry-filter.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { CHANGES_DATES } from '../../web/text/url.ts';
import { orderParameter } from '../protocol/parameters.ts';
import { CURSOR_EXPECTED } from '../protocol/problems.ts';
import { type ParameterError, QueryParameters } from '../protocol/query.ts';
import { parseRequestedState, type RequestedState } from '../protocol/state-token.ts';
import { parseAsOf, type RequestedAsOf } from './as-of.ts';
import { decodeTimelineCursor, type TimelineCursor } from './cursor.ts';
import {
  certainParameter,
  entriesLimitParameter,
  LIST_ITEMS_MAX,
  statementRoleParameter,
} from './parameters.ts';

const TEXT_PARAMETERS = ['q', 'outlet', 'relay'];
/** The filters that every timeline of events has. */
export const SHARED_PARAMETERS = [
  'from',
  'to',
  'certain',
  'types',
  'countries',
  'topics',
  'speechActs',
  ...TEXT_PARAMETERS,
];
const PAGE_PARAMETERS: readonly string[] = ['order', 'limit', 'cursor', 'asOf', 'after'];

/**
 * The query parameters of each kind of timeline. `roles` are the roles of the country, or of each of the two countries.
 */
export const TIMELINE_PARAMETERS = {
  country: [...SHARED_PARAMETERS, 'roles', ...PAGE_PARAMETERS],
  topic: [...SHARED_PARAMETERS, ...PAGE_PARAMETERS],
  relation: [...SHARED_PARAMETERS, 'roles', ...PAGE_PARAMETERS],
  /** `roles` are what the actor is called in the fields of the events: `speaker`, `party`, `consignor`… */
  actor: [...SHARED_PARAMETERS, 'roles', ...PAGE_PARAMETERS],
  statements: [
    'country',
    'about',
    'role',
    'speechAct',
    'speaker',
    'institution',
    'from',
    'to',
    'certain',
    'countries',
    'topics',
    ...TEXT_PARAMETERS,
    ...PAGE_PARAMETERS,
  ],
  /** Several countries side by side, which `countries` names. */
  comparison: [...SHARED_PARAMETERS, 'asOf'],
  /** Claims, which are shown as one object instead of a page of entries. */
  whole: ['asOf', 'after'],
  /** The same for an agreement, with the steps that match. */
  agreement: [...TEXT_PARAMETERS, 'asOf', 'after'],
} as const;

/** Live updates have no pages and always start from a position. */
const NOT_LIVE_PARAMETERS: ReadonlySet<string> = new Set(['order', 'limit', 'cursor', 'asOf']);

/** Returns the parameters of the live updates of a timeline with these parameters. */
export function liveParameters(parameters: readonly string[]): readonly string[] {
  return parameters.filter((name) => !NOT_LIVE_PARAMETERS.has(name));
}

/** The names of the dates of a range in the filter of a timeline. */
const DATES = { from: 'from', to: 'to' } as const;

/** Returns the filters among the parameters of a timeline, as its changes take them. */
export function filterParameters(parameters: readonly string[]): readonly string[] {
  return parameters
    .filter((name) => !PAGE_PARAMETERS.includes(name))
    .map((name) => (name === 'from' || name === 'to' ? CHANGES_DATES[name] : name));
}

/**
 * Pages begin with the newest entries; a program that follows a timeline wants them in the order of time. So does the
 * page of an agreement, which is a whole and takes no order.
 */
export const PAGE_ORDER = 'desc';

/** A parsed request for a page. The state of the timeline that it shows is not resolved yet. */
export interface PageRequest {
  readonly filter: Omit<TimelineQuery, 'asOf' | 'after'>;
  /** The end of the previous page; undefined for the first page. */
  readonly cursor: TimelineCursor | undefined;
  /** The state to show; undefined for the present one. */
  readonly asOf: RequestedAsOf | undefined;
  /** The page must contain the events up to this position. */
  readonly after: RequestedState | undefined;
}

export type PageRequestOutcome =
  | { readonly outcome: 'parsed'; readonly request: PageRequest }
  | { readonly outcome: 'refused'; readonly errors: readonly ParameterError[] };

/**
 * Returns the subject of the requested statements: the code of `country`, or the id or name in `about`. Undefined for
 * all statements, and if `parsePageRequest` will refuse the parameter.
 */
export function requestedStatementsSubject(url: string): string | undefined {
  return subjectParameter(new QueryParameters(url, TIMELINE_PARAMETERS.statements));
}

/**
 * @param roles the allowed values of the parameter `roles`
 * @param order the one of a request that names neither an order nor the end of a page in one
 */
export function parsePageRequest(
  url: string,
  known: readonly string[],
  store: Pick<EventReader, 'parsePosition'>,
  roles: readonly string[] = ROLES,
  order: TimelineQuery['order'] = 'asc',
): PageRequestOutcome {
  const query = new QueryParameters(url, known);
  const cursor = query.parsed('cursor', (text) => decodeTimelineCursor(text, store), CURSOR_EXPECTED);
  const request: PageRequest = {
    filter: {
      ...parseFilter(query, roles),
      order: orderOf(query, cursor, order),
      limit: entriesLimitParameter.read(query),
    },
    cursor,
    asOf: parseAsOf(query, store),
    after: query.parsed(
      'after',
      (text) => parseRequestedState(text, store),
      'Expected the position of an event, as the response to its append gave it, or a state token.',
    ),
  };
  subjectParameter(query);
  if (query.errors.length > 0) return { outcome: 'refused', errors: query.errors };
  return { outcome: 'parsed', request };
}

function orderOf(
  query: QueryParameters,
  cursor: TimelineCursor | undefined,
  fallback: TimelineQuery['order'],
): TimelineQuery['order'] {
  if (query.text('order') !== undefined) return orderParameter.read(query);
  return cursor === undefined || cursor.order === 'recorded' ? fallback : cursor.order;
}

/** Returns the parameters of a statements URL that choose the timeline, as its key. Refuses invalid ones. */
export function subjectParameter(query: QueryParameters): string | undefined {
  const about = query.parsed(
    'about',
    (text) => reference.safeParse(text).data,
    'Expected the id of an event or the name of a record, such as mou-ussm-fwo-2025.',
  );
  const text = query.text('country');
  const country = text === undefined ? undefined : resolvedItem(query, 'country', countryOf(text))[0];
  if (about !== undefined && country !== undefined) query.refuse('country', 'Use `countries` with `about`.');
  return about ?? country;
}

/**
 * @param roles the allowed values of the parameter `roles`
 * @param dates the names of the parameters for the days of the range
 */
export function parseFilter(
  query: QueryParameters,
  roles: readonly string[] = ROLES,
  dates: typeof DATES | typeof CHANGES_DATES = DATES,
): EntryFilter {
  const { from, to } = rangeIn(query, dates.from, dates.to);
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    certain: certainParameter.read(query) === 'true',
    types: requestedValues(
      query,
      'types',
      entryTypes().map(({ name }) => name),
    ),
    roles: requestedValues(query, 'roles', roles),
    ...statementCountries(query, countryCodesIn(query, 'countries')),
    topics: topicsIn(query, 'topics'),
    speechActs: ['speechActs', 'speechAct'].flatMap((name) =>
      requestedValues(query, name, Object.keys(SPEECH_ACTS)),
    ),
    speakers: nameOf(query, 'speaker'),
    outlets: nameOf(query, 'outlet'),
    relays: nameOf(query, 'relay'),
    institutions: nameOf(query, 'institution'),
    text: textOf(query),
  };
}

/**
 * Returns the countries of a filter or, with `role`, what they did. It says so of the country whose statements are
 * shown, if there is one, and else of the countries of the filter.
 */
function statementCountries(
  query: QueryParameters,
  countries: readonly string[],
): Pick<EntryFilter, 'countries' | 'countryRoles'> {
  const role = statementRoleParameter.read(query);
  if (role === 'any') return { countries, countryRoles: [] };
  const named = query.text('country');
  if (named === undefined && countries.length === 0)
    query.refuse('role', 'Use it with `country` or `countries`.');
  const subject = named === undefined ? undefined : countryOf(named);
  if (subject === undefined)
    return { countries: [], countryRoles: countries.map((code) => `${code}:${role}`) };
  return { countries, countryRoles: 'value' in subject ? [`${subject.value}:${role}`] : [] };
}

/** A single name and no list, as names may contain commas. */
function nameOf(query: QueryParameters, parameter: keyof typeof NAME_EXPECTED): readonly string[] {
  const name = query.parsed(
    parameter,
    (text) => (text.length > limits.nameCharsMax ? undefined : normalizeName(text) || undefined),
    NAME_EXPECTED[parameter],
  );
  return name === undefined ? [] : [name];
}

const NAME_EXPECTED = {
  speaker: 'Expected the name of a person or an institution, as in a statement.',
  institution: 'Expected the name of an institution, as in a statement.',
  outlet: 'Expected the name of an outlet, as in a source.',
  relay: 'Expected the name of a person, an institution or an outlet, as in an attribution.',
} as const;

function textOf(query: QueryParameters): readonly SearchTerm[] {
  const text = query.text('q');
  if (text === undefined) return [];
  const parsed = parseTextQuery(text);
  if (parsed.outcome === 'parsed') return parsed.terms;
  query.refuse('q', parsed.detail);
  return [];
}

/** Returns the days from the first parameter to the second. */
export function rangeIn(
  query: QueryParameters,
  start: string,
  end: string,
): { readonly from: Day | undefined; readonly to: Day | undefined } {
  const from = boundParameter(query, start, 'earliest');
  const to = boundParameter(query, end, 'latest');
  if (from !== undefined && to !== undefined && from > to) query.refuse(end, `It lies before \`${start}\`.`);
  return { from, to };
}

/** Returns a day, or the first or last day of a month or a year. */
function boundParameter(query: QueryParameters, name: string, end: 'earliest' | 'latest'): Day | undefined {
  return query.parsed(
    name,
    (text) => boundOf(text, end),
    'Expected a day, a month or a year: 2025-09-08, 2025-09 or 2025.',
  );
}

/** Returns the items of a list, each of which must be one of the values. */
export function requestedValues(
  query: QueryParameters,
  name: string,
  values: readonly string[],
): readonly string[] {
  const items = query.list(name, LIST_ITEMS_MAX);
  if (items.every((item) => values.includes(item))) return items;
  query.refuse(name, `Expected one or more of ${values.join(', ')}.`);
  return [];
}

/** Returns the codes of a list of countries, given by names or codes. */
export function countryCodesIn(query: QueryParameters, name: string): readonly string[] {
  return resolvedList(query, name, countryOf);
}

/** Returns the slugs of a list of topics, given in any spelling. */
export function topicsIn(query: QueryParameters, name: string): readonly string[] {
  return resolvedList(query, name, topicOf);
}

type Resolved = { readonly value: string } | { readonly detail: string };

function resolvedList(
  query: QueryParameters,
  name: string,
  resolve: (text: string) => Resolved,
): readonly string[] {
  const items = query.list(name, LIST_ITEMS_MAX);
  return items.flatMap((item) => resolvedItem(query, name, resolve(item)));
}

function resolvedItem(query: QueryParameters, name: string, resolved: Resolved): readonly string[] {
  if ('value' in resolved) return [resolved.value];
  query.refuse(name, resolved.detail);
  return [];
}

function countryOf(text: string): Resolved {
  const found = resolveCountry(text);
  return found.outcome === 'resolved' ? { value: found.code } : { detail: found.detail };
}

function topicOf(text: string): Resolved {
  const found = resolveTopic(text);
  return found.outcome === 'resolved' ? { value: found.topic } : { detail: found.detail };
}
