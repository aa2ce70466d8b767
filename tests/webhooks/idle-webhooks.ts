import type { EventLookup } from '../../src/event-store/event-store.ts';
import { SqliteWebhookStore } from '../../src/sqlite/webhook-store.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';

/** Returns webhooks without subscriptions, which neither read the log nor send anything. */
export function idleWebhooks(log: EventLookup): Webhooks {
  return new Webhooks({
    store: new SqliteWebhookStore(':memory:'),
    log,
    feeds: new Map(),
    scopeOf: () => undefined,
    allowsPrivate: false,
    clock: () => new Date(),
    onSignal: () => {},
  });
}
