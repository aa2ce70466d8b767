import type { z } from 'zod';
import {
  type EndpointDescription,
  jsonBody,
  PAGE,
  PROJECTION_PROBLEMS,
  type RequestHeader,
  type RouteDescription,
  textBody,
} from '../protocol/description.ts';
import type { JsonSchema } from '../protocol/parameters.ts';
import type { ProblemCode } from '../protocol/problem-types.ts';
import { changesAnswer, facetsAnswer, liveUpdate } from '../schemas/timelines.ts';
import type { ChangesResource } from './changes/handler.ts';
import { CHANGES_PARAMETERS } from './changes/query.ts';
import { type FacetsResource, facetsParameters } from './facets/handler.ts';
import { formatParameters } from './format-parameters.ts';
import { listParameters } from './lists/list-request.ts';
import type { TimelineListRoute } from './lists/list-route.ts';
import { LINK_FORMAT } from './memento/links.ts';
import { timelineParameters } from './parameters.ts';
import { filterParameters, liveParameters } from './query.ts';
import type { TimelineResource } from './representation.ts';
import { keptParameters, stepParameters } from './step-handler.ts';

/** What the API description says about a timeline and its live updates. */
export interface TimelineDescription {
  /** Singular, in Pascal case, such as `Country`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly path?: RouteDescription['path'];
  readonly answer: z.ZodType;
  /** Schema of a role in the parameter `roles`; by default the roles of a country. */
  readonly roles?: JsonSchema;
  readonly problems?: readonly ProblemCode[];
  /** True if other spellings of the path redirect to the canonical one. */
  readonly hasOtherSpellings?: true;
}

type Described = Pick<TimelineResource, 'parameters' | 'page'>;

const MOVED = {
  description: 'The path is another spelling, or the query of a page is not in its canonical form',
  headers: ['Location', 'Vary'],
} as const;

const ACCEPT_DATETIME: RequestHeader = {
  name: 'Accept-Datetime',
  description: 'An HTTP date: the state at that time (RFC 7089).',
};

export function describeTimeline(
  { parameters, page }: Described,
  { name, summary, path, answer, roles, problems = [] }: TimelineDescription,
): RouteDescription {
  const names = formatParameters(parameters, page === undefined ? 'json' : 'html');
  const get: EndpointDescription = {
    id: `get${name}Timeline`,
    area: 'Timelines',
    permission: 'read',
    summary,
    query: timelineParameters(names, roles),
    requestHeaders: [ACCEPT_DATETIME],
    answers: {
      200: {
        content: { ...jsonBody(answer), ...(page && PAGE) },
        headers: ['Age', 'Content-Location', 'Link', 'Memento-Datetime'],
      },
      ...(page && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems, 'invalid-datetime'],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}

export function describeEmbed(
  { parameters }: Pick<TimelineResource, 'parameters'>,
  { name, summary, path, roles, problems = [] }: TimelineDescription,
): RouteDescription {
  const get: EndpointDescription = {
    id: `embed${name}Timeline`,
    area: 'Timelines',
    permission: 'read',
    summary: `Page for a frame of another site: ${lowerFirst(summary)}`,
    description:
      'It runs no script, and its links replace the page around the frame. `Content-Security-Policy` names the ' +
      'origins that may frame it, as the setting `EMBED_ORIGINS` does; by default none.',
    query: timelineParameters(formatParameters(parameters, 'embed'), roles),
    answers: { 200: { content: PAGE, headers: ['Age'] }, 308: MOVED },
    problems: [...PROJECTION_PROBLEMS, ...problems],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}

export function describeUpdates(
  { parameters }: Described,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const get: EndpointDescription = {
    id: `follow${name}Timeline`,
    area: 'Live updates',
    permission: 'read',
    summary: `Live updates: ${lowerFirst(summary)}`,
    description:
      'Server-sent events `news`. The `data` of each says how many entries are new or changed since the one ' +
      'before; its `id` is the state, which `Last-Event-ID` or `after` continues from.',
    query: timelineParameters(liveParameters(parameters), roles),
    requestHeaders: [{ name: 'Last-Event-ID', description: '`id` of the last event that was received.' }],
    answers: {
      200: {
        content: { 'text/event-stream': liveUpdate },
        headers: ['Age', 'Cache-Control', 'X-Accel-Buffering'],
      },
      ...(hasOtherSpellings && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems, 'too-many-readers'],
  };
  return { ...(path && { path }), get };
}

export function describeChanges(
  { section, parameters }: Pick<ChangesResource, 'section' | 'parameters'>,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const isPage = section !== undefined;
  const get: EndpointDescription = {
    id: `list${name}Changes`,
    area: 'Timelines',
    permission: 'read',
    summary: `What events changed between two states: ${lowerFirst(summary)}`,
    description:
      'The filters are those of the timeline; its dates `from` and `to` are `occurredFrom` and `occurredTo` here. An ' +
      'entry that comes to match the filter has arrived, one that no longer does has left.',
    query: [...timelineParameters(filterParameters(parameters), roles), ...CHANGES_PARAMETERS],
    answers: {
      200: {
        content: { ...jsonBody(changesAnswer), ...(isPage && PAGE) },
        headers: ['Link'],
      },
      ...((isPage || hasOtherSpellings) && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}

export function describeFacets(
  { section, parameters }: Pick<FacetsResource, 'section' | 'parameters'>,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const isPage = section !== undefined;
  const get: EndpointDescription = {
    id: `count${name}Entries`,
    area: 'Timelines',
    permission: 'read',
    summary: `Entries by type, role, country, topic, speech act and name: ${lowerFirst(summary)}`,
    description:
      'Each count is the number of entries that match if this value is chosen and the other filters stay as they ' +
      'are. If more entries match than are counted, `complete` is false, and the counts are those of the last ' +
      '`counted` ones by date.',
    query: timelineParameters(facetsParameters(parameters), roles),
    answers: {
      200: { content: { ...jsonBody(facetsAnswer), ...(isPage && PAGE) } },
      ...((isPage || hasOtherSpellings) && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}

export function describeTimeGate(
  { parameters }: Pick<TimelineResource, 'parameters'>,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const get: EndpointDescription = {
    id: `find${name}Memento`,
    area: 'Timelines',
    permission: 'read',
    summary: `Memento TimeGate, which redirects to an earlier state: ${lowerFirst(summary)}`,
    query: timelineParameters(formatParameters(parameters, 'html'), roles),
    requestHeaders: [ACCEPT_DATETIME],
    answers: {
      302: { description: 'The state at that time', headers: ['Location', 'Link', 'Vary'] },
      ...(hasOtherSpellings && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems, 'invalid-datetime', 'no-mementos'],
  };
  return { ...(path && { path }), get };
}

export function describeSteps(
  { parameters }: Pick<TimelineResource, 'parameters'>,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const get: EndpointDescription = {
    id: `find${name}State`,
    area: 'Timelines',
    permission: 'read',
    summary: `The page after so many changes, which the slider of a page asks for: ${lowerFirst(summary)}`,
    query: [...stepParameters, ...timelineParameters(keptParameters(parameters), roles)],
    answers: {
      302: { description: 'The page of the state', headers: ['Location', 'Vary'] },
      ...(hasOtherSpellings && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems],
  };
  return { ...(path && { path }), get };
}

export function describeTimeMap(
  { parameters }: Pick<TimelineResource, 'parameters'>,
  { name, summary, path, roles, problems = [], hasOtherSpellings }: TimelineDescription,
): RouteDescription {
  const names = [...formatParameters(parameters, 'html'), 'cursor'];
  const get: EndpointDescription = {
    id: `list${name}Mementos`,
    area: 'Timelines',
    permission: 'read',
    summary: `Memento TimeMap, the list of all states: ${lowerFirst(summary)}`,
    query: timelineParameters([...new Set(names)], roles),
    answers: {
      200: { content: textBody(LINK_FORMAT) },
      ...(hasOtherSpellings && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems, 'no-mementos'],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** What the API description says about a list of timelines. */
export interface TimelineListDescription {
  readonly id: string;
  readonly summary: string;
  readonly path?: RouteDescription['path'];
  readonly answer: z.ZodType;
  readonly parameters: Pick<TimelineListRoute, 'extraParameters' | 'pageParameters' | 'limit'>;
  readonly page?: TimelineListRoute['page'];
  readonly problems?: readonly ProblemCode[];
}

export function describeTimelineList({
  id,
  summary,
  path,
  answer,
  parameters,
  page,
  problems = [],
}: TimelineListDescription): RouteDescription {
  const get: EndpointDescription = {
    id,
    area: 'Timelines',
    permission: 'read',
    summary,
    query: listParameters(parameters),
    answers: {
      200: { content: { ...jsonBody(answer), ...(page && PAGE) }, headers: ['Age', 'Link'] },
      ...(page && { 308: MOVED }),
    },
    problems: [...PROJECTION_PROBLEMS, ...problems],
    isConditional: true,
  };
  return { ...(path && { path }), get };
}
