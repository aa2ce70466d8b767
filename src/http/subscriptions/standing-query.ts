import type { EntryFilter } from '../../projector/entry-filter.ts';
import { ALL_EVENTS, type StandingQuery } from '../../webhooks/subscription.ts';
import type { AppContext } from '../protocol/context.ts';
import { PROBLEM_TYPES } from '../protocol/problem-types.ts';
import type { Problem } from '../protocol/problems.ts';
import { pathOf, queryStringOf } from '../protocol/query.ts';
import { type LocatablePattern, locateTimeline, type PathParameters } from '../timelines/locate-timeline.ts';
import { liveParameters, parsePageRequest, TIMELINE_PARAMETERS } from '../timelines/query.ts';
import type { TimelineRoute } from '../timelines/timeline-routes.ts';
import { type TimelineRow, timelineTable } from '../timelines/timeline-table.ts';

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
interface QueryRoute extends LocatablePattern {
  readonly parameters: readonly string[];
  readonly roles?: TimelineRoute<never>['roles'];
  /** Name of the projection. */
  readonly feed: (params: PathParameters) => string;
}

/** Reads the URL of a timeline with its filters, the same URL under which the timeline is read. */
export function parseStandingQuery(context: AppContext, text: string): StandingQueryOutcome {
  const found = locateTimeline(queryRoutes(context), pathOf(text), queryStringOf(text));
  if (found === undefined) return refused([{ code: 'unknown-value', detail: URL_EXPECTED }]);
  if ('problem' in found) return refused([{ code: 'unknown-value', detail: textOf(found.problem) }]);
  const { row: route, path, params, key } = found;
  const feed = route.feed(params);
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

function queryRoutes(context: AppContext): readonly QueryRoute[] {
  return [
    ...timelineTable(context).map(queryRoute),
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

function queryRoute({ pattern, route, locate }: TimelineRow): QueryRoute {
  const { projection, parameters, roles } = route;
  return { pattern, parameters, ...(roles && { roles }), feed: () => projection.name, locate };
}
