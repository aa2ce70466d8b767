import { InMemoryEventIndex } from '../../src/event-store/event-index.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { event } from './log-on-wire.ts';

/**
 * A process of its own: appends, closes the store, and has nothing more to do. Of a server that goes away it first waits
 * for the error.
 */
const [, , connectionString = '', server = 'goes'] = process.argv;
const store = new EventStoreDbEventStore({
  connectionString,
  prefix: 'ours-',
  clock: () => new Date(),
  callTimeoutMs: server === 'goes' ? 500 : 60_000,
  index: new InMemoryEventIndex(),
});
const subscription = store.subscribe({ pageSize: 10, signal: new AbortController().signal });
const reading = (async () => {
  for await (const message of subscription) if (message.kind === 'events') process.stdout.write('appended\n');
})();
await store.append('s', 'no-stream', [event('a')]);
while (server === 'goes') {
  const error = await store.append('t', 'any', [event(crypto.randomUUID())]).then(
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
