import { expect, test } from '@jest/globals';
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import type { ServerBehindProxy } from './behind-proxy.ts';
import { closeAll, event, openLog, revision, until } from './log-on-wire.ts';
import { follow, send, sendPatiently } from './retrying-client.ts';
import { newPrefix } from './server-in-test.ts';

/** More than any call of a store with the usual time takes to end. */
const ENDS_MS = 5_000;

/** One store whose network can fail, on a log with one event, and another on the same log whose network does not. */
async function openBoth({ direct, proxied }: ServerBehindProxy) {
  const prefix = newPrefix();
  const { store, signals } = openLog(proxied, { prefix });
  await store.append('s', 'no-stream', [event('before')]);
  return { store, signals, sound: openLog(direct, { prefix }).store };
}

/** What a store does while the network to the server fails, and after. */
export function describeOutages(setUp: () => ServerBehindProxy): void {
  test('a store that is opened while the server is away serves as soon as it is there', async () => {
    const { direct, proxied, proxy } = setUp();
    const prefix = newPrefix();
    await openLog(direct, { prefix }).store.append('s', 'no-stream', [event('a')]);
    proxy.begin({ kind: 'away' });
    const { store, signals } = openLog(proxied, { prefix });
    const seen: RecordedEvent[] = [];
    const reading = follow(store, seen);
    await expect(store.append('t', 'no-stream', [event('b')])).rejects.toThrow(StoreUnavailableError);
    expect(signals.map(({ kind }) => kind)).toEqual(['disconnected']);

    proxy.heal();
    await until(() => seen.length === 1);
    expect((await store.append('t', 'no-stream', [event('b')])).outcome).toBe('appended');
    await until(() => seen.length === 2);
    expect(seen.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(signals.map(({ kind }) => kind)).toEqual(['disconnected', 'connected']);
    await closeAll();
    await reading;
  });

  test('a store is back soon after the server, however long that was away', async () => {
    const { proxy, ...server } = setUp();
    const { store } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'away' });
    const returnMs = performance.now() + 3_000;
    while (performance.now() < returnMs) {
      await expect(store.append('t', 'no-stream', [event('b')])).rejects.toThrow(StoreUnavailableError);
    }
    proxy.heal();
    await until(() => send(store, 't', 'no-stream', 'b'), 2_000);
  });

  test('a store is closed in time while the server is away', async () => {
    const { proxied, proxy } = setUp();
    const { store } = openLog(proxied, { prefix: newPrefix(), callTimeoutMs: 2_000 });
    await store.append('s', 'no-stream', [event('a')]);
    proxy.begin({ kind: 'away' });
    const accepted = store.append('s', revision(0), [event('b')]).catch((error: unknown) => error);
    let isClosed = false;
    const closing = store.close().then(() => {
      isClosed = true;
    });
    await until(() => isClosed);
    await closing;
    expect(await accepted).toBeInstanceOf(StoreUnavailableError);
  });

  test('a server that is silent is told by one error, in time, and an append to it is undecided', async () => {
    const { proxy, ...server } = setUp();
    const { store } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'silent' });
    const startMs = performance.now();
    await expect(store.append('s', revision(0), [event('a')])).rejects.toThrow(
      'It is not known whether the events were recorded',
    );
    const read = store.readStream('s', { direction: 'forwards', maxCount: 1 });
    await expect(read).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startMs).toBeLessThan(ENDS_MS);

    proxy.heal();
    await until(() => send(store, 's', revision(0), 'a'));
    expect(await storyOf(store)).toEqual(['before', 'a']);
  });

  test('appends that wait for each other while the server is silent are all told in time', async () => {
    const { proxy, ...server } = setUp();
    const { store } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'silent' });
    const startMs = performance.now();
    const appends = Array.from({ length: 20 }, () => store.append('s', revision(0), [event('a')]));
    for (const append of appends) await expect(append).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startMs).toBeLessThan(ENDS_MS);
  });

  test('an append whose answer was lost is answered as appended when the log can be read in time', async () => {
    const { proxy, ...server } = setUp();
    const { store, sound } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'answers-swallowed' });
    const sent = event('a');
    const appending = store.append('s', revision(0), [sent]);
    await until(async () => (await storyOf(sound)).length === 2);
    proxy.heal();
    const outcome = await appending;
    expect(outcome).toMatchObject({ outcome: 'appended', events: [{ ...sent, revision: 1 }] });
    expect(await store.append('s', revision(0), [event('a')])).toEqual({
      ...outcome,
      outcome: 'already-recorded',
    });
  });

  test('an append whose answer was lost for good is recognised when it is sent again, under whatever salt', async () => {
    const { proxy, ...server } = setUp();
    const { store, sound } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'answers-swallowed' });
    const sent = event('a');
    await expect(store.append('s', revision(0), [sent])).rejects.toThrow(StoreUnavailableError);
    proxy.heal();
    const { recorded } = await sendPatiently(store, 's', revision(0), 'a');
    expect(recorded).toMatchObject({ revision: 1, salt: sent.salt });
    expect(await storyOf(sound)).toEqual(['before', 'a']);
  });

  test('a slow network delays, and breaks nothing', async () => {
    const { proxy, ...server } = setUp();
    const { store, signals } = await openBoth({ proxy, ...server });
    proxy.begin({ kind: 'slow', delayMs: 60 });
    for (let number = 0; number < 5; number += 1) {
      expect((await store.append('t', 'any', [event(`e${number}`)])).outcome).toBe('appended');
    }
    expect(await store.readStream('t', { direction: 'forwards', maxCount: 9 })).toHaveLength(5);
    expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
  });
}

async function storyOf(store: EventStore): Promise<string[]> {
  return (await store.readStream('s', { direction: 'forwards', maxCount: 9 })).map(({ id }) => id);
}
