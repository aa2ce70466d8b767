import { EventStoreDbEventStore } from '../../../src/eventstoredb/eventstoredb-event-store.ts';
import { InMemoryEventIndex } from '../../../src/testing/in-memory/in-memory-event-index.ts';
import { eventWithId } from './open-adapter.ts';

/*
 * Runs as a process of its own: appends, closes the store, and has nothing more to do. With "stops" as second argument
 * it goes on appending until it meets the error of a server that was stopped. With "stays", all timers of the store are
 * far longer than the test may run.
 */
const [, , connectionString = '', server = 'stops'] = process.argv;
const store = new EventStoreDbEventStore({
  connectionString,
  prefix: 'ours-',
  clock: () => new Date(),
  callTimeoutMs: server === 'stops' ? 5_000 : 600_000,
  index: new InMemoryEventIndex(),
});
const subscription = store.subscribe({ pageSize: 10, signal: new AbortController().signal });
const reading = (async () => {
  for await (const message of subscription) if (message.kind === 'events') process.stdout.write('appended\n');
})();
await store.append('s', 'no-stream', [eventWithId('a')]);
while (server === 'stops') {
  const error = await store.append('t', 'any', [eventWithId(crypto.randomUUID())]).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined) {
    process.stdout.write(`${error}\n`);
    break;
  }
}
await store.close();
await reading;
process.stdout.write('closed\n');
