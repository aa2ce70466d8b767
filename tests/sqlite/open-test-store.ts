import { openSqliteEventStore, type SqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';

/** Opens a store that throws if the log fails. */
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
