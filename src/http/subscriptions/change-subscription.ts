import type { z } from 'zod';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { sendSeeOther } from '../protocol/response.ts';
import {
  changedSubscription,
  invalidField,
  readFields,
  readSubscriptionBody,
  readSubscriptionForm,
  subscriptionForm,
} from './subscription-body.ts';
import { requireSubscription, type SubscriptionParameters, showSubscription } from './subscriptions.ts';

/**
 * `PATCH /subscriptions/{id}`: changes `url` and `query`, pauses and resumes with `state`, and replays with `after`.
 * All fields are checked before one is changed. From then on, it sends what the key of this request may read.
 */
export async function changeSubscription(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): Promise<void> {
  if (requireSubscription(context, req, res) === undefined) return;
  const body = await readSubscriptionBody(changedSubscription, context, req, res);
  if (body === undefined) return;
  if ('problem' in body) return sendProblem(res, body.problem);
  if (await applyChanges(context, body.value, req, res)) showSubscription(context, req, res);
}

/** `POST /subscriptions/{id}`: what a page sends, which has the fields of `PATCH`, or removes the subscription. */
export async function submitSubscription(
  context: AppContext,
  req: Request<SubscriptionParameters>,
  res: Response,
): Promise<void> {
  if (requireSubscription(context, req, res) === undefined) return;
  const form = await readSubscriptionForm(subscriptionForm, context, req, res);
  if (form === undefined) return;
  if ('problem' in form) return sendProblem(res, form.problem);
  const { do: action, ...changes } = form.value;
  const { id } = req.params;
  if (action === 'remove') {
    context.webhooks.remove(id);
    req.audit.did({ action: 'subscription-removed' });
    sendSeeOther(res, '/subscriptions');
  } else if (await applyChanges(context, changes, req, res)) sendSeeOther(res, `/subscriptions/${id}`);
}

/** Returns false if a field is refused, or if the subscription is gone, which has been answered then. */
async function applyChanges(
  context: AppContext,
  { state, ...given }: z.infer<typeof changedSubscription>,
  req: Request<SubscriptionParameters>,
  res: Response,
): Promise<boolean> {
  const { webhooks } = context;
  const fields = await readFields(context, given, webhooks.find(req.params.id)?.query);
  if ('problem' in fields) return refuse(res, fields.problem);
  // Another request may have removed it meanwhile.
  const current = requireSubscription(context, req, res);
  if (current === undefined) return false;
  const { id } = current;
  const { start, ...changes } = fields.value;
  if (current.state === 'detached' && state !== undefined && start === undefined) {
    const detail = 'The log does not have its cursor. Send `after` as well, to replay from there.';
    return refuse(res, invalidField('/state', 'unknown-value', detail));
  }
  webhooks.change(id, { ...changes, key: req.principal.key });
  if (start !== undefined) webhooks.replay(id, start.cursor);
  if (state === 'paused') webhooks.pause(id);
  if (state === 'active') webhooks.resume(id);
  req.audit.did({ action: 'subscription-changed' });
  return true;
}

function refuse(res: Response, problem: Problem): false {
  sendProblem(res, problem);
  return false;
}
