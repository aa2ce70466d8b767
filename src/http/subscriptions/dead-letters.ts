import { type DeadLetterView, deadLetterPage, deadLettersPage } from '../../web/pages/dead-letters-page.ts';
import type { DeadLetter } from '../../webhooks/subscription.ts';
import { type ExportEntry, titleOfAnyEntry } from '../formats/entry-text.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson, sendNoContent, sendSeeOther } from '../protocol/response.ts';
import { isForm } from '../protocol/structured-body.ts';
import { deadLetterForm, readSubscriptionForm } from './subscription-body.ts';
import { requireSubscription, type SubscriptionParameters, subscriptionPath } from './subscriptions.ts';

export interface DeadLetterParameters extends SubscriptionParameters {
  readonly message: string;
}

/** `GET /subscriptions/{id}/dead-letters`: the messages that were given up, the oldest first. */
export function listDeadLetters(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): void {
  const subscription = requireSubscription(context, req, res);
  if (subscription === undefined) return;
  const deadLetters = context.webhooks.deadLetters(subscription.id).map(deadLetterJson);
  sendJson(res, 200, `{"deadLetters":[${deadLetters.join(',')}]}`, NO_STORE);
}

/** `GET /subscriptions/{id}/dead-letters` as a page. */
export function showDeadLettersPage(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): void {
  const subscription = requireSubscription(context, req, res);
  if (subscription === undefined) return;
  const deadLetters = context.webhooks.deadLetters(subscription.id);
  sendHtml(res, 200, deadLettersPage(subscription, deadLetters.map(deadLetterView)), NO_STORE);
}

/** `GET /subscriptions/{id}/dead-letters/{message}` */
export function showDeadLetter(context: AppContext, req: Request<DeadLetterParameters>, res: Response): void {
  const found = requireDeadLetter(context, req, res);
  if (found !== undefined) sendJson(res, 200, deadLetterJson(found), NO_STORE);
}

/** `GET /subscriptions/{id}/dead-letters/{message}` as a page. */
export function showDeadLetterPage(
  context: AppContext,
  req: Request<DeadLetterParameters>,
  res: Response,
): void {
  const found = requireDeadLetter(context, req, res);
  if (found !== undefined) sendHtml(res, 200, deadLetterPage(req.params.id, deadLetterView(found)), NO_STORE);
}

/**
 * `POST /subscriptions/{id}/dead-letters/{message}`: queues it again, behind the messages that wait. A page sends a
 * form, which may discard it instead.
 */
export async function sendAgain(
  context: AppContext,
  req: Request<DeadLetterParameters>,
  res: Response,
): Promise<void> {
  const { webhooks } = context;
  const { id, message } = req.params;
  if (requireSubscription(context, req, res) === undefined) return;
  const form = isForm(req) ? await readSubscriptionForm(deadLetterForm, context, req, res) : 'none';
  if (form === undefined) return;
  if (form !== 'none' && 'problem' in form) return sendProblem(res, form.problem);
  const isDiscarded = form !== 'none' && form.value.do === 'discard';
  const isFound = isDiscarded ? webhooks.discard(id, message) : webhooks.requeue(id, message);
  if (!isFound) return sendProblem(res, { code: 'unknown-dead-letter' });
  req.audit.did({ action: isDiscarded ? 'dead-letter-discarded' : 'dead-letter-sent' });
  if (form === 'none') sendJson(res, 202, '{}', { ...NO_STORE, Location: subscriptionPath(id) });
  else sendSeeOther(res, `${subscriptionPath(id)}/dead-letters`);
}

/** `DELETE /subscriptions/{id}/dead-letters/{message}`: discards it. */
export function discardDeadLetter(
  context: AppContext,
  req: Request<DeadLetterParameters>,
  res: Response,
): void {
  if (requireSubscription(context, req, res) === undefined) return;
  const { id, message } = req.params;
  if (!context.webhooks.discard(id, message)) {
    sendProblem(res, { code: 'unknown-dead-letter' });
    return;
  }
  req.audit.did({ action: 'dead-letter-discarded' });
  sendNoContent(res);
}

/** Returns the dead letter that the URL names. Sends a problem and returns undefined if there is none. */
function requireDeadLetter(
  context: AppContext,
  req: Request<DeadLetterParameters>,
  res: Response,
): DeadLetter | undefined {
  if (requireSubscription(context, req, res) === undefined) return undefined;
  const { id, message } = req.params;
  const found = context.webhooks.deadLetters(id).find((deadLetter) => deadLetter.id === message);
  if (found === undefined) sendProblem(res, { code: 'unknown-dead-letter' });
  return found;
}

function deadLetterView({ id, payload: json, attempts, failure }: DeadLetter): DeadLetterView {
  const { at, reason } = failure;
  const payload = JSON.parse(json) as Payload;
  const { cause, entry } = payload.data;
  const title = titleOfAnyEntry(entry, cause.type);
  return { id, title, type: payload.type, cause: cause.id, attempts, failedAt: at, reason, payload };
}

interface Payload {
  readonly type: string;
  readonly data: {
    readonly cause: { readonly id: string; readonly type: string };
    readonly entry: ExportEntry;
  };
}

/** The payload is JSON, and shown as it is sent. */
function deadLetterJson({ id, payload, attempts, failure }: DeadLetter): string {
  const { at, reason } = failure;
  const head = JSON.stringify({ id, attempts, failedAt: at, reason });
  return `${head.slice(0, -1)},"payload":${payload}}`;
}
