import type { EventStore, RecordedEvent, SubscriptionMessage } from '../../../event-store/event-store.ts';
import { appendNumbered, type EventStoreContract, eventId, newEvent } from './contract.ts';

type Subscription = AsyncIterator<SubscriptionMessage>;

function subscribe(
  store: EventStore,
  signal: AbortSignal,
  options: { after?: RecordedEvent | undefined; pageSize?: number } = {},
): Subscription {
  const { after, pageSize = 100 } = options;
  const start = after === undefined ? {} : { after: after.position };
  return store.subscribe({ pageSize, signal, ...start })[Symbol.asyncIterator]();
}

/** Returns the ids of each page up to the next `caught-up`. */
async function pagesUntilCaughtUp(subscription: Subscription): Promise<string[][]> {
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
  describe('subscribe', () => {
    test('delivers the log in pages from the first event, then reports that it is caught up', async (store) => {
      await appendNumbered(store, 7);
      const subscription = subscribe(store, new AbortController().signal, { pageSize: 3 });
      expect(await pagesUntilCaughtUp(subscription)).toEqual([ids(1, 2, 3), ids(4, 5, 6), ids(7)]);
    });

    test('reports at once that it is caught up if the log is empty', async (store) => {
      const subscription = subscribe(store, new AbortController().signal);
      expect(await subscription.next()).toEqual({ done: false, value: { kind: 'caught-up' } });
    });

    test('starts after a position', async (store) => {
      const [, second, , last] = await appendNumbered(store, 4);
      const { signal } = new AbortController();
      expect(await pagesUntilCaughtUp(subscribe(store, signal, { after: second }))).toEqual([ids(3, 4)]);
      expect(await pagesUntilCaughtUp(subscribe(store, signal, { after: last }))).toEqual([]);
    });

    test('delivers events that are appended later, whether the consumer is waiting or not', async (store) => {
      await appendNumbered(store, 1);
      const subscription = subscribe(store, new AbortController().signal);
      await pagesUntilCaughtUp(subscription);

      const waiting = pagesUntilCaughtUp(subscription);
      await store.append('t', 'any', [newEvent(2)]);
      expect(await waiting).toEqual([ids(2)]);

      await store.append('t', 'any', [newEvent(3), newEvent(4)]);
      expect(await pagesUntilCaughtUp(subscription)).toEqual([ids(3, 4)]);
    });

    test('delivers no event of a refused append', async (store) => {
      const subscription = subscribe(store, new AbortController().signal);
      await pagesUntilCaughtUp(subscription);
      const waiting = pagesUntilCaughtUp(subscription);
      await store.append('s', 0 as never, [newEvent(1)]);
      await store.append('s', 'no-stream', [newEvent(2)]);
      expect(await waiting).toEqual([ids(2)]);
    });

    test('delivers the whole log to each subscriber', async (store) => {
      const { signal } = new AbortController();
      const early = subscribe(store, signal);
      await appendNumbered(store, 3);
      const late = subscribe(store, signal, { pageSize: 2 });
      expect((await pagesUntilCaughtUp(early)).flat()).toEqual(ids(1, 2, 3));
      expect((await pagesUntilCaughtUp(late)).flat()).toEqual(ids(1, 2, 3));
    });

    describeSlowConsumer(contract);
    describeEnding(contract);
  });
}

function describeSlowConsumer({ test, expect }: EventStoreContract): void {
  test('reads each page on demand, so events appended meanwhile come before "caught up"', async (store) => {
    await appendNumbered(store, 4);
    const subscription = subscribe(store, new AbortController().signal, { pageSize: 2 });
    const first = await subscription.next();
    expect(first.value.events.map((event: RecordedEvent) => event.id)).toEqual(ids(1, 2));

    await Promise.all([5, 6, 7].map((number) => store.append('t', 'any', [newEvent(number)])));
    expect(await pagesUntilCaughtUp(subscription)).toEqual([ids(3, 4), ids(5, 6), ids(7)]);
  });

  test('never exceeds the page size, however far behind the consumer is', async (store) => {
    const subscription = subscribe(store, new AbortController().signal, { pageSize: 5 });
    await pagesUntilCaughtUp(subscription);
    await appendNumbered(store, 203);
    const pages = await pagesUntilCaughtUp(subscription);
    expect(pages.map((page) => page.length)).toEqual([...Array.from({ length: 40 }, () => 5), 3]);
    expect(pages.flat()).toEqual(Array.from({ length: 203 }, (_, index) => eventId(index + 1)));
  });
}

function describeEnding({ test, expect }: EventStoreContract): void {
  const ended = { done: true, value: undefined };

  test('ends when it is aborted while waiting', async (store) => {
    const aborter = new AbortController();
    const subscription = subscribe(store, aborter.signal);
    await pagesUntilCaughtUp(subscription);
    const waiting = subscription.next();
    aborter.abort();
    expect(await waiting).toEqual(ended);
    expect(await subscription.next()).toEqual(ended);
  });

  test('ends when it is aborted between two pages or before it starts', async (store) => {
    await appendNumbered(store, 4);
    const aborter = new AbortController();
    const subscription = subscribe(store, aborter.signal, { pageSize: 2 });
    await subscription.next();
    aborter.abort();
    expect(await subscription.next()).toEqual(ended);
    expect(await subscribe(store, aborter.signal).next()).toEqual(ended);
  });

  test('continues for the other subscribers when one is aborted', async (store) => {
    const aborter = new AbortController();
    const other = subscribe(store, new AbortController().signal);
    const subscription = subscribe(store, aborter.signal);
    await pagesUntilCaughtUp(subscription);
    await pagesUntilCaughtUp(other);
    const waiting = pagesUntilCaughtUp(other);
    aborter.abort();
    await store.append('s', 'any', [newEvent(1)]);
    expect(await waiting).toEqual([ids(1)]);
  });

  test('ends when the store is closed', async (store) => {
    const subscription = subscribe(store, new AbortController().signal);
    await pagesUntilCaughtUp(subscription);
    const waiting = subscription.next();
    await store.close();
    expect(await waiting).toEqual(ended);
    expect(await subscription.next()).toEqual(ended);
  });
}
