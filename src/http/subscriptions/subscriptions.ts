import { subscriptionPage } from '../../web/pages/subscription-page.ts';
import { subscribedPage, subscriptionsPage } from '../../web/pages/subscriptions-page.ts';
import { SUBSCRIPTIONS_MAX, type SubscriptionStatus } from '../../webhooks/webhooks.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { prefersPage } from '../protocol/negotiation.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendNoContent } from '../protocol/response.ts';
import { isForm, readFormOrJson } from '../protocol/structured-body.ts';
import { newSubscription, parseWith, readFields } from './subscription-body.ts';

export interface SubscriptionParameters {
  readonly id: string;
}

/** `GET /subscriptions`: the oldest first. */
export function listSubscriptions({ webhooks }: AppContext, res: Response): void {
  const subscriptions = webhooks.list().map(subscriptionView);
  sendJson(res, 200, JSON.stringify({ subscriptions }), NO_STORE);
}

/** `GET /subscriptions` as a page. `query` fills the form. */
export function showSubscriptionsPage({ webhooks }: AppContext, req: Request, res: Response): void {
  const parameters = new QueryParameters(req.originalUrl, ['query']);
  if (parameters.errors.length > 0) {
    sendProblem(res, invalidQuery(parameters.errors));
    return;
  }
  const values = { query: parameters.text('query') ?? '' };
  const page = subscriptionsPage(webhooks.list().map(subscriptionView), { values, errors: [] });
  sendHtml(res, 200, page, NO_STORE);
}

/** `POST /subscriptions`: the only response that contains the secret. */
export async function addSubscription(context: AppContext, req: Request, res: Response): Promise<void> {
  const { webhooks } = context;
  const body = await readFormOrJson(context, req, res);
  if (body === undefined) return;
  if ('problem' in body) return sendProblem(res, body.problem);
  const given = parseWith(newSubscription, body.value);
  const fields = 'problem' in given ? given : await readFields(context, given.value);
  if ('problem' in fields) {
    const values = body.value as Readonly<Record<string, string>>;
    return sendFormAgain(fields.problem, req, res, (errors) =>
      subscriptionsPage(webhooks.list().map(subscriptionView), { values, errors }),
    );
  }
  if (webhooks.list().length >= SUBSCRIPTIONS_MAX) {
    const detail = `There may be ${SUBSCRIPTIONS_MAX} subscriptions. Delete one that is not used.`;
    return sendProblem(res, { code: 'too-many-subscriptions', detail });
  }
  const { url, query, start } = fields.value;
  if (url === undefined || query === undefined) throw new Error('A subscription needs a URL and a query.');
  const { id, secret } = webhooks.add({ url, query, key: req.principal.key }, start?.cursor);
  req.audit.did({ action: 'subscription-added' }, subscriptionPath(id));
  const added = webhooks.find(id);
  if (added === undefined) throw new Error('The subscription is gone.');
  const [shown, headers] = [subscriptionView(added), { ...NO_STORE, Location: subscriptionPath(id) }];
  if (isForm(req) && prefersPage(req.headers)) {
    sendHtml(res, 201, subscribedPage(shown, secret), headers);
  } else sendJson(res, 201, JSON.stringify({ ...shown, secret }), headers);
}

/** `GET /subscriptions/{id}` */
export function showSubscription(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): void {
  const subscription = requireSubscription(context, req, res);
  if (subscription === undefined) return;
  sendJson(res, 200, JSON.stringify(subscriptionView(subscription)), NO_STORE);
}

/** `GET /subscriptions/{id}` as a page. */
export function showSubscriptionPage(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): void {
  const subscription = requireSubscription(context, req, res);
  if (subscription !== undefined)
    sendHtml(res, 200, subscriptionPage(subscriptionView(subscription)), NO_STORE);
}

/** `DELETE /subscriptions/{id}` */
export function removeSubscription(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): void {
  if (requireSubscription(context, req, res) === undefined) return;
  context.webhooks.remove(req.params.id);
  req.audit.did({ action: 'subscription-removed' });
  sendNoContent(res);
}

/** Returns the subscription that the URL names. Sends a problem and returns undefined if there is none. */
export function requireSubscription(
  { webhooks }: AppContext,
  { params }: Request<SubscriptionParameters>,
  res: Response,
): SubscriptionStatus | undefined {
  const subscription = webhooks.find(params.id);
  if (subscription === undefined) sendProblem(res, { code: 'unknown-subscription' });
  return subscription;
}

export function subscriptionPath(id: string): string {
  return `/subscriptions/${id}`;
}

export function subscriptionView(subscription: SubscriptionStatus) {
  const { id, url, query, createdAt, state, reason, cursor, queued, deadLetters } = subscription;
  const { nextAttemptMs, lastDeliveredAt, lastFailure } = subscription;
  return {
    id,
    query: query.text,
    url,
    state,
    reason: reason ?? null,
    createdAt,
    cursor: cursor === undefined ? null : { position: cursor.position, instant: cursor.instant },
    queued,
    nextAttemptAt: nextAttemptMs === undefined ? null : new Date(nextAttemptMs).toISOString(),
    deadLetters,
    lastDeliveredAt: lastDeliveredAt ?? null,
    lastFailure: lastFailure ?? null,
  };
}
