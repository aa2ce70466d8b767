import { parentPort, workerData } from 'node:worker_threads';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';

/*
 * The program of a worker thread: subscribes to the log and posts event ids and "caught-up" until it receives "stop".
 */
const reader = new SqliteEventReader(workerData.dataDir);
const stopping = new AbortController();
parentPort?.on('message', (message) => {
  if (message === 'appended') reader.notify();
  else stopping.abort();
});
for await (const message of reader.subscribe({ pageSize: 10, signal: stopping.signal })) {
  if (message.kind === 'caught-up') parentPort?.postMessage('caught-up');
  else for (const { id } of message.events) parentPort?.postMessage(id);
}
reader.close();
parentPort?.close();
