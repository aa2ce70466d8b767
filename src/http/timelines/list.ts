import { z } from 'zod';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type {
  IndexQuery,
  LogPoint,
  Ordinal,
  TimelineReader,
  TimelineSummary,
} from '../../projector/timeline-store.ts';
import type { IndexView } from '../../web/pages/index-page.ts';
import type { Html } from '../../web/shell/html.ts';
import { PageUrl } from '../../web/text/url.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { representationOf, VARIES } from '../protocol/negotiation.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import {
  countParameter,
  cursorParameter,
  namesOf,
  type QueryParameter,
  type ReadableParameter,
} from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery, projectionBehind } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { parseRequestedState, type RequestedState, shownState } from '../protocol/state-token.ts';
import { parseAsOf, type RequestedAsOf, resolveAsOf } from './as-of.ts';
import { asOfParameter } from './parameters.ts';
import { requireReader } from './require-reader.ts';

/** For lists whose items take no look-ups of their own. */
export const SUMMARIES_LIMIT = countParameter('limit', 1_000, 300, 'Items of a page.');
/** Name of the projection, key of the last timeline of the page, and token of the state that the page showed. */
const indexCursor = z.tuple([z.literal('index'), z.string(), z.string(), z.string()]);

/** How the timelines of a projection are listed. */
export interface TimelineListRoute {
  readonly projection: MountedProjection;
  /** Name of the list in the JSON response, such as `countries`. */
  readonly member: string;
  /** Names of query parameters that this list has in addition to those of every list. */
  readonly extraParameters?: readonly QueryParameter[];
  /** Renders the list for people; absent if all clients get JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the route that makes the items also renders them
  readonly page?: (view: IndexView<any>) => Html;
  /** Another projection that the items are read from, which must have come as far. */
  readonly requires?: MountedProjection;
  /** Items of a page. */
  readonly limit: ReadableParameter<number>;
  /** Parses `extraParameters`, and returns the function that reads a page. */
  readonly reader: (query: QueryParameters) => ReadTimelineList;
}

/** Reads up to `range.limit` items. A page with fewer items is not necessarily the last one. */
export type ReadTimelineList = (reader: TimelineReader, range: IndexQuery) => TimelineListPage;

export interface TimelineListPage {
  readonly items: readonly object[];
  /** Key of the timeline after which the next page begins; undefined on the last page. */
  readonly end: string | undefined;
  /** Members of the JSON response in addition to the list. */
  readonly extraFields?: object;
}

/** A list with one item per timeline, made from its summary. */
export function summaryList(
  itemOf: (summary: TimelineSummary, asOf: Ordinal) => object,
): Pick<TimelineListRoute, 'limit' | 'reader'> {
  const read: ReadTimelineList = (reader, range) => {
    const found = reader.index({ ...range, limit: range.limit + 1 });
    const shown = found.slice(0, range.limit);
    const items = shown.map((summary) => itemOf(summary, range.asOf));
    return { items, end: found.length > range.limit ? shown.at(-1)?.key : undefined };
  };
  return { limit: SUMMARIES_LIMIT, reader: () => read };
}

interface IndexCursor {
  /** Key of the last timeline of the previous page. */
  readonly key: string;
  /** The state that the previous page showed. */
  readonly state: RequestedState;
}

/** A parsed request for a page of the list. */
interface ListRequest {
  readonly limit: number;
  readonly after: IndexCursor | undefined;
  readonly asOf: RequestedAsOf | undefined;
  readonly readPage: ReadTimelineList;
}

export function listParameters({
  extraParameters = [],
  limit,
}: Pick<TimelineListRoute, 'extraParameters' | 'limit'>): readonly QueryParameter[] {
  return [...extraParameters, limit, cursorParameter, asOfParameter];
}

/** Answers with the timelines of a projection in the order of their keys, in the present state or as of another. */
export async function sendTimelineList(
  context: AppContext,
  route: TimelineListRoute,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, namesOf(listParameters(route)));
  const request = parseListRequest(query, route, context);
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const representation = route.page === undefined ? 'json' : representationOf(req.headers);
  if (route.page !== undefined) res.setHeader('Vary', VARIES.Vary);
  const pinned = request.asOf && (await resolveAsOf(request.asOf, route.projection, context));
  if (pinned?.outcome === 'refused') return sendProblem(res, pinned.problem);
  const previous =
    request.after && (await resolveAsOf(request.after.state, route.projection, context, 'cursor'));
  if (previous?.outcome === 'refused') return sendProblem(res, previous.problem);
  const asOf = pinned?.logPoint ?? route.projection.reader?.lastChange();
  if (asOf !== undefined && !(await hasReached(route.requires, asOf, context))) {
    return sendProblem(res, projectionBehind(asOf.position));
  }
  // A rebuild may have replaced the rows while the request was waiting.
  const reader = requireReader(context, route.projection, res);
  if (reader === undefined) return;
  const limit = representation === 'html' ? Math.min(request.limit, PAGE_ITEMS_MAX) : request.limit;
  const after = request.after?.key;
  const range = { limit, asOf: asOf?.ordinal ?? BEFORE_FIRST, ...(after !== undefined && { after }) };
  const { items, end, extraFields } = request.readPage(reader, range);
  const shown = asOf && shownState(reader.checkpoint()?.lineage ?? '', asOf);
  const token = shown?.token ?? '';
  const next = end === undefined ? undefined : encodeCursor(['index', route.projection.name, end, token]);
  if (route.page !== undefined && representation === 'html') {
    const url = new PageUrl(req.originalUrl);
    const page = route.page({ url, items, next, asOf: shown, isPast: request.asOf !== undefined });
    sendConditionalPage(req, res, page, shown?.token);
    return;
  }
  const list = { asOf: shown ?? null, [route.member]: items, ...extraFields, next: next ?? null };
  const body = JSON.stringify(list);
  const headers = revalidated(contentTag(body, shown?.token));
  if (answerByPrecondition(req, res, headers)) return;
  sendJson(res, 200, body, { ...headers, ...nextLink(req.originalUrl, next) });
}

async function hasReached(
  required: MountedProjection | undefined,
  { position }: LogPoint,
  { limits }: AppContext,
): Promise<boolean> {
  return required === undefined || (await required.waitFor(position, limits.afterTimeoutMs));
}

function parseListRequest(
  query: QueryParameters,
  { projection, limit, reader }: TimelineListRoute,
  { store }: AppContext,
): ListRequest {
  const parseCursor = (cursor: string): IndexCursor | undefined => {
    const [, name, key, token = ''] = decodeCursor(cursor, indexCursor) ?? [];
    const state = parseRequestedState(token, store);
    return name === projection.name && key !== undefined && state?.history ? { key, state } : undefined;
  };
  return {
    limit: limit.read(query),
    after: query.parsed('cursor', parseCursor, CURSOR_EXPECTED),
    asOf: parseAsOf(query, store),
    readPage: reader(query),
  };
}

/** Items of an HTML page, even if the request allows more. */
const PAGE_ITEMS_MAX = 200;

/** The state before the first event. */
const BEFORE_FIRST = 0 as Ordinal;
