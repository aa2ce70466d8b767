import { describe, expect, test } from '@jest/globals';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { type OpenedView, viewsOfAnotherLog } from '../../src/workers/open-view.ts';

/** As it is when the log was away at the start. */
function unverifiedView(eventId: string): OpenedView {
  return { unverified: { eventId, position: '1' } } as unknown as OpenedView;
}

/** A log whose reads end as they are told, one after another. */
function logThat(...reads: readonly (() => unknown)[]) {
  const left = [...reads];
  const reader = { readEventAt: async () => left.shift()?.() } as unknown as EventReader;
  return { reader, left };
}

const fail = (error: Error) => () => {
  throw error;
};

describe('views that were opened while the log was away', () => {
  test('are held against the log when it has been back for a while and refused to be read', async () => {
    const [ours, another] = [unverifiedView('a'), unverifiedView('b')];
    const { reader } = logThat(
      fail(new StoreFailedError('The credentials were not accepted.')),
      () => ({ id: 'a' }),
      () => ({ id: 'of another log' }),
    );
    const found = await viewsOfAnotherLog([ours, another], reader, new AbortController().signal);
    expect(found).toEqual([another]);
  });

  test('are asked after no more when the process stops, however many there are', async () => {
    const stopping = new AbortController();
    const away = fail(new StoreUnavailableError('It is away.'));
    const { reader, left } = logThat(
      () => {
        stopping.abort();
        away();
      },
      away,
      away,
    );
    const views = [unverifiedView('a'), unverifiedView('b'), unverifiedView('c')];
    expect(await viewsOfAnotherLog(views, reader, stopping.signal)).toEqual([]);
    expect(left).toHaveLength(2);
  });
});
