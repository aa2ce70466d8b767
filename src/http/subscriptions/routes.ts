import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import { changeSubscription, submitSubscription } from './change-subscription.ts';
import {
  type DeadLetterParameters,
  discardDeadLetter,
  listDeadLetters,
  sendAgain,
  showDeadLetter,
  showDeadLetterPage,
  showDeadLettersPage,
} from './dead-letters.ts';
import {
  addSubscriptionDescription,
  changeSubscriptionDescription,
  discardDeadLetterDescription,
  getDeadLetterDescription,
  getSubscriptionDescription,
  listDeadLettersDescription,
  listSubscriptionsDescription,
  MESSAGE_ID,
  removeSubscriptionDescription,
  SUBSCRIPTION_ID,
  sendAgainDescription,
  submitSubscriptionDescription,
} from './descriptions.ts';
import {
  addSubscription,
  listSubscriptions,
  removeSubscription,
  type SubscriptionParameters,
  showSubscription,
  showSubscriptionPage,
  showSubscriptionsPage,
} from './subscriptions.ts';
import { webhookMetrics } from './webhook-metrics.ts';

/** Registers standing queries, whose matches are sent to webhooks. */
export function registerSubscriptions(router: Router, context: AppContext): void {
  context.metrics.addSource(() => webhookMetrics(context));
  const list: FormatHandlers<Record<string, string>> = {
    json: withoutParameters((_req, res) => listSubscriptions(context, res)),
    html: (req, res) => showSubscriptionsPage(context, req, res),
  };
  router.register(
    '/subscriptions',
    {
      get: byFormat(list),
      post: withoutParameters((req, res) => addSubscription(context, req, res)),
    },
    { get: listSubscriptionsDescription, post: addSubscriptionDescription },
    formatsOf(list),
  );
  const one: FormatHandlers<SubscriptionParameters> = {
    json: (req, res) => showSubscription(context, req, res),
    html: (req, res) => showSubscriptionPage(context, req, res),
  };
  router.register<SubscriptionParameters>(
    '/subscriptions/:id',
    {
      get: withoutParameters(byFormat(one)),
      post: withoutParameters((req, res) => submitSubscription(context, req, res)),
      patch: withoutParameters((req, res) => changeSubscription(context, req, res)),
      delete: withoutParameters((req, res) => removeSubscription(context, req, res)),
    },
    {
      path: { id: SUBSCRIPTION_ID },
      get: getSubscriptionDescription,
      post: submitSubscriptionDescription,
      patch: changeSubscriptionDescription,
      delete: removeSubscriptionDescription,
    },
    formatsOf(one),
  );
  registerDeadLetters(router, context);
}

function registerDeadLetters(router: Router, context: AppContext): void {
  const list: FormatHandlers<SubscriptionParameters> = {
    json: (req, res) => listDeadLetters(context, req, res),
    html: (req, res) => showDeadLettersPage(context, req, res),
  };
  router.register<SubscriptionParameters>(
    '/subscriptions/:id/dead-letters',
    { get: withoutParameters(byFormat(list)) },
    { path: { id: SUBSCRIPTION_ID }, get: listDeadLettersDescription },
    formatsOf(list),
  );
  const one: FormatHandlers<DeadLetterParameters> = {
    json: (req, res) => showDeadLetter(context, req, res),
    html: (req, res) => showDeadLetterPage(context, req, res),
  };
  router.register<DeadLetterParameters>(
    '/subscriptions/:id/dead-letters/:message',
    {
      get: withoutParameters(byFormat(one)),
      post: withoutParameters((req, res) => sendAgain(context, req, res)),
      delete: withoutParameters((req, res) => discardDeadLetter(context, req, res)),
    },
    {
      path: { id: SUBSCRIPTION_ID, message: MESSAGE_ID },
      get: getDeadLetterDescription,
      post: sendAgainDescription,
      delete: discardDeadLetterDescription,
    },
    formatsOf(one),
  );
}
