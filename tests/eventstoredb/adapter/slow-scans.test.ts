import { afterEach, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../src/event-store/event-store.ts';
import { closeAll, eventWithId, openAdapter, startWireServer } from '../support/open-adapter.ts';
import { trySend } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';

/* A log in which so many foreign events follow our last event that no read can skip them within its timeout. */

afterEach(closeAll);

const CALL_TIMEOUT_MS = 500;
const FOREIGN_EVENTS = 30;

/** @param scanMs how long the server takes to skip all foreign events */
async function openWithForeignEvents(scanMs: number) {
  const server = await startWireServer();
  const { store, index } = openAdapter(server);
  await store.append('s', 'no-stream', [eventWithId('a')]);
  await until(() => index.position);
  await store.close();
  for (let events = 0; events < FOREIGN_EVENTS; events += 3) server.log.addForeignEvents();
  server.faults.foreignEventMs = scanMs / FOREIGN_EVENTS;
  return { server, index };
}

test('an append waits for the index, and not for the server to find the end of the log', async () => {
  const { server, index } = await openWithForeignEvents(2 * CALL_TIMEOUT_MS);
  const { store } = openAdapter(server, { index, callTimeoutMs: CALL_TIMEOUT_MS });
  await until(() => trySend(store, 't', 'no-stream', 'b'));
});

test('a new log can be started there, with a new index or one of another log', async () => {
  const { server, index } = await openWithForeignEvents(2 * CALL_TIMEOUT_MS);
  const options = { callTimeoutMs: CALL_TIMEOUT_MS };
  const fresh = openAdapter(server, { ...options, prefix: 'fresh-' });
  const moved = openAdapter(server, { ...options, prefix: 'moved-', index });
  for (const { store } of [fresh, moved]) await until(() => trySend(store, 's', 'no-stream', 'a'));
  expect(moved.index.find('a')).toEqual({ stream: 's', revision: 0 });
});

test('a search that times out does not make the log count as unavailable', async () => {
  const callTimeoutMs = 3_000; // enough for the other calls on a loaded machine
  const { server, index } = await openWithForeignEvents(20 * callTimeoutMs);
  const { store, signals } = openAdapter(server, { index, callTimeoutMs });
  expect(await store.readStream('s', { direction: 'forwards', maxCount: 1 })).toHaveLength(1);
  await expect(store.readAll({ direction: 'backwards', maxCount: 1 })).rejects.toThrow(StoreUnavailableError);
  expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
});
