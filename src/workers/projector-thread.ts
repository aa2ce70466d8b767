import { parentPort, workerData } from 'node:worker_threads';
import type { EventReader } from '../event-store/event-store.ts';
import type { ProjectorSignal } from '../projector/projector.ts';
import { ProjectorGroup } from '../projector/projector-group.ts';
import { releaseClosed } from '../sqlite/driver.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections, projectionByName } from './extensions.ts';
import { type LogSettings, openLogReader } from './open-log.ts';
import { type OpenedView, openView, viewsOfAnotherLog } from './open-view.ts';

/**
 * The thread of the projectors: reads the log, writes the views, and tells the main thread how far it is. A part of
 * the composition, like `composition-root.ts`, on the other side of the fence.
 */

export interface ProjectorThreadData {
  readonly log: LogSettings;
}

/** How a projection begins; `version` is that of the definition. */
export type StartedView = Pick<OpenedView, 'file' | 'isCurrent'> & {
  readonly name: string;
  readonly version: number;
};

export type FromProjectorThread =
  | { readonly kind: 'opened'; readonly views: readonly StartedView[] }
  | { readonly kind: 'signals'; readonly signals: readonly ProjectorSignal[] }
  /** The file is kept up to date from now on, in the place of the one before. */
  | { readonly kind: 'activated'; readonly file: ViewFile }
  | { readonly kind: 'not-activated'; readonly file: ViewFile; readonly reason: string }
  /** A file that serves is of no use, as has turned out when the log came back: it is no longer written to. */
  | { readonly kind: 'of-another-log'; readonly file: ViewFile }
  /** Told every `BEAT_MS`: the thread turns. */
  | { readonly kind: 'beat' };

/** `appended`: the log has grown. `stop`: close and end. A file: a built one, to be kept up to date. */
export type ToProjectorThread = 'appended' | 'stop' | ViewFile;

const BEAT_MS = 1_000;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('projector-thread runs as a worker only');
  const { log } = workerData as ProjectorThreadData;
  const reader = await openLogReader(log);
  const compare = reader.comparePositions.bind(reader);
  const folder = new ViewFiles(log.dataDir);
  folder.removeUnfinished();
  const tell = (message: FromProjectorThread): void => port.postMessage(message);

  const stopping = new AbortController();
  const opened = await Promise.all(
    mountedProjections().map((definition) => openView(definition, folder, reader)),
  );
  const writers = new OpenWriters(opened);
  const activate = async (file: ViewFile): Promise<void> => {
    let writer: SqliteTimelineWriter | undefined;
    try {
      writer = new SqliteTimelineWriter(file.path, compare);
      writers.add(writer);
      const replaced = await (await group).replace({ definition: projectionByName(file.name), writer });
      writers.close(replaced?.writer as SqliteTimelineWriter | undefined);
      tell({ kind: 'activated', file });
      setImmediate(releaseClosed);
    } catch (error) {
      // At a stop the file stays, whole as it is, and is taken up at the next start.
      if (stopping.signal.aborted) return;
      writers.close(writer);
      tell({ kind: 'not-activated', file, reason: String(error) });
    }
  };

  port.on('message', (message: ToProjectorThread) => {
    if (message === 'stop') stopping.abort();
    else if (message === 'appended') reader.notify();
    else void activate(message);
  });
  const views = opened.map(({ definition: { name, version }, file, isCurrent }) => {
    return { name, version, file, isCurrent };
  });
  tell({ kind: 'opened', views });
  const group = verifiedGroup(opened, { reader, writers, tell, stopping: stopping.signal });
  const beating = setInterval(() => tell({ kind: 'beat' }), BEAT_MS);
  await (await group).run(stopping.signal);
  clearInterval(beating);
  writers.closeAll();
  reader.close();
  port.close();
}

/** The writers of the thread, each closed once, whoever comes first. */
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

interface GroupParts {
  readonly reader: EventReader;
  readonly writers: OpenWriters;
  readonly tell: (message: FromProjectorThread) => void;
  readonly stopping: AbortSignal;
}

/** The projections whose files are kept up to date, as soon as it is known that they were made from this log. */
async function verifiedGroup(
  opened: readonly OpenedView[],
  { reader, writers, tell, stopping }: GroupParts,
): Promise<ProjectorGroup> {
  const ofAnother = await viewsOfAnotherLog(opened, reader, stopping);
  for (const { file, writer } of ofAnother) {
    writers.close(writer);
    if (file !== undefined) tell({ kind: 'of-another-log', file });
  }
  const running = opened.flatMap((view) => {
    const { definition, writer } = view;
    return writer === undefined || ofAnother.includes(view) ? [] : [{ definition, writer }];
  });
  const signals = gathered((all) => tell({ kind: 'signals', signals: all }));
  return new ProjectorGroup(reader, running, signals);
}

/** Hands on what comes in one turn of the event loop together: each message to another thread wakes it. */
function gathered(send: (signals: readonly ProjectorSignal[]) => void): (signal: ProjectorSignal) => void {
  let waiting: ProjectorSignal[] = [];
  return (signal) => {
    waiting.push(signal);
    if (waiting.length > 1) return;
    setImmediate(() => {
      send(waiting);
      waiting = [];
    });
  };
}

await main();
