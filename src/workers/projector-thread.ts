import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { RemovedRecord } from '../event-store/removals.ts';
import type { Projection } from '../projector/projector.ts';
import { type GroupSignal, ProjectorGroup } from '../projector/projector-group.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';
import { releaseClosedFiles } from '../sqlite/driver.ts';
import { SqliteViewFile } from '../sqlite/views/sqlite-view-file.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections } from './extensions.ts';
import { type LogReader, type LogSettings, openLogReader } from './open-log.ts';
import { type OpenedView, openView, viewsOfAnotherLog } from './open-view.ts';
import { type ViewGroup, viewGroupOf, viewGroups } from './view-groups.ts';

/*
 * The thread of the projectors: reads the log, writes the views, and reports its progress to the main thread. Like
 * `server.ts` on the main thread, it composes the rooms.
 */

export interface ProjectorThreadData {
  readonly log: LogSettings;
  /** A port of the store, if readers get new events from it. */
  readonly liveEvents: MessagePort | undefined;
  readonly removed: readonly RemovedRecord[];
}

/** A view file when the projectors start. */
export interface StartedView {
  /** The name of the view group. */
  readonly name: string;
  /** Undefined if there is none that can be served. */
  readonly file: ViewFile | undefined;
  /** Whether the projectors keep it up to date. Otherwise a new one has to be built. */
  readonly isCurrent: boolean;
}

export type ProjectorThreadMessage =
  | { readonly kind: 'opened'; readonly views: readonly StartedView[] }
  | { readonly kind: 'signals'; readonly signals: readonly GroupSignal[] }
  /** The file replaces the previous one and is kept up to date from now on. */
  | { readonly kind: 'activated'; readonly file: ViewFile }
  | { readonly kind: 'not-activated'; readonly file: ViewFile; readonly reason: string }
  /**
   * The log became available, and does not have the last event of a served file at its place. The file is no longer
   * written.
   */
  | { readonly kind: 'view-of-another-log'; readonly file: ViewFile; readonly checkpoint: Checkpoint }
  | { readonly kind: 'heartbeat' };

export type ProjectorThreadCommand =
  /** The log has grown. */
  | { readonly kind: 'appended' }
  /** Other events are removed from the log than before. Files that are activated afterwards are made without them. */
  | { readonly kind: 'removed'; readonly records: readonly RemovedRecord[] }
  /** Close the views and end. */
  | { readonly kind: 'stop' }
  /** Keep a built file up to date from now on, in place of the previous one. */
  | { readonly kind: 'activate'; readonly file: ViewFile };

const HEARTBEAT_INTERVAL_MS = 1_000;

interface ThreadContext {
  readonly reader: LogReader;
  readonly openFiles: OpenFiles;
  readonly send: (message: ProjectorThreadMessage) => void;
  readonly stopping: AbortSignal;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('projector-thread.ts must run as a worker thread');
  const { log, liveEvents, removed } = workerData as ProjectorThreadData;
  const reader = await openLogReader(log, { liveEvents, removed });
  const openFiles = new OpenFiles();
  const send = (message: ProjectorThreadMessage): void => port.postMessage(message);
  const stopping = new AbortController();
  const context = { reader, openFiles, send, stopping: stopping.signal };
  const { group } = await openGroup(new ViewFiles(log.dataDir), context);
  port.on('message', (command: ProjectorThreadCommand) => {
    if (command.kind === 'stop') stopping.abort();
    else if (command.kind === 'appended') reader.notify();
    else if (command.kind === 'removed') reader.setRemoved(command.records);
    else void activate(command.file, group, context);
  });
  const heartbeat = setInterval(() => send({ kind: 'heartbeat' }), HEARTBEAT_INTERVAL_MS);
  await (await group).run(stopping.signal);
  clearInterval(heartbeat);
  openFiles.closeAll();
  reader.close();
  port.close();
}

/**
 * Opens the views and reports them. The group follows when they are verified. No variable of `main` has the views,
 * because it would keep them from being garbage-collected, and so the files open that are replaced (`Database.close`).
 */
async function openGroup(
  viewFiles: ViewFiles,
  context: ThreadContext,
): Promise<{ readonly group: Promise<ProjectorGroup> }> {
  const { reader, openFiles, send } = context;
  viewFiles.removeUnreadable();
  const groups = viewGroups(mountedProjections());
  const views = await Promise.all(groups.map((group) => openView(group, viewFiles, reader)));
  for (const { group, current } of views)
    if (current !== undefined) openFiles.addRunning(group.name, current);
  send({ kind: 'opened', views: views.map(startedView) });
  return { group: verifiedGroup(views, context) };
}

function startedView({ group: { name }, file, current }: OpenedView): StartedView {
  return { name, file, isCurrent: current !== undefined };
}

/** Replaces the projections of the same names by those of a built file, and reports whether that succeeded. */
async function activate(
  file: ViewFile,
  group: Promise<ProjectorGroup>,
  { reader, openFiles, send, stopping }: ThreadContext,
): Promise<void> {
  let view: SqliteViewFile | undefined;
  try {
    const viewGroup = viewGroupOf(file.name, viewGroups(mountedProjections()));
    view = new SqliteViewFile(file.path, viewGroup.definitions, reader.comparePositions.bind(reader));
    openFiles.add(view);
    if (view.removals !== reader.removalsDigest())
      throw new Error('Something was removed from the log meanwhile');
    await (await group).replace(projectionsOf(viewGroup, view));
    openFiles.replace(file.name, view);
    send({ kind: 'activated', file });
    setImmediate(releaseClosedFiles);
  } catch (error) {
    // When the server stops, the complete file stays in the folder. The next start uses it.
    if (stopping.aborted) return;
    openFiles.close(view);
    send({ kind: 'not-activated', file, reason: String(error) });
  }
}

function projectionsOf({ definitions }: ViewGroup, view: SqliteViewFile): readonly Projection[] {
  return definitions.map((definition) => ({ definition, writer: view.writer(definition.name) }));
}

/** The files that the thread has open for writing. Each is closed once, by whichever caller comes first. */
class OpenFiles {
  readonly #open = new Set<SqliteViewFile>();
  /** Name of the view group → the file whose projections run. */
  readonly #running = new Map<string, SqliteViewFile>();

  add(view: SqliteViewFile): void {
    this.#open.add(view);
  }

  addRunning(name: string, view: SqliteViewFile): void {
    this.add(view);
    this.#running.set(name, view);
  }

  /** Closes the file that another one has replaced. */
  replace(name: string, view: SqliteViewFile): void {
    this.close(this.#running.get(name));
    this.#running.set(name, view);
  }

  close(view: SqliteViewFile | undefined): void {
    if (view !== undefined && this.#open.delete(view)) view.close();
  }

  closeAll(): void {
    for (const view of this.#open) this.close(view);
  }
}

/** Groups the projections that have a current file, as soon as the files are known to be made from this log. */
async function verifiedGroup(
  views: readonly OpenedView[],
  { reader, openFiles, send, stopping }: ThreadContext,
): Promise<ProjectorGroup> {
  const foreign = await viewsOfAnotherLog(views, reader, stopping);
  for (const { file, current, unverified: checkpoint } of foreign) {
    openFiles.close(current);
    if (file !== undefined && checkpoint !== undefined)
      send({ kind: 'view-of-another-log', file, checkpoint });
  }
  const projections = views.flatMap((view) => {
    const { group, current } = view;
    return current === undefined || foreign.includes(view) ? [] : projectionsOf(group, current);
  });
  return new ProjectorGroup(
    reader,
    projections,
    batched((signals) => send({ kind: 'signals', signals })),
  );
}

/** Sends the signals of one turn of the event loop together, because each message wakes the other thread. */
function batched(send: (signals: readonly GroupSignal[]) => void): (signal: GroupSignal) => void {
  let batch: GroupSignal[] = [];
  return (signal) => {
    batch.push(signal);
    if (batch.length > 1) return;
    setImmediate(() => {
      send(batch);
      batch = [];
    });
  };
}

await main();
