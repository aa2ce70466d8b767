import { isEventId } from '../../domain/record/links.ts';
import { headline } from '../../domain/record/summary.ts';
import { type ClaimsView, claimsPage } from '../../web/pages/claims-page.ts';
import { PageUrl } from '../../web/text/url.ts';
import { formatLinks } from '../formats/format-links.ts';
import { canonicalUrl } from '../forms/canonical-query.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, unknownEvent, unknownStream } from '../protocol/problems.ts';
import { sendJson, sendRedirect } from '../protocol/response.ts';
import { shownLogPoint } from '../protocol/state-token.ts';
import { parsePageRequest, TIMELINE_PARAMETERS } from '../timelines/query.ts';
import { type ClaimsState, resolveClaimsState } from './claims-state.ts';
import { type ClaimsSubject, readClaims } from './read-claims.ts';

export const CLAIMS_FORMATS: readonly FormatName[] = ['json', 'html'];

/** `GET /events/{id}/claims`. */
export async function showEventClaims(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const event = await context.store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) return sendProblem(res, unknownEvent());
  await sendClaims(context, { stream: event.stream, event: event.id }, req, res);
}

/** `GET /streams/{stream}/claims`. */
export async function showRecordClaims(
  context: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const { stream } = req.params;
  const [first] = await context.store.readStream(stream, { direction: 'forwards', maxCount: 1 });
  if (first === undefined) return sendProblem(res, unknownStream());
  await sendClaims(context, { stream, event: undefined }, req, res);
}

async function sendClaims(
  context: AppContext,
  subject: ClaimsSubject,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const canonical = req.format === 'html' ? canonicalUrl(req.originalUrl) : undefined;
  if (canonical !== undefined) return sendRedirect(res, canonical);
  const view = await claimsView(context, subject, req);
  if ('problem' in view) return sendProblem(res, view.problem);
  const { about, asOf, claims, silent, contradictions, isComplete } = view;
  if (req.format === 'html') return sendConditionalPage(req, res, claimsPage(view), asOf?.token);
  const { position, instant, token } = asOf ?? {};
  const state = asOf === undefined ? null : { position, instant, token };
  const body = JSON.stringify({ about, asOf: state, claims, silent, contradictions, complete: isComplete });
  const headers = revalidated(contentTag(body, token));
  if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers);
}

async function claimsView(
  context: AppContext,
  subject: ClaimsSubject,
  req: Request<unknown>,
): Promise<ClaimsView | { readonly problem: Problem }> {
  const parsed = parsePageRequest(req.originalUrl, TIMELINE_PARAMETERS.whole, context.store);
  if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
  const about = subject.event ?? subject.stream;
  const resolved = await resolveClaimsState(context, parsed.request, about);
  if ('problem' in resolved) return resolved;
  const { state } = resolved;
  const found = state === undefined ? NOTHING : await readClaims(state, subject);
  const asOf = state && shownLogPoint(state.contradictions, state.asOf);
  return {
    ...found,
    about,
    title: await titleOf(about, state),
    asOf,
    isPast: parsed.request.asOf !== undefined,
    url: new PageUrl(req.originalUrl),
    origin: req.origin,
    formats: formatLinks(req, CLAIMS_FORMATS, asOf?.token, () => TIMELINE_PARAMETERS.whole),
  };
}

const NOTHING = { claims: [], silent: [], contradictions: [], isComplete: true } as const;

async function titleOf(about: string, state: ClaimsState | undefined): Promise<string> {
  const version = state && isEventId(about) ? await state.records.version(about) : undefined;
  return version === undefined ? about : headline(version);
}
