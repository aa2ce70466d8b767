import type { LogPoint, Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';
import { PageUrl } from '../../../web/text/url.ts';
import { formatLinks } from '../../formats/format-links.ts';
import { EXPORT_WRITERS, FEED_WRITERS } from '../../formats/writers.ts';
import { canonicalUrl } from '../../forms/canonical-query.ts';
import { sendCitation } from '../../protocol/citation-response.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../../protocol/conditional-response.ts';
import type { AppContext } from '../../protocol/context.ts';
import { sendFormAgain } from '../../protocol/form-again.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { encodeCursor, nextLink } from '../../protocol/paging.ts';
import { namesOf } from '../../protocol/parameters.ts';
import { invalidQuery, type Problem } from '../../protocol/problems.ts';
import { QueryParameters } from '../../protocol/query.ts';
import { sendJson, sendRedirect } from '../../protocol/response.ts';
import { type ShownState, shownLogPoint } from '../../protocol/state-token.ts';
import { permalinkOf, sendDataPackage } from '../export.ts';
import { requireReader } from '../require-reader.ts';
import { sendListExport } from './list-export.ts';
import { sendListFeed } from './list-feed.ts';
import {
  exportParameters,
  type ListRequest,
  listParameters,
  parseListRequest,
  resolveListState,
} from './list-request.ts';
import { LIST_FORMATS, type TimelineListRoute } from './list-route.ts';

/** Answers with the timelines of a projection in the order of their keys, in the present state or as of another. */
export async function sendTimelineList(
  context: AppContext,
  route: TimelineListRoute,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const { format } = req;
  const canonical = format === 'html' ? canonicalUrl(req.originalUrl) : undefined;
  if (canonical !== undefined) return sendRedirect(res, canonical);
  const isPage = format === 'json' || format === 'html';
  const writeFeed = FEED_WRITERS[format];
  const isPaged = isPage || writeFeed !== undefined;
  const known = isPaged ? listParameters(route) : exportParameters(route);
  const query = new QueryParameters(req.originalUrl, namesOf(known));
  const request = parseListRequest(query, route, context, writeFeed !== undefined);
  if (query.errors.length > 0) return sendRefusal(route, invalidQuery(query.errors), req, res);
  const state = await resolveListState(request, route, context);
  if ('problem' in state) return sendRefusal(route, state.problem, req, res);
  if (state.asOf !== undefined && request.prepare !== undefined) {
    if (requireReader(context, route.projection, res) === undefined) return;
    await request.prepare(route.projection, state.asOf);
  }
  // A rebuild may have replaced the rows while the request was waiting.
  const reader = requireReader(context, route.projection, res);
  if (reader === undefined) return;
  const asOf = shownLogPoint(reader, state.asOf);
  const writer = EXPORT_WRITERS[format];
  if (isPage) sendListPage(route, request, reader, asOf, req, res);
  else if (writeFeed !== undefined) sendListFeed(route, writeFeed, { request, reader, asOf }, req, res);
  else if (writer !== undefined) await sendListExport(context, route, request, writer, asOf, req, res);
  else if (format === 'datapackage') {
    sendDataPackage({ title: route.title, columns: route.columns, parse: JSON.parse, asOf }, req, res);
  } else sendCitation({ title: route.title, url: permalinkOf(req, asOf), asOf }, req, res);
}

function sendRefusal(
  { page, hasForm }: TimelineListRoute,
  problem: Problem,
  req: Request<unknown>,
  res: Response,
): void {
  const nothing = {
    formats: [],
    items: [],
    total: undefined,
    next: undefined,
    asOf: undefined,
    isPast: false,
  };
  const view = { ...nothing, url: new PageUrl(req.originalUrl), origin: req.origin };
  const form = hasForm === true ? page : undefined;
  sendFormAgain(problem, req, res, (errors) => form?.({ ...view, errors }));
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
  const order = request.order === undefined ? [] : [request.order];
  const next = end && encodeCursor(['index', route.projection.name, end, token, ...order]);
  const isWhole = after === undefined && end === undefined;
  const total = isWhole ? items.length : request.count(reader, range.asOf);
  if (route.page !== undefined && isPage) {
    const url = new PageUrl(req.originalUrl);
    const formats = listLinks(route, asOf?.token, req);
    const page = route.page({
      url,
      origin: req.origin,
      formats,
      errors: [],
      items,
      total,
      ...request.extras?.(reader, range.asOf, true),
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
    ...request.extras?.(reader, range.asOf, false),
    next: next ?? null,
  };
  const body = JSON.stringify(list);
  const headers = revalidated(contentTag(body, asOf?.token));
  if (answerByPrecondition(req, res, headers)) return;
  sendJson(res, 200, body, { ...headers, ...nextLink(req.originalUrl, next) });
}

function listLinks(route: TimelineListRoute, token: string | undefined, req: Request<unknown>) {
  return formatLinks(req, LIST_FORMATS, token, (format) => {
    if (format === 'json') return namesOf(listParameters(route));
    const names = namesOf(exportParameters(route));
    return FEED_WRITERS[format] === undefined ? names : names.filter((name) => name !== 'asOf');
  });
}

/** Items of an HTML page, even if the request allows more. */
const PAGE_ITEMS_MAX = 200;

/** The state before the first event. */
const BEFORE_FIRST = 0 as Ordinal;
