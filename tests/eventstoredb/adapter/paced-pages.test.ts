import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import type { LiveEvents } from '../../../src/eventstoredb/read/live-events.ts';
import { RemoteLiveEvents, serveLiveEvents } from '../../../src/eventstoredb/read/live-events-port.ts';
import { until } from '../support/until.ts';

/* A projector in another thread commits once for each page. Its pages are counted, on a clock that stands still. */

const INTERVAL_MS = 100;
const AWAITED_INTERVAL_MS = 5;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Opens the live events of a thread that always has a next event, and asks for page after page. */
function openPages() {
  const { port1, port2 } = new MessageChannel();
  const event = { position: '1-1' } as RecordedEvent;
  const live: LiveEvents = { closed: false, page: async () => [event] };
  serveLiveEvents(live, port1);
  const remote = new RemoteLiveEvents(port2);
  const pages: number[] = [];
  const count = async (): Promise<void> => {
    const { signal } = new AbortController();
    while (!remote.closed) {
      const page = await remote.page({ after: event.position, maxCount: 9, isWaiting: true }, signal);
      pages.push(page?.length ?? 0);
    }
  };
  const counting = count();
  const close = async (): Promise<void> => {
    remote.close();
    await counting;
  };
  return { remote, pages, close };
}

test('the first page comes at once, and the next ones at intervals', async () => {
  const { pages, close } = openPages();
  await until(() => pages.length === 1);
  for (const total of [2, 3]) {
    jest.advanceTimersByTime(INTERVAL_MS - 1);
    expect(pages).toHaveLength(total - 1);
    jest.advanceTimersByTime(1);
    await until(() => pages.length === total);
  }
  await close();
});

test('a page that is awaited comes soon', async () => {
  const { remote, pages, close } = openPages();
  await until(() => pages.length === 1);
  remote.hurry();
  jest.advanceTimersByTime(AWAITED_INTERVAL_MS);
  await until(() => pages.length === 2);
  await close();
});
