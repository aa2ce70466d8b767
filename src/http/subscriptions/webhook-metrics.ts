import type { MetricFamily } from '../../observability/open-metrics.ts';
import type { AppContext } from '../protocol/context.ts';

const STATES = ['active', 'paused', 'failing', 'detached'];

/** Returns the metrics of the subscriptions, and of the attempts to send messages. */
export function webhookMetrics({ webhooks }: AppContext): readonly MetricFamily[] {
  const subscriptions = webhooks.list();
  const { counts } = webhooks;
  return [
    {
      name: 'chancery_subscriptions',
      type: 'gauge',
      help: 'Subscriptions by their state.',
      samples: STATES.map((state) => {
        const value = subscriptions.filter((subscription) => subscription.state === state).length;
        return { labels: { state }, value };
      }),
    },
    {
      name: 'chancery_webhook_attempts',
      type: 'counter',
      help: 'Attempts to send a message, by result; dead if it was the last one for its message.',
      samples: Object.entries(counts).map(([result, value]) => ({
        suffix: '_total',
        labels: { result },
        value,
      })),
    },
    {
      name: 'chancery_webhook_queued',
      type: 'gauge',
      help: 'Messages of a subscription that wait for their delivery.',
      samples: subscriptions.map(({ id, queued }) => ({ labels: { subscription: id }, value: queued })),
    },
    {
      name: 'chancery_webhook_dead_letters',
      type: 'gauge',
      help: 'Messages of a subscription that were given up.',
      samples: subscriptions.map(({ id, deadLetters }) => ({
        labels: { subscription: id },
        value: deadLetters,
      })),
    },
  ];
}
