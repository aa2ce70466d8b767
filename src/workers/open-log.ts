import type { Config } from '../config.ts';
import { ALWAYS_CONNECTED, type LogConnectivity, TrackedConnectivity } from '../event-store/connectivity.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import type { EventStoreDbSignal } from '../eventstoredb/eventstoredb-event-store.ts';
import type { SignalSink } from '../observability/signal.ts';
import { lockDataFolder } from '../sqlite/data-folder-lock.ts';
import { openEventIndex } from '../sqlite/id-index.ts';
import { SqliteEventReader } from '../sqlite/log/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../sqlite/log/sqlite-event-store.ts';
import { loadExtensions } from './extensions.ts';

/**
 * Where the log is, in the data folder or on EventStoreDB (the folder then holds the index of ids), and the extensions
 * that define types of its events.
 */
export type LogSettings = Pick<Config, 'dataDir' | 'eventStore' | 'extensions'>;

export interface LogOpening {
  readonly clock: () => Date;
  readonly signal: SignalSink;
  /** Called after appends of this process where readers in other threads do not learn of them by themselves. */
  readonly onAppended: () => void;
  /** Called once, when the log can be written no more. */
  readonly onFailure: (error: Error) => void;
}

export interface OpenedStore {
  readonly store: EventStore;
  readonly connectivity: LogConnectivity;
  /** For people: a folder, or an address without its password. */
  readonly place: string;
  close(): Promise<void>;
}

/** Opens the log for writing, and holds the data folder. Throws DataFolderInUseError, ConnectionStringError. */
export async function openStore(settings: LogSettings, opening: LogOpening): Promise<OpenedStore> {
  const { dataDir, eventStore, extensions } = settings;
  await loadExtensions(extensions);
  if (eventStore !== undefined) return openEventStoreDb(dataDir, eventStore, opening);
  const { clock, onAppended, onFailure } = opening;
  const store = openSqliteEventStore({ dataDir, clock, onAppended, onFailure });
  return { store, connectivity: ALWAYS_CONNECTED, place: dataDir, close: () => store.close() };
}

type EventStoreSettings = NonNullable<Config['eventStore']>;

/** The client of EventStoreDB is loaded by those who use it only: it takes as long as the rest of a start. */
async function openEventStoreDb(
  dataDir: string,
  { connectionString, prefix }: EventStoreSettings,
  { clock, signal }: LogOpening,
): Promise<OpenedStore> {
  const { parseConnectionString } = await import('../eventstoredb/connection/connection-string.ts');
  const { EventStoreDbEventStore } = await import('../eventstoredb/eventstoredb-event-store.ts');
  // Before anything is made: a wrong address leaves nothing behind.
  parseConnectionString(connectionString);
  const lock = lockDataFolder(dataDir);
  const connectivity = new TrackedConnectivity(clock);
  const onSignal = (message: EventStoreDbSignal): void => {
    if (message.kind === 'connected') connectivity.connected();
    else if (message.kind === 'disconnected') connectivity.disconnected();
    signal(message);
  };
  let index: ReturnType<typeof openEventIndex> | undefined;
  try {
    index = openEventIndex(dataDir);
    const store = new EventStoreDbEventStore({ connectionString, prefix, clock, index, onSignal });
    const close = async (): Promise<void> => {
      await store.close();
      index?.close();
      lock.release();
    };
    return { store, connectivity, place: store.place, close };
  } catch (error) {
    index?.close();
    lock.release();
    throw error;
  }
}

export type LogReader = EventReader & {
  /** The log has grown. */
  notify(): void;
  close(): void;
};

/** A log to read only, in any thread or process. Throws what SQLite throws when the folder has none. */
export async function openLogReader({ dataDir, eventStore, extensions }: LogSettings): Promise<LogReader> {
  await loadExtensions(extensions);
  if (eventStore === undefined) return new SqliteEventReader(dataDir);
  const { EventStoreDbEventReader } = await import('../eventstoredb/read/eventstoredb-event-reader.ts');
  return new EventStoreDbEventReader(eventStore);
}
