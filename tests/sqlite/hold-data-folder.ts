import { openSqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';

/* The program of a child process: locks the data folder, reports that, and keeps running until it is killed. */
const [, , dataDir = ''] = process.argv;
try {
  openSqliteEventStore({ dataDir, clock: () => new Date(), onAppended: () => {}, onFailure: () => {} });
  setTimeout(() => {
    gc?.(); // The store is no longer referenced, but the folder must stay locked.
    process.stdout.write('locked\n');
  });
  setInterval(() => {}, 1_000);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
  process.exitCode = 1;
}
