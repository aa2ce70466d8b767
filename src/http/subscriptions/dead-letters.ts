import type { DeadLetter } from '../../webhooks/subscription.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson } from '../protocol/response.ts';
import {
  requireSubscription,
  type SubscriptionParameters,
  sendNoContent,
  subscriptionPath,
} from './subscriptions.ts';

const NO_STORE = { 'Cache-Control': 'no-store' } as const;

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

/** `GET /subscriptions/{id}/dead-letters/{message}` */
export function showDeadLetter(context: AppContext, req: Request<DeadLetterParameters>, res: Response): void {
  if (requireSubscription(context, req, res) === undefined) return;
  const { id, message } = req.params;
  const found = context.webhooks.deadLetters(id).find((deadLetter) => deadLetter.id === message);
  if (found === undefined) sendProblem(res, { code: 'unknown-dead-letter' });
  else sendJson(res, 200, deadLetterJson(found), NO_STORE);
}

/** `POST /subscriptions/{id}/dead-letters/{message}`: queues it again, behind the messages that wait. */
export function sendAgain(context: AppContext, req: Request<DeadLetterParameters>, res: Response): void {
  if (requireSubscription(context, req, res) === undefined) return;
  const { id, message } = req.params;
  if (!context.webhooks.requeue(id, message)) {
    sendProblem(res, { code: 'unknown-dead-letter' });
    return;
  }
  req.audit.did({ action: 'dead-letter-sent' });
  sendJson(res, 202, '{}', { ...NO_STORE, Location: subscriptionPath(id) });
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

/** The payload is JSON, and shown as it is sent. */
function deadLetterJson({ id, payload, attempts, failure }: DeadLetter): string {
  const { at, reason } = failure;
  const head = JSON.stringify({ id, attempts, failedAt: at, reason });
  return `${head.slice(0, -1)},"payload":${payload}}`;
}
