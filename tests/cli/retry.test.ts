import { describe, expect, test } from '@jest/globals';
import { createRecorder, type Recorder } from '../../src/append/recorder.ts';
import { reportingRetryPolicy, retryingRecorder } from '../../src/cli/support/retry.ts';
import { StoreBusyError, StoreFullError, StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { mou } from '../append/sent-events.ts';

const actor = { actor: 'local' };

/** Returns a recorder whose store throws these errors first, and the lines that are printed. */
function failingRecorder(errors: Error[], aborted = new AbortController().signal) {
  const store = new InMemoryEventStore(() => new Date());
  const append = store.append.bind(store);
  store.append = async (...args) => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return append(...args);
  };
  const printed: string[] = [];
  const retry = reportingRetryPolicy(aborted, (text) => printed.push(text));
  const recorder: Recorder = retryingRecorder(createRecorder(store), retry);
  return { recorder, printed };
}

describe('a retrying recorder', () => {
  test('retries while the log is unavailable or busy, and prints each reason once', async () => {
    const { recorder, printed } = failingRecorder([
      new StoreUnavailableError('Unavailable.'),
      new StoreUnavailableError('Unavailable.'),
      new StoreBusyError('Busy.'),
    ]);
    expect(await recorder.record(mou, actor)).toMatchObject({ outcome: 'recorded' });
    expect(printed).toEqual(['Unavailable. Retrying.\n', 'Busy. Retrying.\n']);
  });

  test('rejects at once with an error that does not pass by itself', async () => {
    const { recorder } = failingRecorder([new StoreFullError('full')]);
    await expect(recorder.record(mou, actor)).rejects.toThrow('full');
    expect(await recorder.record(mou, actor)).toMatchObject({ outcome: 'recorded' });
  });

  test('does not retry after a stop', async () => {
    const stop = new AbortController();
    const { recorder } = failingRecorder([new StoreBusyError('busy')], stop.signal);
    stop.abort();
    await expect(recorder.record(mou, actor)).rejects.toThrow('busy');
  });
});
