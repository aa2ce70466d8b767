import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../projections/index.ts';
import type { EventReader } from '../event-store/event-store.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import type { ProjectorSignal } from '../projector/projector.ts';
import { ProjectorGroup } from '../projector/projector-group.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';
import { releaseClosed } from '../sqlite/driver.ts';
import { SqliteEventReader } from '../sqlite/sqlite-event-reader.ts';
import { SqliteTimelineReader } from '../sqlite/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../sqlite/sqlite-timeline-writer.ts';
import { type ViewFile, ViewsFolder } from '../sqlite/views-folder.ts';
import { mountedDefinition } from './mounted-definition.ts';

/**
 * The thread of the projectors: reads the log, writes the views, and tells the main thread how far it is. A part of
 * the composition, like `composition-root.ts`, on the other side of the fence.
 */

export interface ProjectorThreadData {
  readonly dataDir: string;
}

/** How a projection begins: what there is to read, and whether it is what the definition asks for. */
export interface OpenedView {
  readonly name: string;
  /** Of the definition. */
  readonly version: number;
  /** The file that can be read from now on; undefined when there is none. */
  readonly file: ViewFile | undefined;
  /** True: the file is kept up to date. False: it is of another version, or missing, and has to be built. */
  readonly isCurrent: boolean;
}

export type FromProjectorThread =
  | { readonly kind: 'opened'; readonly views: readonly OpenedView[] }
  | { readonly kind: 'signals'; readonly signals: readonly ProjectorSignal[] }
  /** The file is kept up to date from now on, in the place of the one before. */
  | { readonly kind: 'activated'; readonly file: ViewFile }
  | { readonly kind: 'not-activated'; readonly file: ViewFile; readonly reason: string }
  /** Told every `BEAT_MS`: the thread turns. */
  | { readonly kind: 'beat' };

/** `appended`: the log has grown. `stop`: close and end. A file: a built one, to be kept up to date. */
export type ToProjectorThread = 'appended' | 'stop' | ViewFile;

const BEAT_MS = 1_000;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('projector-thread runs as a worker only');
  const { dataDir } = workerData as ProjectorThreadData;
  const reader = new SqliteEventReader(dataDir);
  const compare = reader.comparePositions.bind(reader);
  const folder = new ViewsFolder(dataDir);
  folder.removeUnfinished();
  const tell = (message: FromProjectorThread): void => port.postMessage(message);

  const stopping = new AbortController();
  const opened = await Promise.all(projections.map((definition) => openView(definition, folder, reader)));
  const writers = new Set<SqliteTimelineWriter>(opened.flatMap(({ writer }) => writer ?? []));
  const running = opened.flatMap(({ definition, writer }) =>
    writer === undefined ? [] : [{ definition, writer }],
  );
  const signals = gathered((all) => tell({ kind: 'signals', signals: all }));
  const group = new ProjectorGroup(reader, running, signals);
  const close = (writer: SqliteTimelineWriter | undefined): void => {
    if (writer !== undefined && writers.delete(writer)) writer.close();
  };
  const activate = async (file: ViewFile): Promise<void> => {
    let writer: SqliteTimelineWriter | undefined;
    try {
      writer = new SqliteTimelineWriter(file.path, compare);
      writers.add(writer);
      const replaced = await group.replace({ definition: mountedDefinition(file.name), writer });
      close(replaced?.writer as SqliteTimelineWriter | undefined);
      tell({ kind: 'activated', file });
      setImmediate(releaseClosed);
    } catch (error) {
      // At a stop the file stays, whole as it is, and is taken up at the next start.
      if (stopping.signal.aborted) return;
      close(writer);
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
  const beating = setInterval(() => tell({ kind: 'beat' }), BEAT_MS);
  await group.run(stopping.signal);
  clearInterval(beating);
  for (const writer of writers) writer.close();
  reader.close();
  port.close();
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

type Opened = Omit<OpenedView, 'name' | 'version'> & {
  readonly definition: TimelineDefinition;
  readonly writer: SqliteTimelineWriter | undefined;
};

/**
 * Opens the newest file of the definition's version that can be read and was made from this log. Where there is none,
 * one has to be built; a file of another version serves until then. A log without events needs no building.
 */
async function openView(
  definition: TimelineDefinition,
  folder: ViewsFolder,
  reader: EventReader,
): Promise<Opened> {
  const compare = reader.comparePositions.bind(reader);
  for (const file of folder.files(definition)) {
    const isCurrent = file.version === definition.version;
    const opened = isCurrent ? openWriter(file, compare) : openReader(file, compare);
    const checkpoint = opened?.checkpoint();
    const isUsable = checkpoint !== undefined && (await isOfLog(checkpoint, reader));
    if (isUsable && opened instanceof SqliteTimelineWriter) {
      folder.removeOthers(file);
      return { definition, file, isCurrent, writer: opened };
    }
    opened?.close();
    if (isUsable) return { definition, file, isCurrent, writer: undefined };
    if (isCurrent) folder.remove(file.path);
  }
  const [first] = await reader.readAll({ direction: 'forwards', maxCount: 1 });
  if (first !== undefined) return { definition, file: undefined, isCurrent: false, writer: undefined };
  const file = folder.nextFile(definition);
  const writer = new SqliteTimelineWriter(file.path, compare);
  folder.removeOthers(file);
  return { definition, file, isCurrent: true, writer };
}

type Compare = EventReader['comparePositions'];

function openWriter(file: ViewFile, compare: Compare): SqliteTimelineWriter | undefined {
  try {
    return new SqliteTimelineWriter(file.path, compare);
  } catch {
    return undefined;
  }
}

function openReader({ name, version, path }: ViewFile, compare: Compare): SqliteTimelineReader | undefined {
  try {
    return new SqliteTimelineReader(path, `${name}@${version}`, compare);
  } catch {
    return undefined;
  }
}

async function isOfLog({ eventId, position }: Checkpoint, reader: EventReader): Promise<boolean> {
  return (await reader.readEvent(eventId))?.position === position;
}

await main();
