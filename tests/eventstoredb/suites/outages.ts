import { expect, test } from '@jest/globals';
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../../src/event-store/event-store.ts';
import type { ServerBehindProxy } from '../support/behind-proxy.ts';
import {
  type AdapterOptions,
  closeAll,
  eventWithId,
  openAdapter,
  revision,
} from '../support/open-adapter.ts';
import { follow, sendUntilAcknowledged, trySend } from '../support/retrying-client.ts';
import { newPrefix } from '../support/test-server.ts';
import { until } from '../support/until.ts';

/** The timeout of stores that are to meet it. Long enough for every call that is to succeed before. */
const SHORT_TIMEOUT_MS = 2_000;

/** One store whose network can fail, on a log with one event, and another on the same log whose network cannot. */
async function openBoth({ direct, proxied }: ServerBehindProxy, options: AdapterOptions = {}) {
  const prefix = newPrefix();
  const { store, signals } = openAdapter(proxied, { ...options, prefix });
  await sendUntilAcknowledged(store, 's', 'no-stream', 'before');
  return { store, signals, unaffected: openAdapter(direct, { prefix }).store };
}

/** How a store behaves during and after a network outage. */
export function describeOutages(setUp: () => ServerBehindProxy): void {
  test('a store that is opened during an outage works as soon as the server is back', async () => {
    const { direct, proxied, proxy } = setUp();
    const prefix = newPrefix();
    await openAdapter(direct, { prefix }).store.append('s', 'no-stream', [eventWithId('a')]);
    proxy.begin({ kind: 'unreachable' });
    const { store, signals } = openAdapter(proxied, { prefix });
    const seen: RecordedEvent[] = [];
    const following = follow(store, seen);
    await expect(store.append('t', 'no-stream', [eventWithId('b')])).rejects.toThrow(StoreUnavailableError);
    expect(signals.map(({ kind }) => kind)).toEqual(['disconnected']);

    proxy.heal();
    await until(() => seen.length === 1);
    expect((await store.append('t', 'no-stream', [eventWithId('b')])).outcome).toBe('appended');
    await until(() => seen.length === 2);
    expect(seen.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(signals.map(({ kind }) => kind)).toEqual(['disconnected', 'connected']);
    await closeAll();
    await following;
  });

  test('a store reconnects at once after an outage, however often it has failed before', async () => {
    const { proxy, ...server } = setUp();
    const { store } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'unreachable' });
    for (let failures = 0; failures < 10; failures += 1) {
      await expect(store.append('t', 'no-stream', [eventWithId('b')])).rejects.toThrow(StoreUnavailableError);
    }
    proxy.heal();
    // Attempts are at least 100 ms apart. One that began before the end of the outage may still fail after it.
    let attempts = 0;
    await until(() => {
      attempts += 1;
      return trySend(store, 't', 'no-stream', 'b');
    });
    expect(attempts).toBeLessThanOrEqual(3);
  });

  test('a store can be closed during an outage, and settles its appends', async () => {
    const { proxied, proxy } = setUp();
    const options = { prefix: newPrefix(), callTimeoutMs: SHORT_TIMEOUT_MS };
    const { store } = openAdapter(proxied, options);
    await sendUntilAcknowledged(store, 's', 'no-stream', 'a');
    proxy.begin({ kind: 'unreachable' });
    const accepted = store.append('s', revision(0), [eventWithId('b')]).catch((error: unknown) => error);
    await store.close();
    expect(await accepted).toBeInstanceOf(StoreUnavailableError);
  });

  test('calls to a server that is silent fail, and the outcome of an append is unknown', async () => {
    const { proxy, ...server } = setUp();
    const { store, unaffected } = await openBoth({ proxy, ...server }, { callTimeoutMs: SHORT_TIMEOUT_MS });
    proxy.begin({ kind: 'silent' });
    await expect(store.append('s', revision(0), [eventWithId('a')])).rejects.toThrow(
      /^It is not known whether the events were recorded/,
    );
    const read = store.readStream('s', { direction: 'forwards', maxCount: 1 });
    await expect(read).rejects.toThrow(StoreUnavailableError);

    proxy.heal();
    await until(() => trySend(store, 's', revision(0), 'a'));
    expect(await idsOfStream(unaffected)).toEqual(['before', 'a']);
  });

  test('appends of one event that wait for each other during an outage share one failure', async () => {
    const { proxy, ...server } = setUp();
    const { store } = await openBoth({ proxy, ...server }, { callTimeoutMs: SHORT_TIMEOUT_MS });
    proxy.begin({ kind: 'silent' });
    const appends = Array.from({ length: 20 }, () => store.append('s', revision(0), [eventWithId('a')]));
    const errors = await Promise.all(appends.map((append) => append.catch((error: unknown) => error)));
    expect(errors[0]).toBeInstanceOf(StoreUnavailableError);
    // Were they tried one after another, each would have an error of its own.
    expect(new Set(errors).size).toBe(1);
  });

  test('an append whose answer was lost counts as appended if the log can be read in time', async () => {
    const { proxy, ...server } = setUp();
    const { store, unaffected } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'answers-lost' });
    const sent = eventWithId('a');
    const appending = store.append('s', revision(0), [sent]);
    await until(async () => (await idsOfStream(unaffected)).length === 2);
    proxy.heal();
    const outcome = await appending;
    expect(outcome).toMatchObject({ outcome: 'appended', events: [{ ...sent, revision: 1 }] });
    expect(await store.append('s', revision(0), [eventWithId('a')])).toEqual({
      ...outcome,
      outcome: 'already-recorded',
    });
  });

  test('an append whose answer was lost for good is recognised when it is retried with another salt', async () => {
    const { proxy, ...server } = setUp();
    const { store, unaffected } = await openBoth({ proxy, ...server }, { callTimeoutMs: SHORT_TIMEOUT_MS });
    proxy.begin({ kind: 'answers-lost' });
    const sent = eventWithId('a');
    await expect(store.append('s', revision(0), [sent])).rejects.toThrow(StoreUnavailableError);
    await until(async () => (await idsOfStream(unaffected)).length === 2);
    proxy.heal();
    const recorded = await sendUntilAcknowledged(store, 's', revision(0), 'a');
    expect(recorded).toMatchObject({ revision: 1, salt: sent.salt });
    expect(await idsOfStream(unaffected)).toEqual(['before', 'a']);
  });

  test('a slow network delays calls and fails none', async () => {
    const { proxy, ...server } = setUp();
    const { store, signals } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'slow', delayMs: 60 });
    for (let number = 0; number < 5; number += 1) {
      expect((await store.append('t', 'any', [eventWithId(`e${number}`)])).outcome).toBe('appended');
    }
    expect(await store.readStream('t', { direction: 'forwards', maxCount: 9 })).toHaveLength(5);
    expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
  });
}

async function idsOfStream(store: EventStore): Promise<string[]> {
  return (await store.readStream('s', { direction: 'forwards', maxCount: 9 })).map(({ id }) => id);
}
