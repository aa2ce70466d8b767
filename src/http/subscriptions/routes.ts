import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  type DeadLetterParameters,
  discardDeadLetter,
  listDeadLetters,
  sendAgain,
  showDeadLetter,
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
} from './descriptions.ts';
import {
  addSubscription,
  changeSubscription,
  listSubscriptions,
  removeSubscription,
  type SubscriptionParameters,
  showSubscription,
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
  router.register<SubscriptionParameters>(
    '/subscriptions/:id',
    {
      get: withoutParameters((req, res) => showSubscription(context, req, res)),
      patch: withoutParameters((req, res) => changeSubscription(context, req, res)),
      delete: withoutParameters((req, res) => removeSubscription(context, req, res)),
    },
    {
      path: { id: SUBSCRIPTION_ID },
      get: getSubscriptionDescription,
      patch: changeSubscriptionDescription,
      delete: removeSubscriptionDescription,
    },
  );
  router.register<SubscriptionParameters>(
    '/subscriptions/:id/dead-letters',
    { get: withoutParameters((req, res) => listDeadLetters(context, req, res)) },
    { path: { id: SUBSCRIPTION_ID }, get: listDeadLettersDescription },
  );
  router.register<DeadLetterParameters>(
    '/subscriptions/:id/dead-letters/:message',
    {
      get: withoutParameters((req, res) => showDeadLetter(context, req, res)),
      post: withoutParameters((req, res) => sendAgain(context, req, res)),
      delete: withoutParameters((req, res) => discardDeadLetter(context, req, res)),
    },
    {
      path: { id: SUBSCRIPTION_ID, message: MESSAGE_ID },
      get: getDeadLetterDescription,
      post: sendAgainDescription,
      delete: discardDeadLetterDescription,
    },
  );
}
