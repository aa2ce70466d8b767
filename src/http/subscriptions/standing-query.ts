import type { EntryFilter } from '../../projector/entry-filter.ts';
import { ALL_EVENTS, type StandingQuery } from '../../webhooks/subscription.ts';
import type { AppContext } from '../protocol/context.ts';
import { PROBLEM_TYPES } from '../protocol/problem-types.ts';
import type { Problem } from '../protocol/problems.ts';
import { pathOf, queryStringOf } from '../protocol/query.ts';
import { liveParameters, parsePageRequest, TIMELINE_PARAMETERS } from '../timelines/query.ts';
import { actorTimelines } from '../timelines/resources/actors.ts';
import { agreementTimelines, unlinkedShipments } from '../timelines/resources/agreements.ts';
import { countryTimelines } from '../timelines/resources/countries.ts';
import { relationTimelines } from '../timelines/resources/relations.ts';
import { statementTimelines } from '../timelines/resources/statements.ts';
import { topicTimelines } from '../timelines/resources/topics.ts';
import type { TimelineLocation, TimelineRoute } from '../timelines/timeline-routes.ts';

/** An error in the field `query` of a subscription. */
export interface QueryFieldError {
  readonly code: string;
  readonly detail: string;
  /** The query parameter that is wrong, if it is one. */
  readonly parameter?: string;
}

export type StandingQueryOutcome =
  | { readonly outcome: 'parsed'; readonly query: StandingQuery }
  | { readonly outcome: 'refused'; readonly errors: readonly QueryFieldError[] };

/** The timelines at URLs of one pattern. */
interface QueryRoute {
  readonly pattern: string;
  readonly parameters: readonly string[];
  readonly roles?: TimelineRoute<never>['roles'];
  readonly feed: (params: Readonly<Record<string, string>>) => string;
  readonly locate: (params: Readonly<Record<string, string>>, url: string) => TimelineLocation;
}

/** Reads the URL of a timeline with its filters, the same URL under which the timeline is read. */
export function parseStandingQuery(context: AppContext, text: string): StandingQueryOutcome {
  const found = locate(queryRoutes(context), pathOf(text), queryStringOf(text));
  if (found === undefined) return refused([{ code: 'unknown-value', detail: URL_EXPECTED }]);
  if ('problem' in found) return refused([{ code: 'unknown-value', detail: textOf(found.problem) }]);
  const { route, path, key, feed } = found;
  if (!context.webhooks.hasFeed(feed)) {
    return refused([{ code: 'unknown-value', detail: `There is no projection ${feed}.` }]);
  }
  const known = liveParameters(route.parameters).filter((name) => name !== 'after');
  const parsed = parsePageRequest(`${path}${queryStringOf(text)}`, known, context.store, route.roles?.(key));
  if (parsed.outcome === 'refused') return refused(parsed.errors);
  const { order: _order, limit: _limit, ...filter } = parsed.request.filter;
  return { outcome: 'parsed', query: { text: canonicalText(path, text), feed, key, filter: plain(filter) } };
}

const URL_EXPECTED =
  'Expected the path of a timeline with its filters, such as /countries/PK?types=MouSigned, ' +
  '/statements?speechAct=deny or /events?topics=tariffs.';

function refused(errors: readonly QueryFieldError[]): StandingQueryOutcome {
  return { outcome: 'refused', errors };
}

function textOf({ code, detail }: Problem): string {
  return detail ?? `${PROBLEM_TYPES[code].title}.`;
}

/** Leaves out members that are undefined, as they would be missing after a restart. */
function plain(filter: EntryFilter): EntryFilter {
  return JSON.parse(JSON.stringify(filter)) as EntryFilter;
}

function canonicalText(path: string, text: string): string {
  const parameters = new URLSearchParams(queryStringOf(text));
  parameters.sort();
  const query = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return query === '' ? path : `${path}?${query}`;
}

interface LocatedQuery {
  readonly route: QueryRoute;
  /** In its canonical spelling. */
  readonly path: string;
  readonly key: string;
  readonly feed: string;
}

function locate(
  routes: readonly QueryRoute[],
  path: string,
  search: string,
): LocatedQuery | { readonly problem: Problem } | undefined {
  for (const route of routes) {
    const params = matchPath(route.pattern, path);
    if (params === undefined) continue;
    const location = route.locate(params, `${path}${search}`);
    switch (location.kind) {
      case 'timeline':
        return { route, path, key: location.key, feed: route.feed(params) };
      case 'moved':
        return location.path === path ? undefined : locate(routes, location.path, search);
      case 'refused':
        return location;
    }
  }
  return undefined;
}

/** Returns the decoded segments that the pattern names; undefined if the path does not match. */
function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [names, segments] = [pattern.split('/'), path.split('/')];
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = decodedSegment(segments[index] ?? '');
    if (segment === undefined) return undefined;
    if (name.startsWith(':') && segment !== '') params[name.slice(1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}

function decodedSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** If a path matches several patterns, the first one counts. */
function queryRoutes(context: AppContext): readonly QueryRoute[] {
  return [
    queryRoute('/countries/:code', countryTimelines(context)),
    queryRoute('/topics/:slug', topicTimelines(context)),
    queryRoute('/relations/:a/:b', relationTimelines(context)),
    queryRoute('/actors/:key', actorTimelines(context)),
    queryRoute('/statements', statementTimelines(context)),
    queryRoute('/mous/unknown', unlinkedShipments(context)),
    queryRoute('/mous/:stream', agreementTimelines(context)),
    {
      pattern: '/events',
      parameters: TIMELINE_PARAMETERS.topic,
      feed: () => ALL_EVENTS,
      locate: () => ({ kind: 'timeline', key: ALL_EVENTS }),
    },
    {
      pattern: '/projections/:name/timelines/:key',
      parameters: TIMELINE_PARAMETERS.topic,
      feed: ({ name = '' }) => name,
      locate: ({ key = '' }) => ({ kind: 'timeline', key }),
    },
  ];
}

function queryRoute<Parameters>(
  pattern: string,
  { projection, parameters, roles, locate: locateTimeline }: TimelineRoute<Parameters>,
): QueryRoute {
  return {
    pattern,
    parameters,
    ...(roles && { roles }),
    feed: () => projection.name,
    locate: (params, originalUrl) => locateTimeline({ params: params as Parameters, originalUrl }),
  };
}
