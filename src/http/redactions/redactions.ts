import { z } from 'zod';
import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { fieldErrorsOf } from '../../domain/fields/field-error.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { RedactionRequest } from '../../redaction/redaction-store.ts';
import { type DraftOutcome, type SettleOutcome, scopeOf } from '../../redaction/redactions.ts';
import { redactionPage, redactionsPage } from '../../web/pages/redactions-page.ts';
import { inboundLinksOf } from '../events/inbound-links.ts';
import { scopeRefusalOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { prefersPage } from '../protocol/negotiation.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, unknownEvent } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendSeeOther } from '../protocol/response.ts';
import { isForm, readFormOrJson } from '../protocol/structured-body.ts';

export const redactionDecision = z.strictObject({ decision: z.enum(['confirm', 'reject']) });

export interface RedactionParameters {
  readonly id: string;
}

/** `GET /redactions`: the newest first. */
export function listRedactions(context: AppContext, res: Response): void {
  const redactions = context.redactions.list().map((request) => viewOf(context, request));
  sendJson(res, 200, JSON.stringify({ redactions }), NO_STORE);
}

/** `GET /redactions` as a page. `event` fills the form. */
export async function showRedactionsPage(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, ['event']);
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const values = { event: query.text('event') ?? '' };
  sendHtml(res, 200, redactionsPage(viewsOf(context), { values, errors: [] }), NO_STORE);
}

/** `POST /redactions`: asks for a removal. */
export async function askForRedaction(context: AppContext, req: Request, res: Response): Promise<void> {
  if (isAlone(req)) return sendProblem(res, NOBODY_ELSE);
  const body = await readFormOrJson(context, req, res);
  if (body === undefined) return;
  if ('problem' in body) return sendProblem(res, body.problem);
  const { redactions } = context;
  const outcome = await redactions.draft(body.value, req.principal.name);
  if (outcome.outcome !== 'drafted') {
    const values = body.value as Readonly<Record<string, string>>;
    return sendFormAgain(problemOf(outcome), req, res, (errors) =>
      redactionsPage(viewsOf(context), { values, errors }),
    );
  }
  const { request } = outcome;
  const refusal = scopeRefusalOf(req.principal, request.stream, 'remove');
  if (refusal !== undefined) return sendProblem(res, refusal);
  redactions.add(request);
  const url = `/redactions/${request.id}`;
  req.audit.did({ action: 'redaction-asked' }, url);
  if (isForm(req) && prefersPage(req.headers)) return sendSeeOther(res, url);
  const view = await detailsOf(context, request);
  sendJson(res, 201, JSON.stringify(view), { ...NO_STORE, Location: url });
}

/** `GET /redactions/{id}` */
export async function showRedaction(
  context: AppContext,
  req: Request<RedactionParameters>,
  res: Response,
): Promise<void> {
  const request = requireRedaction(context, req, res);
  if (request === undefined) return;
  sendJson(res, 200, JSON.stringify(await detailsOf(context, request)), NO_STORE);
}

/** `GET /redactions/{id}` as a page. */
export async function showRedactionPage(
  context: AppContext,
  req: Request<RedactionParameters>,
  res: Response,
): Promise<void> {
  const request = requireRedaction(context, req, res);
  if (request === undefined) return;
  const { principal } = req;
  const mayReject = scopeRefusalOf(principal, request.stream, 'remove') === undefined;
  const mayConfirm = mayReject && request.askedBy !== principal.name && !isAlone(req);
  sendHtml(res, 200, redactionPage(await detailsOf(context, request), { mayConfirm, mayReject }), NO_STORE);
}

/** `POST /redactions/{id}`: confirms or rejects it. Confirming ends when the content is gone from the log. */
export async function settleRedaction(
  context: AppContext,
  req: Request<RedactionParameters>,
  res: Response,
): Promise<void> {
  const body = await readFormOrJson(context, req, res);
  if (body === undefined) return;
  if ('problem' in body) return sendProblem(res, body.problem);
  const parsed = redactionDecision.safeParse(body.value);
  if (!parsed.success) {
    const errors = fieldErrorsOf(parsed.error.issues, body.value);
    return sendProblem(res, { code: 'invalid-redaction', members: { errors } });
  }
  const { id } = req.params;
  const { name } = req.principal;
  const isConfirmed = parsed.data.decision === 'confirm';
  if (isConfirmed && isAlone(req)) return sendProblem(res, NOBODY_ELSE);
  const { redactions } = context;
  const stream = redactions.find(id)?.stream;
  const refusal = stream === undefined ? undefined : scopeRefusalOf(req.principal, stream, 'remove');
  if (refusal !== undefined) return sendProblem(res, refusal);
  const outcome = isConfirmed ? await redactions.confirm(id, name) : redactions.reject(id, name);
  if (outcome.outcome !== 'settled') return sendProblem(res, problemOf(outcome));
  req.audit.did({ action: isConfirmed ? 'redaction-confirmed' : 'redaction-rejected' });
  if (isForm(req) && prefersPage(req.headers)) return sendSeeOther(res, `/redactions/${id}`);
  sendJson(res, 200, JSON.stringify(await detailsOf(context, outcome.request)), NO_STORE);
}

/** Returns the request that the URL names. Sends a problem and returns undefined if there is none. */
function requireRedaction(
  { redactions }: AppContext,
  { params }: Request<RedactionParameters>,
  res: Response,
): RedactionRequest | undefined {
  const request = redactions.find(params.id);
  if (request === undefined) sendProblem(res, { code: 'unknown-redaction' });
  return request;
}

/** True if the server is open, so that it cannot tell two persons apart. */
function isAlone({ principal }: Request<unknown>): boolean {
  return principal.authenticatedBy === 'local';
}

const NOBODY_ELSE: Problem = {
  code: 'second-person-required',
  detail:
    'The server has no keys, so it cannot tell two persons apart. Create keys for two administrators; or stop the ' +
    'server, and remove the content with chancery redact.',
};

type Refusal = Exclude<DraftOutcome | SettleOutcome, { outcome: 'drafted' | 'settled' }>;

function problemOf(refusal: Refusal): Problem {
  switch (refusal.outcome) {
    case 'invalid':
      return { code: 'invalid-redaction', members: { errors: refusal.errors } };
    case 'unknown-event':
      return ofEvent(unknownEvent(), 'unknown-value');
    case 'unknown-statement':
      return invalidField(
        '/statement',
        'unknown-value',
        'Neither the event nor a correction has this statement.',
      );
    case 'wrong-target':
      return invalidField('/event', 'wrong-target', 'This event says what was removed. It stays.');
    case 'already-redacted':
      return ofEvent(
        { code: 'content-redacted', detail: 'Its content was removed before.' },
        'content-redacted',
      );
    case 'unsupported':
      return { code: 'removal-unsupported', detail: COPY_INSTEAD };
    case 'unknown':
      return { code: 'unknown-redaction' };
    case 'not-open':
      return { code: 'redaction-settled', detail: describeState(refusal.request) };
    case 'same-person':
      return {
        code: 'second-person-required',
        detail: 'You have asked for this removal. Another administrator has to confirm it.',
      };
  }
}

const COPY_INSTEAD =
  'The log is on EventStoreDB, which never rewrites an event. /docs/removal says how to copy it without the content.';

function invalidField(pointer: string, code: string, detail: string): Problem {
  return { code: 'invalid-redaction', members: { errors: [{ pointer, code, detail }] } };
}

/** Says that a problem is about the field `event`. */
function ofEvent(problem: Problem, code: string): Problem {
  return { ...problem, members: { errors: [{ pointer: '/event', code, detail: problem.detail }] } };
}

function describeState({ state, settledBy, settledAt, expiresAt }: RedactionRequest): string {
  if (state === 'asked') return `It expired at ${expiresAt}. Ask again.`;
  const verb = state === 'rejected' ? 'rejected' : 'confirmed';
  return `It was ${verb} at ${settledAt}${settledBy === undefined ? '' : ` by ${settledBy}`}.`;
}

function viewsOf(context: AppContext) {
  return context.redactions.list().map((request) => viewOf(context, request));
}

function viewOf({ redactions }: Pick<AppContext, 'redactions'>, request: RedactionRequest) {
  const { settledBy = null, settledAt = null, doneAt = null, ...asked } = request;
  const state = redactions.isExpired(request) ? 'expired' : request.state;
  return { ...asked, state, settledBy, settledAt, doneAt };
}

/** Adds what a removal that is asked for covers, and what else may repeat the content. */
async function detailsOf(context: AppContext, request: RedactionRequest) {
  const view = viewOf(context, request);
  if (view.state !== 'asked') return view;
  const record = await readRecordEvents(context.store, request.stream);
  const scope = scopeOf(record, request);
  if (scope === undefined) return view;
  const inbound = [...inboundLinksOf(context, request.stream, record.map(decodeEvent)).values()].flat();
  const linkedBy = [...new Set(inbound.map((link) => link.linkedBy))];
  return { ...view, covers: scope.covers.map(named), others: scope.others.map(named), linkedBy };
}

function named({ id, type }: RecordedEvent) {
  return { id, type };
}
