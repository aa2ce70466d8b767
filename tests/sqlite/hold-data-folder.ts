import { openSqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';

/** A process of its own: opens the data folder it is given, says so, and holds it until it is killed. */
const [, , dataDir = ''] = process.argv;
try {
  openSqliteEventStore({ dataDir, clock: () => new Date(), onAppended: () => {}, onFailure: () => {} });
  setTimeout(() => {
    gc?.(); // nothing refers to the store any more: the folder stays held none the less
    process.stdout.write('held\n');
  });
  setInterval(() => {}, 1_000);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
  process.exitCode = 1;
}
