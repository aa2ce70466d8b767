import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ProjectionName } from '../projections/index.ts';
import type { EventReader } from './event-store/event-store.ts';
import type { Signal, SignalSink } from './observability/signal.ts';
import { ProjectionProgress } from './projector/projection-progress.ts';
import type { ProjectorSignal } from './projector/projector.ts';
import type {
  FromProjectorThread,
  OpenedView,
  ProjectorThreadData,
  ToProjectorThread,
} from './projector-thread.ts';
import { SqliteTimelineReader } from './sqlite/sqlite-timeline-reader.ts';

/** Under load, this many milliseconds of appends share a page and its commits; an append by itself is taken at once. */
const WAKE_INTERVAL_MS = 5;

/** The projectors in their thread, as the main thread sees them. */
export interface ProjectorHost {
  readonly timelines: Readonly<Record<ProjectionName, ProjectionProgress>>;
  /** Tells the projectors that the log has grown. */
  notify(): void;
  /** Lets the page in hand be finished, then closes the views. */
  close(): Promise<void>;
}

/** Starts the thread and settles when the views can be read. Rejects when the thread cannot open them. */
export async function startProjectors(
  dataDir: string,
  comparePositions: EventReader['comparePositions'],
  signal: SignalSink,
): Promise<ProjectorHost> {
  const workerData: ProjectorThreadData = { dataDir };
  const worker = new Worker(new URL('./projector-thread.js', import.meta.url), { workerData });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const views = await openedViews(worker);
  const readers = views.map(({ name, version, file }) => ({
    name,
    reader: new SqliteTimelineReader(file, `${name}@${version}`),
  }));
  const timelines = Object.fromEntries(
    readers.map(({ name, reader }) => [name, new ProjectionProgress(name, reader, comparePositions)]),
  ) as Record<ProjectionName, ProjectionProgress>;
  const take = (message: ProjectorSignal): void => {
    const timeline = timelines[message.projection as ProjectionName];
    const news = message.kind !== 'caught-up' || timeline.state === 'catching-up';
    timeline.take(message);
    if (news) signal(toSignal(message, timeline.reader.checkpoint()?.ordinal ?? 0));
  };
  worker.on('message', (message: FromProjectorThread) => {
    if (message.kind === 'signals') message.signals.forEach(take);
  });
  worker.on('error', (error) => {
    for (const projection of Object.keys(timelines)) {
      take({ kind: 'stopped', projection, eventId: undefined, reason: String(error) });
    }
  });
  const tell = (message: ToProjectorThread): void => worker.postMessage(message);
  return {
    timelines,
    notify: paced(() => tell('appended'), WAKE_INTERVAL_MS),
    close: async () => {
      tell('stop');
      await ended;
      for (const { reader } of readers) reader.close();
    },
  };
}

/** Calls at once, and then at most once an interval, as long as it is asked to. */
function paced(call: () => void, intervalMs: number): () => void {
  let isWaiting = false;
  let isAsked = false;
  const run = (): void => {
    isAsked = false;
    isWaiting = true;
    call();
    setTimeout(() => {
      isWaiting = false;
      if (isAsked) run();
    }, intervalMs);
  };
  return () => {
    isAsked = true;
    if (!isWaiting) run();
  };
}

async function openedViews(worker: Worker): Promise<readonly OpenedView[]> {
  const [message] = (await once(worker, 'message')) as [FromProjectorThread];
  if (message.kind !== 'opened') throw new Error(`The projector thread began with ${message.kind}`);
  return message.views;
}

function toSignal(message: ProjectorSignal, ordinal: number): Signal {
  const { projection } = message;
  switch (message.kind) {
    case 'projected':
      return { kind: 'projection-progress', projection, ordinal: message.checkpoint.ordinal };
    case 'caught-up':
      return { kind: 'projection-caught-up', projection, ordinal };
    case 'stopped':
      return { kind: 'projection-stopped', projection, eventId: message.eventId, reason: message.reason };
  }
}
