import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ProjectionName } from '../../projections/index.ts';
import type { EventReader } from '../event-store/event-store.ts';
import type { Signal, SignalSink } from '../observability/signal.ts';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { ProjectionProgress, type ServedRows } from '../projector/progress.ts';
import type { ProjectorSignal } from '../projector/projector.ts';
import { RETRY_MS } from '../projector/projector-group.ts';
import { throttle } from '../projector/throttle.ts';
import { releaseClosed } from '../sqlite/driver.ts';
import { SqliteTimelineReader } from '../sqlite/views/sqlite-timeline-reader.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import type { LogSettings } from './open-log.ts';
import type {
  FromProjectorThread,
  ProjectorThreadData,
  StartedView,
  ToProjectorThread,
} from './projector-thread.ts';
import { RebuildHost } from './rebuild-host.ts';

/** Under load, this many milliseconds of appends share a page and its commits; an append by itself is taken at once. */
const WAKE_INTERVAL_MS = 5;

export interface ProjectorHostOptions {
  readonly settings: LogSettings;
  readonly log: Pick<EventReader, 'comparePositions' | 'countAfter'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
}

/** The projectors in their thread, and the rebuilds in theirs, as the main thread sees them. */
export class ProjectorHost {
  readonly timelines: Readonly<Record<ProjectionName, ProjectionProgress>>;
  readonly rebuilds: RebuildHost;
  /** Tells the projectors that the log has grown. */
  readonly notify: () => void;
  readonly #options: ProjectorHostOptions;
  readonly #compare: EventReader['comparePositions'];
  readonly #folder: ViewFiles;
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  readonly #progress: ReadonlyMap<string, ProjectionProgress>;
  readonly #retries = new Map<string, NodeJS.Timeout>();
  #isClosing = false;
  /** Why the projectors are gone; undefined while they are there. */
  #death: string | undefined;
  /** What serves of each projection. */
  readonly #served = new Map<string, { readonly reader: SqliteTimelineReader; readonly rows: ServedRows }>();

  constructor(worker: Worker, views: readonly StartedView[], options: ProjectorHostOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#folder = new ViewFiles(options.settings.dataDir);
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    this.notify = throttle(() => this.#tell('appended'), WAKE_INTERVAL_MS);
    const comparePositions = options.log.comparePositions.bind(options.log);
    this.#compare = comparePositions;
    const monotonicMs = () => performance.now();
    this.#progress = new Map(
      views.map(({ name, version }) => [
        name,
        new ProjectionProgress({ name, version, comparePositions, monotonicMs }),
      ]),
    );
    this.timelines = Object.fromEntries(this.#progress) as Record<ProjectionName, ProjectionProgress>;
    this.rebuilds = new RebuildHost({
      ...options,
      timelines: this.#progress,
      activate: (file) => this.#activate(file),
      givenUp: (projection, stop) => this.#givenUp(projection, stop),
    });
    worker.on('message', (message: FromProjectorThread) => this.#take(message));
    worker.on('error', (error) => this.#died(error));
    for (const view of views) this.#begin(view);
  }

  /** Lets the page in hand be finished, then closes the views. Rebuilds are cancelled. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const retry of this.#retries.values()) clearTimeout(retry);
    await this.rebuilds.close();
    this.#tell('stop');
    await this.#ended;
    for (const { reader } of this.#served.values()) reader.close();
  }

  #begin({ name, file, isCurrent }: StartedView): void {
    if (file !== undefined) this.#serve(file, isCurrent ? 'kept' : 'outdated');
    if (!isCurrent) this.rebuilds.start(name);
  }

  /** Readers go over to the file in one step: nothing is being read while this runs. */
  #serve(file: ViewFile, rows: ServedRows): void {
    const { name, version, path } = file;
    const reader = new SqliteTimelineReader(path, `${name}@${version}`, this.#compare);
    this.#served.get(name)?.reader.close();
    this.#served.set(name, { reader, rows });
    this.#progress.get(name)?.serve(reader, rows);
  }

  /** The file was served while the log could not be asked whether it is of it. */
  #withdraw({ name, path }: ViewFile): void {
    this.#served.get(name)?.reader.close();
    this.#served.delete(name);
    this.#progress.get(name)?.withdraw();
    this.#folder.remove(path);
    this.rebuilds.start(name);
  }

  #take(message: FromProjectorThread): void {
    switch (message.kind) {
      case 'signals':
        for (const signal of message.signals) this.#follow(signal);
        return;
      case 'activated':
        this.#serve(message.file, 'kept');
        this.#folder.removeOthers(message.file);
        setImmediate(releaseClosed);
        this.rebuilds.activated(message.file.name);
        return;
      case 'not-activated':
        this.#folder.remove(message.file.path);
        this.rebuilds.notActivated(message.file.name, message.reason);
        return;
      case 'of-another-log':
        this.#withdraw(message.file);
        return;
      case 'beat':
        for (const progress of this.#progress.values()) progress.heard();
        return;
      case 'opened':
        throw new Error('The projector thread opens its views once');
    }
  }

  #follow(message: ProjectorSignal): void {
    const timeline = this.#progress.get(message.projection);
    if (timeline === undefined) return;
    const isNews = message.kind !== 'caught-up' || timeline.state !== 'live';
    timeline.take(message);
    if (isNews) this.#options.signal(toSignal(message, timeline));
  }

  /** Without rows of its version a projection does not move: that is a stop like any other, and tried again. */
  #givenUp(projection: string, stop: ProjectionStop): void {
    const progress = this.#progress.get(projection);
    if (progress?.state !== 'building' || this.#isClosing) return;
    this.#follow({ kind: 'stopped', projection, ...stop });
    this.#retries.set(
      projection,
      setTimeout(() => {
        if (this.#served.get(projection)?.rows === 'kept') return;
        progress.building();
        this.rebuilds.start(projection);
      }, RETRY_MS),
    );
  }

  #activate(file: ViewFile): void {
    if (this.#death === undefined) this.#tell(file);
    else this.rebuilds.notActivated(file.name, this.#death);
  }

  #died(error: Error): void {
    this.#death = String(error);
    this.rebuilds.failActivations(this.#death);
    for (const projection of this.#progress.keys()) {
      this.#follow({ kind: 'stopped', projection, eventId: undefined, reason: String(error) });
    }
  }

  #tell(message: ToProjectorThread): void {
    this.#worker.postMessage(message);
  }
}

/** Starts the thread and settles when the views are open. Rejects when the thread cannot open them. */
export async function startProjectors(options: ProjectorHostOptions): Promise<ProjectorHost> {
  const workerData: ProjectorThreadData = { log: options.settings };
  const worker = new Worker(new URL('./projector-thread.js', import.meta.url), { workerData });
  const [message] = (await once(worker, 'message')) as [FromProjectorThread];
  if (message.kind !== 'opened') throw new Error(`The projector thread began with ${message.kind}`);
  return new ProjectorHost(worker, message.views, options);
}

function toSignal(message: ProjectorSignal, { reader }: ProjectionProgress): Signal {
  const { projection } = message;
  switch (message.kind) {
    case 'projected':
      return { kind: 'projection-progress', projection, ordinal: message.checkpoint.ordinal };
    case 'caught-up':
      return { kind: 'projection-caught-up', projection, ordinal: reader?.checkpoint()?.ordinal ?? 0 };
    case 'stopped':
      return { kind: 'projection-stopped', projection, eventId: message.eventId, reason: message.reason };
  }
}
