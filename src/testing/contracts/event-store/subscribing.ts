import type { EventStore, RecordedEvent, SubscriptionMessage } from '../../../event-store/event-store.ts';
import { type EventStoreContract, eventId, fill, newEvent } from './contract.ts';

type Subscription = AsyncIterator<SubscriptionMessage>;

function subscribe(
  store: EventStore,
  signal: AbortSignal,
  options: { after?: RecordedEvent | undefined; pageSize?: number } = {},
): Subscription {
  const { after, pageSize = 100 } = options;
  const position = after === undefined ? {} : { after: after.position };
  return store.subscribe({ pageSize, signal, ...position })[Symbol.asyncIterator]();
}

/** Pages up to the next "caught up". */
async function untilCaughtUp(subscription: Subscription): Promise<string[][]> {
  const pages: string[][] = [];
  for (;;) {
    const { done, value } = await subscription.next();
    if (done || value.kind === 'caught-up') return pages;
    pages.push(value.events.map((event: RecordedEvent) => event.id));
  }
}

const ids = (...numbers: readonly number[]) => numbers.map(eventId);

export function describeSubscribing(contract: EventStoreContract): void {
  const { describe, test, expect } = contract;
  describe('subscribing', () => {
    test('gives the log in pages from the first event, then says that it is caught up', async (store) => {
      await fill(store, 7);
      const subscription = subscribe(store, new AbortController().signal, { pageSize: 3 });
      expect(await untilCaughtUp(subscription)).toEqual([ids(1, 2, 3), ids(4, 5, 6), ids(7)]);
    });

    test('to an empty log says at once that it is caught up', async (store) => {
      const subscription = subscribe(store, new AbortController().signal);
      expect(await subscription.next()).toEqual({ done: false, value: { kind: 'caught-up' } });
    });

    test('after a position leaves out that event and those before it', async (store) => {
      const [, second, , last] = await fill(store, 4);
      const { signal } = new AbortController();
      expect(await untilCaughtUp(subscribe(store, signal, { after: second }))).toEqual([ids(3, 4)]);
      expect(await untilCaughtUp(subscribe(store, signal, { after: last }))).toEqual([]);
    });

    test('gives events that come later, whether the consumer waits for them or not', async (store) => {
      await fill(store, 1);
      const subscription = subscribe(store, new AbortController().signal);
      await untilCaughtUp(subscription);

      const waiting = untilCaughtUp(subscription);
      await store.append('t', 'any', [newEvent(2)]);
      expect(await waiting).toEqual([ids(2)]);

      await store.append('t', 'any', [newEvent(3), newEvent(4)]);
      expect(await untilCaughtUp(subscription)).toEqual([ids(3, 4)]);
    });

    test('gives nothing of an append that was refused', async (store) => {
      const subscription = subscribe(store, new AbortController().signal);
      await untilCaughtUp(subscription);
      const waiting = untilCaughtUp(subscription);
      await store.append('s', 0 as never, [newEvent(1)]);
      await store.append('s', 'no-stream', [newEvent(2)]);
      expect(await waiting).toEqual([ids(2)]);
    });

    test('gives each subscriber the whole log', async (store) => {
      const { signal } = new AbortController();
      const early = subscribe(store, signal);
      await fill(store, 3);
      const late = subscribe(store, signal, { pageSize: 2 });
      expect((await untilCaughtUp(early)).flat()).toEqual(ids(1, 2, 3));
      expect((await untilCaughtUp(late)).flat()).toEqual(ids(1, 2, 3));
    });

    describeSlowConsumer(contract);
    describeEnding(contract);
  });
}

function describeSlowConsumer({ test, expect }: EventStoreContract): void {
  test('reads a page when it is asked for: what came meanwhile stands before "caught up"', async (store) => {
    await fill(store, 4);
    const subscription = subscribe(store, new AbortController().signal, { pageSize: 2 });
    const first = await subscription.next();
    expect(first.value.events.map((event: RecordedEvent) => event.id)).toEqual(ids(1, 2));

    await Promise.all([5, 6, 7].map((number) => store.append('t', 'any', [newEvent(number)])));
    expect(await untilCaughtUp(subscription)).toEqual([ids(3, 4), ids(5, 6), ids(7)]);
  });

  test('never gives a page that is larger than asked for, however far the consumer is behind', async (store) => {
    const subscription = subscribe(store, new AbortController().signal, { pageSize: 5 });
    await untilCaughtUp(subscription);
    await fill(store, 203);
    const pages = await untilCaughtUp(subscription);
    expect(pages.map((page) => page.length)).toEqual([...Array.from({ length: 40 }, () => 5), 3]);
    expect(pages.flat()).toEqual(Array.from({ length: 203 }, (_, index) => eventId(index + 1)));
  });
}

function describeEnding({ test, expect }: EventStoreContract): void {
  const ended = { done: true, value: undefined };

  test('ends when it is aborted while it waits', async (store) => {
    const aborter = new AbortController();
    const subscription = subscribe(store, aborter.signal);
    await untilCaughtUp(subscription);
    const waiting = subscription.next();
    aborter.abort();
    expect(await waiting).toEqual(ended);
    expect(await subscription.next()).toEqual(ended);
  });

  test('ends when it is aborted between two pages, or before it began', async (store) => {
    await fill(store, 4);
    const aborter = new AbortController();
    const subscription = subscribe(store, aborter.signal, { pageSize: 2 });
    await subscription.next();
    aborter.abort();
    expect(await subscription.next()).toEqual(ended);
    expect(await subscribe(store, aborter.signal).next()).toEqual(ended);
  });

  test('leaves the other subscribers alone when one is aborted', async (store) => {
    const aborter = new AbortController();
    const other = subscribe(store, new AbortController().signal);
    const subscription = subscribe(store, aborter.signal);
    await untilCaughtUp(subscription);
    await untilCaughtUp(other);
    const waiting = untilCaughtUp(other);
    aborter.abort();
    await store.append('s', 'any', [newEvent(1)]);
    expect(await waiting).toEqual([ids(1)]);
  });

  test('ends when the store is closed', async (store) => {
    const subscription = subscribe(store, new AbortController().signal);
    await untilCaughtUp(subscription);
    const waiting = subscription.next();
    await store.close();
    expect(await waiting).toEqual(ended);
    expect(await subscription.next()).toEqual(ended);
  });
}
