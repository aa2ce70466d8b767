import type { Revision } from '../../event-store/event-store.ts';
import { EventRemovedError, type RemovedRecord } from '../../event-store/removals.ts';
import type { RetryPolicy } from '../../event-store/retry.ts';
import { removalOf, type StreamNotice } from '../stream-notice.ts';
import { type EventReaderOptions, EventStoreDbEventReader } from './eventstoredb-event-reader.ts';

const PAGE_EVENTS = 500;

/**
 * Returns which events are removed on the server by now, for processes that do not follow the log. The notices of the
 * server are anywhere in the log, so all of it is read.
 */
export async function readRemovals(
  options: EventReaderOptions,
  retry: RetryPolicy,
): Promise<readonly RemovedRecord[]> {
  const notices = new Map<string, StreamNotice>();
  const reader = new EventStoreDbEventReader({
    ...options,
    onNotice: (notice) => notices.set(notice.stream, notice),
  });
  try {
    let page = await retry(() => reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS }));
    for (let after = page.at(-1)?.position; after !== undefined && page.length === PAGE_EVENTS; ) {
      const next = { direction: 'forwards', maxCount: PAGE_EVENTS, after } as const;
      page = await retry(() => reader.readAll(next));
      after = page.at(-1)?.position;
    }
    const removals = [...notices.values()].map((notice) => retry(() => removalNow(reader, notice)));
    return (await Promise.all(removals)).filter(({ firstLeft }) => firstLeft !== 0);
  } finally {
    reader.close();
  }
}

/** The server has to be asked what is left of a stream with a retention. */
async function removalNow(
  { pages }: Pick<EventStoreDbEventReader, 'pages'>,
  { stream, position, limits }: StreamNotice,
): Promise<RemovedRecord> {
  const removal = removalOf(stream, position, limits);
  if (removal.retention === undefined) return removal;
  try {
    const [first] = await pages.readStream(stream, { direction: 'forwards', maxCount: 1 });
    return { ...removal, firstLeft: first?.revision as Revision | undefined };
  } catch (error) {
    if (error instanceof EventRemovedError) return error.record;
    throw error;
  }
}
