import { z } from 'zod';
import type { Draft } from '../../inbox/draft.ts';
import type { DraftPlace } from '../../inbox/draft-store.ts';
import { draftPage, inboxPage } from '../../web/pages/inbox-page.ts';
import { PageUrl } from '../../web/text/url.ts';
import { readFormBody } from '../forms/form-body.ts';
import { formsFor } from '../forms/record-forms.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { countParameter, namesOf, textParameter } from '../protocol/parameters.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendNoContent, sendSeeOther } from '../protocol/response.ts';

const limitParameter = countParameter('limit', 200, 50, 'Drafts of a page.');
export const DRAFT_LIST_PARAMETERS = [limitParameter, textParameter('cursor', '`next` of the page before.')];
const draftCursor = z.tuple([z.literal('drafts'), z.string(), z.int()]);

export interface DraftParameters {
  readonly id: string;
}

interface DraftList {
  readonly drafts: readonly Draft[];
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null;
}

/** `GET /inbox`: from the newest to the oldest. */
export function listDrafts(context: AppContext, req: Request, res: Response): void {
  const list = readList(context, req, res);
  if (list === undefined) return;
  const headers = { ...NO_STORE, ...nextLink(req.originalUrl, list.next ?? undefined) };
  sendJson(res, 200, JSON.stringify(list), headers);
}

/** `GET /inbox` as a page. */
export function showInboxPage(context: AppContext, req: Request, res: Response): void {
  const list = readList(context, req, res);
  if (list === undefined) return;
  const { drafts, next } = list;
  const page = inboxPage({ drafts, next: next ?? undefined, url: new PageUrl(req.originalUrl) });
  sendHtml(res, 200, page, { ...NO_STORE, ...nextLink(req.originalUrl, next ?? undefined) });
}

/** Sends a problem and returns undefined if the query is invalid. */
function readList({ inbox }: AppContext, req: Request, res: Response): DraftList | undefined {
  const query = new QueryParameters(req.originalUrl, namesOf(DRAFT_LIST_PARAMETERS));
  const limit = limitParameter.read(query);
  const after = query.parsed('cursor', placeIn, CURSOR_EXPECTED);
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return undefined;
  }
  const found = inbox.page(limit + 1, after);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1)?.place : undefined;
  const next = last === undefined ? null : encodeCursor(['drafts', last.instant, last.number]);
  return { drafts: shown.map(({ draft }) => draft), next };
}

function placeIn(text: string): DraftPlace | undefined {
  const [, instant, number] = decodeCursor(text, draftCursor) ?? [];
  return instant === undefined || number === undefined ? undefined : { instant, number };
}

/** `GET /inbox/{id}` */
export function showDraft(context: AppContext, req: Request<DraftParameters>, res: Response): void {
  const draft = requireDraft(context, req.params.id, res);
  if (draft !== undefined) sendJson(res, 200, JSON.stringify(draft), NO_STORE);
}

/** `GET /inbox/{id}` as a page. */
export function showDraftPage(context: AppContext, req: Request<DraftParameters>, res: Response): void {
  const draft = requireDraft(context, req.params.id, res);
  if (draft !== undefined) sendHtml(res, 200, draftPage(draft, formsFor(req.principal)), NO_STORE);
}

/** `DELETE /inbox/{id}` */
export function dismissDraft(context: AppContext, req: Request<DraftParameters>, res: Response): void {
  if (!dismissed(context, req, res)) return;
  sendNoContent(res);
}

/** `POST /inbox/{id}`: what the button of a page sends. */
export async function submitDraft(
  context: AppContext,
  req: Request<DraftParameters>,
  res: Response,
): Promise<void> {
  const form = await readFormBody(req, res, context);
  if (form.outcome === 'aborted') return;
  if (form.outcome === 'refused') return sendProblem(res, form.problem);
  if (form.fields.size !== 1 || form.fields.get('do') !== 'dismiss') {
    return sendProblem(res, {
      code: 'malformed-form',
      detail: 'Expected the field do with the value dismiss.',
    });
  }
  if (dismissed(context, req, res)) sendSeeOther(res, '/inbox');
}

function dismissed({ inbox }: AppContext, req: Request<DraftParameters>, res: Response): boolean {
  const isDismissed = inbox.dismiss(req.params.id);
  if (isDismissed) req.audit.did({ action: 'draft-dismissed' });
  else sendProblem(res, { code: 'unknown-draft' });
  return isDismissed;
}

function requireDraft({ inbox }: AppContext, id: string, res: Response): Draft | undefined {
  const draft = inbox.find(id);
  if (draft === undefined) sendProblem(res, { code: 'unknown-draft' });
  return draft;
}
