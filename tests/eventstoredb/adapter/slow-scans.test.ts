import { afterEach, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { closeAll, event, openLog, startWireServer, until } from './log-on-wire.ts';

afterEach(closeAll);

const CALL_MS = 300;

/** A server with one event of ours, behind which are so many of others that no call passes over them in its time. */
async function openBusyServer() {
  const server = await startWireServer();
  const { store, index } = openLog(server);
  await store.append('s', 'no-stream', [event('a')]);
  await until(() => index.position);
  for (let number = 0; number < 10; number += 1) server.log.addStrangers();
  server.faults.strangerMs = 20;
  return { server, index };
}

test('an append waits until the index knows the log, and not for the server to look for its end', async () => {
  const { server, index } = await openBusyServer();
  const { store } = openLog(server, { index, callTimeoutMs: CALL_MS });
  await until(() => store.append('t', 'no-stream', [event('b')]).catch(() => undefined));
});

test('a new log is begun there, whether the folder is new or was that of another', async () => {
  const { server, index } = await openBusyServer();
  const fresh = openLog(server, { prefix: 'fresh-', callTimeoutMs: CALL_MS }).store;
  const moved = openLog(server, { prefix: 'moved-', index, callTimeoutMs: CALL_MS });
  for (const store of [fresh, moved.store]) {
    await until(() => store.append('s', 'no-stream', [event('a')]).catch(() => undefined));
  }
  expect(moved.index.find('a')).toEqual({ stream: 's', revision: 0 });
});

test('a search that takes the server too long does not make the log look away', async () => {
  const { server, index } = await openBusyServer();
  const { store, signals } = openLog(server, { index, callTimeoutMs: CALL_MS });
  expect(await store.readStream('s', { direction: 'forwards', maxCount: 1 })).toHaveLength(1);
  await expect(store.readAll({ direction: 'backwards', maxCount: 1 })).rejects.toThrow(StoreUnavailableError);
  expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
});
