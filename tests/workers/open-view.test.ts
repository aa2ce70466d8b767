import { describe, expect, test } from '@jest/globals';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { type OpenedView, viewsOfAnotherLog } from '../../src/workers/open-view.ts';

/** Returns a view as it is opened while the log is unavailable. */
function unverifiedView(eventId: string): OpenedView {
  return { unverified: { eventId, position: '1' } } as unknown as OpenedView;
}

/** Returns a log whose reads have the given results, one after another. */
function logWith(...results: readonly (() => unknown)[]) {
  const remaining = [...results];
  const reader = { readEventAt: async () => remaining.shift()?.() } as unknown as EventReader;
  return { reader, remaining };
}

const fail = (error: Error) => () => {
  throw error;
};

describe('viewsOfAnotherLog', () => {
  test('keeps trying while the log refuses to be read', async () => {
    const [own, foreign] = [unverifiedView('a'), unverifiedView('b')];
    const { reader } = logWith(
      fail(new StoreFailedError('The credentials were not accepted.')),
      () => ({ id: 'a' }),
      () => ({ id: 'of another log' }),
    );
    const found = await viewsOfAnotherLog([own, foreign], reader, new AbortController().signal);
    expect(found).toEqual([foreign]);
  });

  test('reads no more when the signal is aborted, however many views are left', async () => {
    const stopping = new AbortController();
    const unavailable = fail(new StoreUnavailableError('The log is unavailable.'));
    const { reader, remaining } = logWith(
      () => {
        stopping.abort();
        unavailable();
      },
      unavailable,
      unavailable,
    );
    const views = [unverifiedView('a'), unverifiedView('b'), unverifiedView('c')];
    expect(await viewsOfAnotherLog(views, reader, stopping.signal)).toEqual([]);
    expect(remaining).toHaveLength(2);
  });
});
