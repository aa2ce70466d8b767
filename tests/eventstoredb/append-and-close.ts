import { InMemoryEventIndex } from '../../src/eventstoredb/event-index.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { event } from './log-on-wire.ts';

/** A process of its own: appends, meets a server that has gone, closes the store, and has nothing more to do. */
const [, , connectionString = ''] = process.argv;
const store = new EventStoreDbEventStore({
  connectionString,
  prefix: 'ours-',
  clock: () => new Date(),
  callTimeoutMs: 500,
  index: new InMemoryEventIndex(),
});
const subscription = store.subscribe({ pageSize: 10, signal: new AbortController().signal });
const reading = (async () => {
  for await (const message of subscription) if (message.kind === 'events') process.stdout.write('appended\n');
})();
await store.append('s', 'no-stream', [event('a')]);
for (;;) {
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
