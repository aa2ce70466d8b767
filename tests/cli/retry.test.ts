import { expect, test } from '@jest/globals';
import { createRecorder } from '../../src/append/recorder.ts';
import { retryRecorder } from '../../src/cli/support/retry-recorder.ts';
import { StoreBusyError, StoreFullError, StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { mou } from '../append/sent-events.ts';

const actor = { actor: 'local' };

function failingStore(...errors: Error[]): InMemoryEventStore {
  const store = new InMemoryEventStore(() => new Date());
  const append = store.append.bind(store);
  store.append = async (...sent) => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return append(...sent);
  };
  return store;
}

test('an event that the log cannot take for the moment is sent again', async () => {
  const told: string[] = [];
  const store = failingStore(
    new StoreUnavailableError('Away.'),
    new StoreUnavailableError('Away.'),
    new StoreBusyError('Busy.'),
  );
  const recorder = retryRecorder(createRecorder(store), new AbortController().signal, (text) =>
    told.push(text),
  );
  expect(await recorder.record(mou, actor)).toMatchObject({ outcome: 'recorded' });
  expect(told).toEqual(['Away. It is tried again.\n', 'Busy. It is tried again.\n']);
});

test('what does not pass by itself is told at once', async () => {
  const recorder = retryRecorder(
    createRecorder(failingStore(new StoreFullError('full'))),
    new AbortController().signal,
    () => {},
  );
  await expect(recorder.record(mou, actor)).rejects.toThrow('full');
  expect(await recorder.record(mou, actor)).toMatchObject({ outcome: 'recorded' });
});

test('nothing is sent again after a stop', async () => {
  const stop = new AbortController();
  const recorder = retryRecorder(
    createRecorder(failingStore(new StoreBusyError('busy'))),
    stop.signal,
    () => {},
  );
  stop.abort();
  await expect(recorder.record(mou, actor)).rejects.toThrow('busy');
});
