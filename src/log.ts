import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AccessStore } from './access/access-store.ts';
import { createRecorder, type Recorder } from './append/recorder.ts';
import type { Config } from './config.ts';
import type { EventLookup } from './event-store/event-store.ts';
import { LogHistoryError } from './integrity/check-history.ts';
import { CheckpointFile } from './integrity/log-files.ts';
import type { SignalSink } from './observability/signal.ts';
import type { Checkpoint } from './projector/timeline-store.ts';
import { SqliteAccessStore } from './sqlite/access-store.ts';
import { LogFileError } from './sqlite/log/log-backup.ts';
import { hasLog, hasWal } from './sqlite/log/log-inspection.ts';
import { SqliteEventReader } from './sqlite/log/sqlite-event-reader.ts';
import { newestCheckpoint } from './sqlite/views/newest-checkpoint.ts';
import { ViewFiles } from './sqlite/views/view-files.ts';
import { loadExtensions, mountedProjections } from './workers/extensions.ts';
import { differenceFromKnown, mismatchError } from './workers/known-log.ts';
import {
  type LogSettings,
  type OpenedStore,
  openLogReader,
  openStore,
  type StoreDependencies,
} from './workers/open-log.ts';
import { type RebuildRun, RebuildScheduler } from './workers/rebuild-scheduler.ts';
import { viewGroupOf, viewGroups } from './workers/view-groups.ts';

/** An open log and the recorder that appends to it. The data folder is locked for this process. */
export interface OpenLog extends OpenedStore {
  readonly recorder: Recorder;
  /** Settles when the log can no longer be written. The process must stop then. */
  readonly failed: Promise<Error>;
}

/**
 * Opens the log without projectors and HTTP.
 *
 * @param onAppended called after each append of this process
 * @throws DataFolderInUseError if another process has the data folder open
 * @throws ConnectionStringError if the URL of the server is invalid
 * @throws LogMismatchError if the timelines of the folder were made from another log, unless it is accepted
 */
export async function openLog(
  config: Config,
  signal: SignalSink,
  onAppended = (): void => {},
): Promise<OpenLog> {
  let reportFailure: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    reportFailure = resolve;
  });
  const onFailure = (error: Error): void => {
    signal({ kind: 'log-failed', error });
    reportFailure(error);
  };
  const opened = await openKnownStore(config, signal, { onAppended, onFailure });
  signal({ kind: 'log-opened', place: opened.location });
  return { ...opened, recorder: createRecorder(opened.store), failed };
}

/** A log in which events are looked up, and to which nothing is appended. */
export interface OpenLookup {
  readonly store: Pick<EventLookup, 'readAll' | 'readStream' | 'readEvent'>;
  close(): Promise<void>;
}

/**
 * Opens the log to look events up. A server may have it open if it is in the data folder. A folder without a log stays
 * as it is, and has no events.
 */
export async function openLookup(config: Config, signal: SignalSink): Promise<OpenLookup> {
  const { dataDir, eventStore, extensions } = config;
  if (eventStore !== undefined) return openLog(config, signal);
  await loadExtensions(extensions);
  if (!hasLog(dataDir)) return { store: NO_EVENTS, close: async () => {} };
  const store = new SqliteEventReader(dataDir);
  return { store, close: async () => store.close() };
}

const NO_EVENTS: OpenLookup['store'] = {
  readAll: async () => [],
  readStream: async () => [],
  readEvent: async () => undefined,
};

/** A log that lacks what the timelines know was lost or swapped. It is no new beginning, so nothing is created. */
async function openKnownStore(
  config: Config,
  signal: SignalSink,
  callbacks: Pick<StoreDependencies, 'onAppended' | 'onFailure'>,
): Promise<OpenedStore> {
  const { dataDir, eventStore, acceptLog } = config;
  const known = newestCheckpoint(dataDir);
  if (eventStore === undefined && !hasLog(dataDir)) {
    requireNoWal(dataDir);
    if (!acceptLog) requireNothingKnown(dataDir, known);
  }
  const opened = await openStore(config, { clock, signal, ...callbacks });
  if (known === undefined) return opened;
  try {
    const difference = await differenceFromKnown(opened.store, known);
    if (difference === undefined) return opened;
    const error = mismatchError(opened.location, difference, known);
    if (!acceptLog) throw error;
    signal({ kind: 'log-accepted', reason: error.message });
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Throws if the log is missing, but not the events that were to be moved into it. Nobody may accept their loss. */
function requireNoWal(dataDir: string): void {
  if (!hasWal(dataDir)) return;
  throw new LogFileError(
    `${dataDir} has no log.db, but the log.db-wal that belongs to it. A new log would delete it and the events in ` +
      'it, so nothing was changed. Put log.db back beside it, or move it away.',
  );
}

/** Throws if a data folder without a log had one. */
function requireNothingKnown(dataDir: string, known: Checkpoint | undefined): void {
  if (known !== undefined) throw mismatchError(dataDir, 'it is missing', known);
  const isSigned = new CheckpointFile(dataDir).read() !== undefined;
  if (isSigned) throw new LogHistoryError({ kind: 'missing' }, `The log in ${dataDir}`);
}

export { LogHistoryError } from './integrity/check-history.ts';
export { inspectAuditLog } from './sqlite/audit/audit-inspection.ts';
export { auditPath } from './sqlite/audit/audit-schema.ts';
export { recordCommand } from './sqlite/audit/command-entry.ts';
export { AuditFileError } from './sqlite/audit/open-audit-log.ts';
export { SqliteAuditStore } from './sqlite/audit/sqlite-audit-store.ts';
export { DataFolderInUseError } from './sqlite/data-folder-lock.ts';
export { collectGarbage, sqliteTrouble } from './sqlite/driver.ts';
export { backUpLog, LogFileError, restoreLog } from './sqlite/log/log-backup.ts';
export { MissingTriggerError } from './sqlite/log/log-writer.ts';
export { FileVersionError } from './sqlite/migrations.ts';
export {
  ExtensionError,
  loadExtensions,
  mountedProjections,
  projectionByName,
} from './workers/extensions.ts';
export { LogMismatchError } from './workers/known-log.ts';
export { openLogReader, openLogToCopy } from './workers/open-log.ts';

/** Rebuilds of the timelines in a data folder that no server has open. */
export interface OfflineRebuilds {
  /** Number of events in the log. Null if the store cannot count them. */
  readonly total: number | null;
  /**
   * Rebuilds a projection, in one pass over the log with others that are requested together. Projections of the same
   * view file are rebuilt together. The existing file is replaced only if the outcome is `built`.
   */
  run(projection: string, onProgress: (events: number) => void): RebuildRun;
  close(): Promise<void>;
}

/**
 * Locks the data folder for rebuilds.
 *
 * @throws DataFolderInUseError if another process has the data folder open
 * @throws the error of SQLite if the folder has no log
 */
export async function openOfflineRebuilds(config: Config, signal: SignalSink): Promise<OfflineRebuilds> {
  // A reader never creates a log, so this fails if there is none.
  (await openLogReader(config)).close();
  const log = await openLog(config, signal);
  const viewFiles = new ViewFiles(config.dataDir);
  viewFiles.removeUnreadable();
  const scheduler = new RebuildScheduler(logSettings(config), log.removals);
  const groups = viewGroups(mountedProjections());
  const runs = new Map<string, RebuildRun>();
  const progressed = new EventEmitter<Record<string, [events: number]>>();
  return {
    total: (await log.store.countAfter()) ?? null,
    run: (projection, onProgress) => {
      const { name: view } = viewGroupOf(projection, groups);
      progressed.on(view, onProgress);
      const known = runs.get(view);
      if (known !== undefined) return known;
      const listener = { started: () => {}, progressed: (events: number) => progressed.emit(view, events) };
      const run = scheduler.run({ view, acceptPartial: false }, listener);
      const outcome = run.outcome.then((ended) => {
        if (ended.kind === 'built') viewFiles.removeOthers(ended.file);
        return ended;
      });
      runs.set(view, { ...run, outcome });
      return { ...run, outcome };
    },
    close: () => log.close(),
  };
}

/** Opens the keys, which servers may have open as well. The folder is created if it does not exist. */
export function openKeys({ accessFile }: Config): AccessStore {
  mkdirSync(dirname(accessFile), { recursive: true, mode: 0o700 });
  return new SqliteAccessStore(accessFile);
}

/** True as soon as a key was made. Creates no file. */
export function hasKeys(config: Config): boolean {
  if (!existsSync(config.accessFile)) return false;
  const keys = openKeys(config);
  try {
    return keys.hasKeys();
  } finally {
    keys.close();
  }
}

/** Returns the part of the settings that worker threads need. */
export function logSettings({ dataDir, eventStore, extensions }: Config): LogSettings {
  return { dataDir, eventStore, extensions };
}

export const clock = (): Date => new Date();
