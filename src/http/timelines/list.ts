import { setImmediate } from 'node:timers/promises';
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
import type { Column } from '../formats/column.ts';
import type { ExportWriter } from '../formats/export-writer.ts';
import { formatLinks } from '../formats/format-links.ts';
import { EXPORT_WRITERS } from '../formats/writers.ts';
import { CITATION_FORMATS, sendCitation } from '../protocol/citation-response.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import {
  type CountParameter,
  countParameter,
  cursorParameter,
  namesOf,
  type QueryParameter,
} from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery, type Problem, projectionBehind } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import {
  parseRequestedState,
  type RequestedState,
  type ShownState,
  shownLogPoint,
} from '../protocol/state-token.ts';
import { parseAsOf, type RequestedAsOf, resolveAsOf } from './as-of.ts';
import { readerOfState } from './entry-pages.ts';
import { permalinkOf, sendDataPackage, sendExport } from './export.ts';
import { asOfParameter } from './parameters.ts';
import { requireReader } from './require-reader.ts';
import { countTimelines } from './timeline-counts.ts';

/** For lists whose items take no look-ups of their own. */
export const SUMMARIES_LIMIT = countParameter('limit', 1_000, 300, 'Items of a page.');
/** Items that are read at a time for an export, if the list allows so many. */
const EXPORT_ITEMS = 200;

/** The formats of the lists that have pages. */
export const LIST_FORMATS: readonly FormatName[] = [
  'json',
  'html',
  'csv',
  'ndjson',
  'datapackage',
  ...CITATION_FORMATS,
];

/** Name of the projection, key of the last timeline of the page, and token of the state that the page showed. */
const indexCursor = z.tuple([z.literal('index'), z.string(), z.string(), z.string()]);

/** How the timelines of a projection are listed. */
export interface TimelineListRoute {
  readonly projection: MountedProjection;
  /** Name of the list in the JSON response, such as `countries`. */
  readonly member: string;
  /** What the list is called in exports. */
  readonly title: string;
  /** The columns of its items in a table. */
  // biome-ignore lint/suspicious/noExplicitAny: the route that makes the items also describes them
  readonly columns: readonly Column<any>[];
  /** Names of query parameters that this list has in addition to those of every list. */
  readonly extraParameters?: readonly QueryParameter[];
  /** Renders the list for people; absent if it has no page. */
  // biome-ignore lint/suspicious/noExplicitAny: the route that makes the items also renders them
  readonly page?: (view: IndexView<any>) => Html;
  /** Another projection that the items are read from, which must have come as far. */
  readonly requires?: MountedProjection;
  /** Items of a page. */
  readonly limit: CountParameter;
  /** Parses `extraParameters`, and returns what reads the items. */
  readonly reader: (query: QueryParameters) => TimelineListReader;
}

export interface TimelineListReader {
  readonly readPage: ReadTimelineList;
  /** Returns the number of items on all pages; undefined if it takes too long to count them. */
  readonly count: (reader: TimelineReader, asOf: Ordinal) => number | undefined;
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
  const readPage: ReadTimelineList = (reader, range) => {
    const found = reader.index({ ...range, limit: range.limit + 1 });
    const shown = found.slice(0, range.limit);
    const items = shown.map((summary) => itemOf(summary, range.asOf));
    return { items, end: found.length > range.limit ? shown.at(-1)?.key : undefined };
  };
  return { limit: SUMMARIES_LIMIT, reader: () => ({ readPage, count: countTimelines }) };
}

interface IndexCursor {
  /** Key of the last timeline of the previous page. */
  readonly key: string;
  /** The state that the previous page showed. */
  readonly state: RequestedState;
}

/** A parsed request for a page of the list. */
interface ListRequest extends TimelineListReader {
  readonly limit: number;
  readonly after: IndexCursor | undefined;
  readonly asOf: RequestedAsOf | undefined;
}

export function listParameters({
  extraParameters = [],
  limit,
}: Pick<TimelineListRoute, 'extraParameters' | 'limit'>): readonly QueryParameter[] {
  return [...extraParameters, limit, cursorParameter, asOfParameter];
}

/** An export has all items. */
function exportParameters({
  extraParameters = [],
}: Pick<TimelineListRoute, 'extraParameters'>): readonly QueryParameter[] {
  return [...extraParameters, asOfParameter];
}

/** Answers with the timelines of a projection in the order of their keys, in the present state or as of another. */
export async function sendTimelineList(
  context: AppContext,
  route: TimelineListRoute,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const { format } = req;
  const isPage = format === 'json' || format === 'html';
  const known = isPage ? listParameters(route) : exportParameters(route);
  const query = new QueryParameters(req.originalUrl, namesOf(known));
  const request = parseListRequest(query, route, context);
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const state = await resolveState(request, route, context);
  if ('problem' in state) return sendProblem(res, state.problem);
  // A rebuild may have replaced the rows while the request was waiting.
  const reader = requireReader(context, route.projection, res);
  if (reader === undefined) return;
  const asOf = shownLogPoint(reader, state.asOf);
  const writer = EXPORT_WRITERS[format];
  if (isPage) sendListPage(route, request, reader, asOf, req, res);
  else if (writer !== undefined) await sendListExport(context, route, request, writer, asOf, req, res);
  else if (format === 'datapackage') {
    sendDataPackage({ title: route.title, columns: route.columns, parse: JSON.parse, asOf }, req, res);
  } else sendCitation({ title: route.title, url: permalinkOf(req, asOf), asOf }, req, res);
}

type ListState = { readonly problem: Problem } | { readonly asOf: LogPoint | undefined };

/** Resolves the state to show: that of `asOf`, or the present one. The state of a cursor must exist. */
async function resolveState(
  { asOf, after }: ListRequest,
  { projection, requires }: TimelineListRoute,
  context: AppContext,
): Promise<ListState> {
  const pinned = asOf && (await resolveAsOf(asOf, projection, context));
  if (pinned?.outcome === 'refused') return pinned;
  const previous = after && (await resolveAsOf(after.state, projection, context, 'cursor'));
  if (previous?.outcome === 'refused') return previous;
  const logPoint = pinned?.logPoint ?? projection.reader?.lastChange();
  if (logPoint !== undefined && !(await hasReached(requires, logPoint, context))) {
    return { problem: projectionBehind(logPoint.position) };
  }
  return { asOf: logPoint };
}

function sendListPage(
  route: TimelineListRoute,
  request: ListRequest,
  reader: TimelineReader,
  asOf: (LogPoint & ShownState) | undefined,
  req: Request<unknown>,
  res: Response,
): void {
  const isPage = req.format === 'html';
  const limit = isPage ? Math.min(request.limit, PAGE_ITEMS_MAX) : request.limit;
  const after = request.after?.key;
  const range = { limit, asOf: asOf?.ordinal ?? BEFORE_FIRST, ...(after !== undefined && { after }) };
  const { items, end, extraFields } = request.readPage(reader, range);
  const token = asOf?.token ?? '';
  const shown = asOf && { position: asOf.position, instant: asOf.instant, token };
  const next = end === undefined ? undefined : encodeCursor(['index', route.projection.name, end, token]);
  const isWhole = after === undefined && end === undefined;
  const total = isWhole ? items.length : request.count(reader, range.asOf);
  if (route.page !== undefined && isPage) {
    const url = new PageUrl(req.originalUrl);
    const formats = listLinks(route, asOf?.token, req);
    const page = route.page({
      url,
      origin: req.origin,
      formats,
      items,
      total,
      next,
      asOf,
      isPast: request.asOf !== undefined,
    });
    sendConditionalPage(req, res, page, asOf?.token);
    return;
  }
  const list = {
    asOf: shown ?? null,
    total: total ?? null,
    [route.member]: items,
    ...extraFields,
    next: next ?? null,
  };
  const body = JSON.stringify(list);
  const headers = revalidated(contentTag(body, asOf?.token));
  if (answerByPrecondition(req, res, headers)) return;
  sendJson(res, 200, body, { ...headers, ...nextLink(req.originalUrl, next) });
}

function listLinks(route: TimelineListRoute, token: string | undefined, req: Request<unknown>) {
  return formatLinks(req, LIST_FORMATS, token, (format) => {
    return namesOf(format === 'json' ? listParameters(route) : exportParameters(route));
  });
}

/** Sends all items of the list in one state. */
async function sendListExport(
  context: AppContext,
  route: TimelineListRoute,
  { readPage }: ListRequest,
  writer: ExportWriter,
  asOf: (LogPoint & ShownState) | undefined,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const { title, columns } = route;
  const pages = itemPages(route, readPage, asOf);
  await sendExport(context, writer, { title, columns, parse: JSON.parse, asOf }, pages, req, res);
}

/** Yields all items of a list in one state, page by page. Other requests are answered in between. */
async function* itemPages(
  { projection, limit }: TimelineListRoute,
  readPage: ReadTimelineList,
  asOf: LogPoint | undefined,
): AsyncGenerator<readonly string[]> {
  if (asOf === undefined) return;
  const range = { limit: Math.min(limit.max, EXPORT_ITEMS), asOf: asOf.ordinal };
  let after: string | undefined;
  do {
    const { items, end } = readPage(readerOfState(projection, asOf), {
      ...range,
      ...(after !== undefined && { after }),
    });
    yield items.map((item) => JSON.stringify(item));
    after = end;
    await setImmediate();
  } while (after !== undefined);
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
    ...reader(query),
  };
}

/** Items of an HTML page, even if the request allows more. */
const PAGE_ITEMS_MAX = 200;

/** The state before the first event. */
const BEFORE_FIRST = 0 as Ordinal;
