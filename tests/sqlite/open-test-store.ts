import { openSqliteEventStore, type SqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';

/** A store that nothing is expected to go wrong with. */
export function openTestStore(dataDir: string, clock: () => Date = () => new Date()): SqliteEventStore {
  return openSqliteEventStore({
    dataDir,
    clock,
    onAppended: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
}
