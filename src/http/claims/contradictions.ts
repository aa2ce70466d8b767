import { setImmediate } from 'node:timers/promises';
import {
  CONTRADICTIONS_TITLE,
  type ContradictionsView,
  contradictionsPage,
} from '../../web/pages/contradictions-page.ts';
import { PageUrl } from '../../web/text/url.ts';
import { CONTRADICTION_COLUMNS } from '../formats/contradiction-columns.ts';
import { formatLinks } from '../formats/format-links.ts';
import { EXPORT_WRITERS } from '../formats/writers.ts';
import { canonicalUrl } from '../forms/canonical-query.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { nextLink } from '../protocol/paging.ts';
import { choiceParameter } from '../protocol/parameters.ts';
import { invalidQuery, type Problem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendRedirect } from '../protocol/response.ts';
import { shownLogPoint } from '../protocol/state-token.ts';
import { encodeTimelineCursor } from '../timelines/cursor.ts';
import { sendDataPackage, sendExport } from '../timelines/export.ts';
import { type PageRequest, parsePageRequest, SHARED_PARAMETERS } from '../timelines/query.ts';
import { type ClaimsState, resolveClaimsState } from './claims-state.ts';
import { readContradictions } from './read-contradictions.ts';

export const CONTRADICTION_FORMATS: readonly FormatName[] = ['json', 'html', 'csv', 'ndjson', 'datapackage'];

export const stateParameter = choiceParameter(
  'state',
  ['open', 'confirmed', 'all'],
  'open',
  '`open` keeps those that nobody has decided, `confirmed` those that a link `contradicts` confirms.',
);

/** Names of the parameters. An export has all candidates. */
const FILTERS = [stateParameter.name, ...SHARED_PARAMETERS];
export const PAGE_PARAMETERS = [...FILTERS, 'limit', 'cursor', 'asOf', 'after'];
const EXPORT_PARAMETERS = [...FILTERS, 'asOf', 'after'];

/** Events that are read at a time for an export. */
const EXPORT_EVENTS = 50;

/** `GET /contradictions`: the candidates, the latest first. A page has those of `limit` events. */
export async function listContradictions(context: AppContext, req: Request, res: Response): Promise<void> {
  const canonical = req.format === 'html' ? canonicalUrl(req.originalUrl) : undefined;
  if (canonical !== undefined) return sendRedirect(res, canonical);
  const isPage = req.format === 'json' || req.format === 'html';
  const known = isPage ? PAGE_PARAMETERS : EXPORT_PARAMETERS;
  const parsed = parsePageRequest(req.originalUrl, known, context.store);
  const query = new QueryParameters(req.originalUrl, known);
  const choice = stateParameter.read(query);
  const errors = [...(parsed.outcome === 'refused' ? parsed.errors : []), ...query.errors];
  if (parsed.outcome === 'refused' || errors.length > 0) return sendRefusal(invalidQuery(errors), req, res);
  const request: PageRequest = { ...parsed.request, filter: { ...parsed.request.filter, order: 'desc' } };
  const key = choice === 'all' ? '*' : choice;
  const resolved = await resolveClaimsState(context, request, key);
  if ('problem' in resolved) return sendRefusal(resolved.problem, req, res);
  const { state } = resolved;
  if (isPage) await sendPage(state, { key, choice, request }, req, res);
  else await sendFile(context, state, { key, choice, request }, req, res);
}

function sendRefusal(problem: Problem, req: Request, res: Response): void {
  const view = { url: new PageUrl(req.originalUrl), origin: req.origin, formats: [], asOf: undefined };
  const none = { items: [], isPast: false, isFirst: true, next: undefined, state: 'open' as const };
  sendFormAgain(problem, req, res, (errors) => contradictionsPage({ ...view, ...none, errors }));
}

interface ListRequest {
  /** Of the timeline of candidates. */
  readonly key: string;
  readonly choice: ContradictionsView['state'];
  readonly request: PageRequest;
}

async function sendPage(
  state: ClaimsState | undefined,
  { key, choice, request }: ListRequest,
  req: Request,
  res: Response,
): Promise<void> {
  const asOf = state && shownLogPoint(state.contradictions, state.asOf);
  const after = request.cursor && { after: request.cursor.key };
  const page = state?.contradictions.page(key, { ...request.filter, asOf: state.asOf.ordinal, ...after });
  const items = state === undefined ? [] : await readContradictions(state, page?.entries ?? []);
  const place = { projection: 'contradictions', timeline: key, order: 'desc' as const };
  const next = page?.next && asOf && encodeTimelineCursor({ ...place, key: page.next }, asOf.token);
  const isFirst = request.cursor === undefined;
  if (req.format === 'html') {
    const url = new PageUrl(req.originalUrl);
    const formats = formatLinks(req, CONTRADICTION_FORMATS, asOf?.token, (format) =>
      format === 'json' ? PAGE_PARAMETERS : EXPORT_PARAMETERS,
    );
    const isPast = request.asOf !== undefined;
    const shown = { asOf, isPast, isFirst, next, items, state: choice, errors: [] };
    const view = { url, origin: req.origin, formats, ...shown };
    return sendConditionalPage(req, res, contradictionsPage(view), asOf?.token);
  }
  const shown = asOf && { position: asOf.position, instant: asOf.instant, token: asOf.token };
  const body = JSON.stringify({ asOf: shown ?? null, contradictions: items, next: next ?? null });
  const headers = revalidated(contentTag(body, asOf?.token));
  if (!answerByPrecondition(req, res, headers)) {
    sendJson(res, 200, body, { ...headers, ...nextLink(req.originalUrl, next) });
  }
}

async function sendFile(
  context: AppContext,
  state: ClaimsState | undefined,
  { key, request }: ListRequest,
  req: Request,
  res: Response,
): Promise<void> {
  const asOf = state && shownLogPoint(state.contradictions, state.asOf);
  const exported = { title: CONTRADICTIONS_TITLE, columns: CONTRADICTION_COLUMNS, parse: JSON.parse, asOf };
  const writer = EXPORT_WRITERS[req.format];
  if (writer === undefined) return sendDataPackage(exported, req, res);
  await sendExport(context, writer, exported, itemPages(state, key, request), req, res);
}

/** Yields all candidates, page by page. Other requests are answered in between. */
async function* itemPages(
  state: ClaimsState | undefined,
  key: string,
  { filter }: PageRequest,
): AsyncGenerator<readonly string[]> {
  if (state === undefined) return;
  const query = { ...filter, limit: EXPORT_EVENTS, asOf: state.asOf.ordinal };
  let after: ReturnType<ClaimsState['contradictions']['page']>['next'];
  do {
    const page = state.contradictions.page(key, { ...query, ...(after && { after }) });
    yield (await readContradictions(state, page.entries)).map((item) => JSON.stringify(item));
    after = page.next;
    await setImmediate();
  } while (after !== undefined);
}
