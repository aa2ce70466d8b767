import type { z } from 'zod';
import { subscriptionPage } from '../../web/pages/subscription-page.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { sendSeeOther } from '../protocol/response.ts';
import { readForm } from '../protocol/structured-body.ts';
import {
  changedSubscription,
  invalidField,
  parseWith,
  readFields,
  readSubscriptionBody,
  subscriptionForm,
} from './subscription-body.ts';
import {
  requireSubscription,
  type SubscriptionParameters,
  showSubscription,
  subscriptionView,
} from './subscriptions.ts';

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
  const sent = await readForm(context, req, res);
  if (sent === undefined) return;
  if ('problem' in sent) return sendProblem(res, sent.problem);
  const form = parseWith(subscriptionForm, sent.value);
  if ('problem' in form) {
    refuse(context, form.problem, req, res, sent.value);
    return;
  }
  const { do: action, ...changes } = form.value;
  const { id } = req.params;
  if (action === 'remove') {
    context.webhooks.remove(id);
    req.audit.did({ action: 'subscription-removed' });
    sendSeeOther(res, '/subscriptions');
  } else if (await applyChanges(context, changes, req, res, sent.value))
    sendSeeOther(res, `/subscriptions/${id}`);
}

/**
 * Returns false if a field is refused, or if the subscription is gone, which has been answered then.
 *
 * @param typed what the form of a page has
 */
async function applyChanges(
  context: AppContext,
  { state, ...given }: z.infer<typeof changedSubscription>,
  req: Request<SubscriptionParameters>,
  res: Response,
  typed: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const { webhooks } = context;
  const fields = await readFields(context, given, webhooks.find(req.params.id)?.query);
  if ('problem' in fields) return refuse(context, fields.problem, req, res, typed);
  // Another request may have removed it meanwhile.
  const current = requireSubscription(context, req, res);
  if (current === undefined) return false;
  const { id } = current;
  const { start, ...changes } = fields.value;
  if (current.state === 'detached' && state !== undefined && start === undefined) {
    const detail = 'The log does not have its cursor. Send `after` as well, to replay from there.';
    return refuse(context, invalidField('/state', 'unknown-value', detail), req, res, typed);
  }
  webhooks.change(id, { ...changes, key: req.principal.key });
  if (start !== undefined) webhooks.replay(id, start.cursor);
  if (state === 'paused') webhooks.pause(id);
  if (state === 'active') webhooks.resume(id);
  req.audit.did({ action: 'subscription-changed' });
  return true;
}

function refuse(
  { webhooks }: AppContext,
  problem: Problem,
  req: Request<SubscriptionParameters>,
  res: Response,
  values: Readonly<Record<string, string>>,
): false {
  const subscription = webhooks.find(req.params.id);
  sendFormAgain(
    problem,
    req,
    res,
    (errors) => subscription && subscriptionPage(subscriptionView(subscription), { values, errors }),
  );
  return false;
}
