import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config.ts';
import { ALWAYS_CONNECTED, type LogConnectivity, TrackedConnectivity } from '../event-store/connectivity.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import type { RedactableLog } from '../event-store/redaction.ts';
import {
  type LogRemovals,
  NO_REMOVALS,
  RemovedEvents,
  type RemovedRecord,
  removalsDigest,
  renumbered,
  withoutRemoved,
} from '../event-store/removals.ts';
import type { LogSource, RetryPolicy } from '../event-store/retry.ts';
import type { EventStoreDbSignal } from '../eventstoredb/eventstoredb-event-store.ts';
import type { SignalSink } from '../observability/signal.ts';
import { lockDataFolder } from '../sqlite/data-folder-lock.ts';
import { openEventIndex } from '../sqlite/id-index.ts';
import { SqliteEventReader } from '../sqlite/log/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../sqlite/log/sqlite-event-store.ts';
import { loadExtensions } from './extensions.ts';

/**
 * Where the log is, and the extensions that define types of its events. The log is in the data folder or on
 * EventStoreDB; in the latter case the folder has the id index.
 */
export type LogSettings = Pick<Config, 'dataDir' | 'eventStore' | 'extensions'>;

export interface StoreDependencies {
  readonly clock: () => Date;
  readonly signal: SignalSink;
  /** Called after this process has appended, if readers in other threads do not notice new events by themselves. */
  readonly onAppended: () => void;
  /** Called once, when the log can no longer be written. */
  readonly onFailure: (error: Error) => void;
}

export interface OpenedStore {
  readonly store: EventStore;
  /** Reads events that were removed on the server as well, as long as the server returns them. */
  readonly everything: EventReader;
  readonly removals: LogRemovals;
  /** Undefined if the log cannot be rewritten. */
  readonly redactable: RedactableLog | undefined;
  readonly connectivity: LogConnectivity;
  /** The location of the log for display: a folder, or a URL without its password. */
  readonly location: string;
  /** Opens a port for `openLogReader` in another thread, if readers get new events from the store. */
  readonly openLiveEvents?: () => MessagePort;
  close(): Promise<void>;
}

/** Opens the log for writing and locks the data folder. Throws DataFolderInUseError or ConnectionStringError. */
export async function openStore(
  settings: LogSettings,
  dependencies: StoreDependencies,
): Promise<OpenedStore> {
  const { dataDir, eventStore, extensions } = settings;
  await loadExtensions(extensions);
  if (eventStore !== undefined) return openEventStoreDb(dataDir, eventStore, dependencies);
  const { clock, onAppended, onFailure } = dependencies;
  const store = openSqliteEventStore({ dataDir, clock, onAppended, onFailure });
  return {
    store,
    everything: store,
    removals: NO_REMOVALS,
    redactable: store,
    connectivity: ALWAYS_CONNECTED,
    location: dataDir,
    close: () => store.close(),
  };
}

type EventStoreSettings = NonNullable<Config['eventStore']>;

/** Imports the EventStoreDB client only if it is used: loading it takes as long as the rest of the start. */
async function openEventStoreDb(
  dataDir: string,
  { connectionString, prefix }: EventStoreSettings,
  { clock, signal }: StoreDependencies,
): Promise<OpenedStore> {
  const { parseConnectionString } = await import('../eventstoredb/connection/connection-string.ts');
  const { EventStoreDbEventStore } = await import('../eventstoredb/eventstoredb-event-store.ts');
  // Validates before the data folder is created, so a wrong URL leaves nothing behind.
  parseConnectionString(connectionString);
  const lock = lockDataFolder(dataDir);
  const connectivity = new TrackedConnectivity(clock);
  const onSignal = (message: EventStoreDbSignal): void => {
    if (message.kind === 'connected') connectivity.connected();
    else if (message.kind === 'disconnected') connectivity.disconnected(message.reason);
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
    const openLiveEvents = () => store.openLiveEvents();
    const { everything, removals, location } = store;
    const shared = { store, everything, removals, connectivity, location };
    return { ...shared, redactable: undefined, openLiveEvents, close };
  } catch (error) {
    index?.close();
    lock.release();
    throw error;
  }
}

export type LogReader = EventReader & {
  /** Wakes subscriptions at the end of the log after it has grown. */
  notify(): void;
  /**
   * Returns a signed 32-bit number that differs if other events, or other content, are removed from the log: 0 if none
   * is.
   */
  removalsDigest(): number;
  /** Leaves out other events than before. */
  setRemoved(records: readonly RemovedRecord[]): void;
  close(): void;
};

export interface LogReaderOptions {
  /** A port of the store that the process has open. */
  readonly liveEvents?: MessagePort | undefined;
  /** Their removed events are left out. */
  readonly removed?: readonly RemovedRecord[];
}

/** Opens the log for reading, in any thread or process. Throws SQLite's error if the folder has no log. */
export async function openLogReader(
  { dataDir, eventStore, extensions }: LogSettings,
  { liveEvents, removed = [] }: LogReaderOptions = {},
): Promise<LogReader> {
  await loadExtensions(extensions);
  if (eventStore === undefined) {
    const reader = new SqliteEventReader(dataDir);
    return Object.assign(reader, { setRemoved: () => {}, removalsDigest: () => reader.redactionDigest() });
  }
  const { EventStoreDbEventReader } = await import('../eventstoredb/read/eventstoredb-event-reader.ts');
  const reader = new EventStoreDbEventReader({ ...eventStore, liveEvents });
  const events = new RemovedEvents(removed);
  let digest = removalsDigest(removed);
  return {
    ...withoutRemoved(reader, events),
    notify: () => reader.notify(),
    removalsDigest: () => digest,
    setRemoved: (records) => {
      events.replace(records);
      digest = removalsDigest(records);
    },
    close: () => reader.close(),
  };
}

/** What a command needs that reads the whole log. */
export type LogToCopy = LogSource & Pick<EventReader, 'parsePosition'> & { close(): void };

/**
 * Opens the log without the events that are removed by now. The events that are left of a record count from revision 0,
 * as if the removed ones had never been recorded: only so can another log take them.
 */
export async function openLogToCopy(settings: LogSettings, retry: RetryPolicy): Promise<LogToCopy> {
  if (settings.eventStore === undefined) return openLogReader(settings);
  const { readRemovals } = await import('../eventstoredb/read/read-removals.ts');
  const removed = await readRemovals(settings.eventStore, retry);
  const reader = await openLogReader(settings, { removed });
  return { ...reader, ...renumbered(reader, removed) };
}
