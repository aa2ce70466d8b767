import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../projections/index.ts';
import type { EventReader } from './event-store/event-store.ts';
import type { TimelineDefinition } from './projector/define-timeline.ts';
import { type Projection, Projector, type ProjectorSignal } from './projector/projector.ts';
import { SqliteEventReader } from './sqlite/sqlite-event-reader.ts';
import { SqliteTimelineWriter } from './sqlite/sqlite-timeline-writer.ts';
import { ViewsFolder } from './sqlite/views-folder.ts';

/**
 * The thread of the projectors: reads the log, writes the views, and tells the main thread how far it is. A part of
 * the composition, like `composition-root.ts`, on the other side of the fence.
 */

export interface ProjectorThreadData {
  readonly dataDir: string;
}

/** A file of timelines that the main thread can read from now on. */
export interface OpenedView {
  readonly name: string;
  readonly version: number;
  readonly file: string;
}

export type FromProjectorThread =
  | { readonly kind: 'opened'; readonly views: readonly OpenedView[] }
  | { readonly kind: 'signals'; readonly signals: readonly ProjectorSignal[] };

/** `appended`: the log has grown. `stop`: close and end. */
export type ToProjectorThread = 'appended' | 'stop';

interface OpenedProjection extends Projection {
  readonly file: string;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('projector-thread runs as a worker only');
  const { dataDir } = workerData as ProjectorThreadData;
  const reader = new SqliteEventReader(dataDir);
  const stopping = new AbortController();
  port.on('message', (message: ToProjectorThread) => {
    if (message === 'stop') stopping.abort();
    else reader.notify();
  });
  const folder = new ViewsFolder(dataDir);
  const opened = await Promise.all(
    projections.map((definition) => openProjection(definition, folder, reader)),
  );
  const tell = (message: FromProjectorThread): void => port.postMessage(message);
  tell({
    kind: 'opened',
    views: opened.map(({ definition: { name, version }, file }) => ({ name, version, file })),
  });
  const signals = gathered((all) => tell({ kind: 'signals', signals: all }));
  await new Projector(reader, opened, signals).run(stopping.signal);
  for (const { writer } of opened) writer.close();
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

/** Opens the projection's file; one that cannot be read, or was made from another log, gives way to a new one. */
async function openProjection(
  definition: TimelineDefinition,
  folder: ViewsFolder,
  reader: EventReader,
): Promise<OpenedProjection> {
  const compare = reader.comparePositions.bind(reader);
  let file = folder.file(definition);
  let writer = openWriter(file, compare);
  if (writer === undefined || !(await belongsToLog(writer, reader))) {
    writer?.close();
    file = folder.nextFile(definition);
    writer = new SqliteTimelineWriter(file, compare);
  }
  folder.removeOthers(definition, file);
  return { definition, writer, file };
}

function openWriter(
  file: string,
  compare: EventReader['comparePositions'],
): SqliteTimelineWriter | undefined {
  try {
    return new SqliteTimelineWriter(file, compare);
  } catch {
    return undefined;
  }
}

async function belongsToLog(writer: SqliteTimelineWriter, reader: EventReader): Promise<boolean> {
  const checkpoint = writer.checkpoint();
  if (checkpoint === undefined) return true;
  const event = await reader.readEvent(checkpoint.eventId);
  return event?.position === checkpoint.position;
}

await main();
