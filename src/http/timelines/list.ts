import type { Request, Response } from 'express';
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
import { buildId } from '../../web/shell/assets.ts';
import type { Html } from '../../web/shell/html.ts';
import { PageUrl } from '../../web/text/url.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { type Representation, representationOf, VARIES } from '../protocol/negotiation.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { evaluateReadPreconditions } from '../protocol/preconditions.ts';
import { invalidQuery, sendProblem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendNotModified } from '../protocol/response.ts';
import { parseAsOf, resolveAsOf } from './as-of.ts';
import { requireReader } from './require-reader.ts';

const PARAMETERS = ['limit', 'cursor', 'asOf'];
/** Name of the projection, and key of the last timeline. */
const indexCursor = z.tuple([z.literal('index'), z.string(), z.string()]);

/** The timelines of one projection, as a list. */
export interface TimelineListRoute {
  readonly timeline: MountedProjection;
  /** Name of the list in the answer, e.g. `countries`. */
  readonly member: string;
  /** Names of the query's parameters beside those that every index has. */
  readonly parameters?: readonly string[];
  /** As a page for people; it gets the items that `pages` made. */
  // biome-ignore lint/suspicious/noExplicitAny: whoever makes the items makes the page of them
  readonly page?: (view: IndexView<any>) => Html;
  /** Items of a page. */
  readonly limit: { readonly max: number; readonly absent: number };
  /** Reads what the query asks for beside the page; gives what reads a page then. */
  readonly pages: (query: QueryParameters) => ReadTimelineList;
}

/** `range.limit` is the number of items that the page may have; it may have fewer and still not be the last. */
export type ReadTimelineList = (reader: TimelineReader, range: IndexQuery) => TimelineListPage;

export interface TimelineListPage {
  readonly items: readonly object[];
  /** Key of the timeline after which the next page begins; undefined on the last page. */
  readonly end: string | undefined;
  /** Members of the answer beside the list. */
  readonly beside?: object;
}

/** Every timeline is an item, made of its summary alone. */
export function summariesAs(
  itemOf: (summary: TimelineSummary) => object,
): Pick<TimelineListRoute, 'limit' | 'pages'> {
  const read: ReadTimelineList = (reader, range) => {
    const found = reader.index({ ...range, limit: range.limit + 1 });
    const shown = found.slice(0, range.limit);
    return {
      items: shown.map(itemOf),
      end: found.length > range.limit ? shown.at(-1)?.key : undefined,
    };
  };
  return { limit: { max: 1_000, absent: 300 }, pages: () => read };
}

/** Answers with the timelines of a projection, in the order of their keys, as they stand or as they stood. */
export async function sendTimelineList(
  context: AppContext,
  resource: TimelineListRoute,
  req: Request,
  res: Response,
): Promise<void> {
  const { timeline, parameters = [] } = resource;
  const query = new QueryParameters(req.originalUrl, [...parameters, ...PARAMETERS]);
  const limit = query.count('limit', resource.limit.max, resource.limit.absent);
  const after = query.parsed(
    'cursor',
    (text) => {
      const [, name, key] = decodeCursor(text, indexCursor) ?? [];
      return name === timeline.name ? key : undefined;
    },
    'Expected the cursor that a page of this list gave.',
  );
  const asOf = parseAsOf(query, context.store);
  const readPage = resource.pages(query);
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const representation = resource.page === undefined ? 'json' : representationOf(req.headers);
  if (resource.page !== undefined) res.setHeader('Vary', VARIES.Vary);
  const resolved = asOf && (await resolveAsOf(asOf, timeline, context));
  if (resolved?.outcome === 'refused') {
    sendProblem(res, resolved.problem);
    return;
  }
  const reader = requireReader(context, timeline, res);
  if (reader === undefined) return;
  const moment = resolved?.moment ?? reader.lastChange();
  const headers = { ETag: indexTag(reader, representation, moment), 'Cache-Control': 'no-cache' };
  const judged = evaluateReadPreconditions(req.headers, headers.ETag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed') sendProblem(res, { code: 'precondition-failed' });
  else {
    const shownMax = representation === 'html' ? Math.min(limit, PAGE_ITEMS_MAX) : limit;
    const range = {
      limit: shownMax,
      asOf: moment?.ordinal ?? NOTHING,
      ...(after !== undefined && { after }),
    };
    const { items, end, beside } = readPage(reader, range);
    const next = end === undefined ? undefined : encodeCursor(['index', timeline.name, end]);
    if (resource.page !== undefined && representation === 'html') {
      const address = new PageUrl(req.originalUrl);
      const view = { address, items, next, shown: moment, isPast: asOf !== undefined };
      sendHtml(res, 200, resource.page(view), headers);
      return;
    }
    const shown = moment === undefined ? null : { position: moment.position, instant: moment.instant };
    const answer = { asOf: shown, [resource.member]: items, ...beside, next: next ?? null };
    sendJson(res, 200, JSON.stringify(answer), { ...headers, ...nextLink(req.originalUrl, next) });
  }
}

/** Items of a page for people, whatever is asked for. */
const PAGE_ITEMS_MAX = 200;

/** Before the first event. */
const NOTHING = 0 as Ordinal;

/** Names the moment that is shown: the one that was asked for, or the last that changed any of the timelines. */
function indexTag(
  reader: TimelineReader,
  representation: Representation,
  moment: LogPoint | undefined,
): string {
  const edition = representation === 'html' ? `.${buildId()}` : '';
  return `"${reader.checkpoint()?.lineage ?? 'empty'}.${reader.projection}.${moment?.ordinal ?? 0}${edition}"`;
}
