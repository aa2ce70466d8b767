import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EventReader } from '../event-store/event-store.ts';
import type { ProjectorSignal } from '../projector/projector.ts';
import { ProjectorGroup } from '../projector/projector-group.ts';
import { releaseClosedFiles } from '../sqlite/driver.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections, projectionByName } from './extensions.ts';
import { type LogSettings, openLogReader } from './open-log.ts';
import { type OpenedView, openView, viewsOfAnotherLog } from './open-view.ts';

/*
 * The thread of the projectors: reads the log, writes the views, and reports its progress to the main thread. Like
 * `server.ts` on the main thread, it composes the rooms.
 */

export interface ProjectorThreadData {
  readonly log: LogSettings;
  /** A port of the store, if readers get new events from it. */
  readonly liveEvents: MessagePort | undefined;
}

/** The state in which a projection starts; `version` is that of the definition. */
export type StartedView = Pick<OpenedView, 'file' | 'isCurrent'> & {
  readonly name: string;
  readonly version: number;
};

export type ProjectorThreadMessage =
  | { readonly kind: 'opened'; readonly views: readonly StartedView[] }
  | { readonly kind: 'signals'; readonly signals: readonly ProjectorSignal[] }
  /** The file replaces the previous one and is kept up to date from now on. */
  | { readonly kind: 'activated'; readonly file: ViewFile }
  | { readonly kind: 'not-activated'; readonly file: ViewFile; readonly reason: string }
  /** A served file turned out to be made from another log when the log became available. It is no longer written. */
  | { readonly kind: 'view-of-another-log'; readonly file: ViewFile }
  | { readonly kind: 'heartbeat' };

export type ProjectorThreadCommand =
  /** The log has grown. */
  | { readonly kind: 'appended' }
  /** Close the views and end. */
  | { readonly kind: 'stop' }
  /** Keep a built file up to date from now on, in place of the previous one. */
  | { readonly kind: 'activate'; readonly file: ViewFile };

const HEARTBEAT_INTERVAL_MS = 1_000;

interface ThreadContext {
  readonly reader: EventReader;
  readonly writers: OpenWriters;
  readonly send: (message: ProjectorThreadMessage) => void;
  readonly stopping: AbortSignal;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('projector-thread.ts must run as a worker thread');
  const { log, liveEvents } = workerData as ProjectorThreadData;
  const reader = await openLogReader(log, liveEvents);
  const viewFiles = new ViewFiles(log.dataDir);
  viewFiles.removeUnfinished();
  const views = await Promise.all(
    mountedProjections().map((definition) => openView(definition, viewFiles, reader)),
  );
  const writers = new OpenWriters(views);
  const send = (message: ProjectorThreadMessage): void => port.postMessage(message);
  const stopping = new AbortController();
  const context = { reader, writers, send, stopping: stopping.signal };

  send({ kind: 'opened', views: views.map(startedView) });
  const group = verifiedGroup(views, context);
  port.on('message', (command: ProjectorThreadCommand) => {
    if (command.kind === 'stop') stopping.abort();
    else if (command.kind === 'appended') reader.notify();
    else void activate(command.file, group, context);
  });
  const heartbeat = setInterval(() => send({ kind: 'heartbeat' }), HEARTBEAT_INTERVAL_MS);
  await (await group).run(stopping.signal);
  clearInterval(heartbeat);
  writers.closeAll();
  reader.close();
  port.close();
}

function startedView({ definition: { name, version }, file, isCurrent }: OpenedView): StartedView {
  return { name, version, file, isCurrent };
}

/** Replaces the projection of the same name by a built file, and reports whether that succeeded. */
async function activate(
  file: ViewFile,
  group: Promise<ProjectorGroup>,
  { reader, writers, send, stopping }: ThreadContext,
): Promise<void> {
  let writer: SqliteTimelineWriter | undefined;
  try {
    writer = new SqliteTimelineWriter(file.path, reader.comparePositions.bind(reader));
    writers.add(writer);
    const replaced = await (await group).replace({ definition: projectionByName(file.name), writer });
    writers.close(replaced?.writer as SqliteTimelineWriter | undefined);
    send({ kind: 'activated', file });
    setImmediate(releaseClosedFiles);
  } catch (error) {
    // When the server stops, the complete file stays in the folder. The next start uses it.
    if (stopping.aborted) return;
    writers.close(writer);
    send({ kind: 'not-activated', file, reason: String(error) });
  }
}

/** The open writers of the thread. Each is closed once, by whichever caller comes first. */
class OpenWriters {
  readonly #open: Set<SqliteTimelineWriter>;

  constructor(views: readonly OpenedView[]) {
    this.#open = new Set(views.flatMap(({ writer }) => writer ?? []));
  }

  add(writer: SqliteTimelineWriter): void {
    this.#open.add(writer);
  }

  close(writer: SqliteTimelineWriter | undefined): void {
    if (writer !== undefined && this.#open.delete(writer)) writer.close();
  }

  closeAll(): void {
    for (const writer of this.#open) this.close(writer);
  }
}

/** Groups the projections that have a current file, as soon as the files are known to be made from this log. */
async function verifiedGroup(
  views: readonly OpenedView[],
  { reader, writers, send, stopping }: ThreadContext,
): Promise<ProjectorGroup> {
  const foreign = await viewsOfAnotherLog(views, reader, stopping);
  for (const { file, writer } of foreign) {
    writers.close(writer);
    if (file !== undefined) send({ kind: 'view-of-another-log', file });
  }
  const projections = views.flatMap((view) => {
    const { definition, writer } = view;
    return writer === undefined || foreign.includes(view) ? [] : [{ definition, writer }];
  });
  return new ProjectorGroup(
    reader,
    projections,
    batched((signals) => send({ kind: 'signals', signals })),
  );
}

/** Sends the signals of one turn of the event loop together, because each message wakes the other thread. */
function batched(send: (signals: readonly ProjectorSignal[]) => void): (signal: ProjectorSignal) => void {
  let batch: ProjectorSignal[] = [];
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
