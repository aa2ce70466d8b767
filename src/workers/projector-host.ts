import { once } from 'node:events';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { BuiltInProjectionName } from '../../projections/index.ts';
import type { EventReader } from '../event-store/event-store.ts';
import type { LogRemovals } from '../event-store/removals.ts';
import { pause } from '../event-store/retry.ts';
import type { Signal, SignalSink } from '../observability/signal.ts';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { ProjectionProgress, type ServedRows } from '../projector/progress.ts';
import type { ProjectorSignal } from '../projector/projector.ts';
import { type GroupSignal, PROJECTION_BACKOFF, projectionRetryMs } from '../projector/projector-group.ts';
import { AWAITED_PROJECTION_INTERVAL_MS, PROJECTION_INTERVAL_MS, Throttle } from '../projector/throttle.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';
import { releaseClosedFiles } from '../sqlite/driver.ts';
import type { SqliteTimelineReader } from '../sqlite/views/sqlite-timeline-reader.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections } from './extensions.ts';
import type { LogSettings } from './open-log.ts';
import { openForReading } from './open-view.ts';
import type {
  ProjectorThreadCommand,
  ProjectorThreadData,
  ProjectorThreadMessage,
  StartedView,
} from './projector-thread.ts';
import { RebuildHost } from './rebuild-host.ts';
import { type ViewGroup, viewGroupOf, viewGroups } from './view-groups.ts';

/** Nearly all objects of the thread die young. By default V8 keeps 48 MiB for them. */
const YOUNG_GENERATION_MIB = 12;

export interface ProjectorHostOptions {
  readonly settings: LogSettings;
  readonly log: Pick<EventReader, 'comparePositions' | 'countAfter'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
  readonly removals: LogRemovals;
  /** Called when the log lacks the last event of a view, at its place. Resolves to true if it is to be rebuilt. */
  readonly acceptsLog: (known: Checkpoint) => Promise<boolean>;
  /** A port of the store, if readers in other threads get new events from it. */
  readonly liveEvents?: MessagePort | undefined;
}

const REBUILD_CHECK_MS = 50;

const CANCELLED: ProjectionStop = { eventId: undefined, reason: 'The rebuild was cancelled' };

interface ServedTimelines {
  readonly reader: SqliteTimelineReader;
  readonly rows: ServedRows;
}

/** The side of the main thread that the projector thread and the rebuilds report to. */
export class ProjectorHost {
  readonly projections: Readonly<Record<BuiltInProjectionName, ProjectionProgress>>;
  readonly rebuilds: RebuildHost;
  readonly #options: ProjectorHostOptions;
  readonly #compare: EventReader['comparePositions'];
  readonly #viewFiles: ViewFiles;
  readonly #worker: Worker;
  readonly #wake = new Throttle(() => this.#send({ kind: 'appended' }), PROJECTION_INTERVAL_MS);
  readonly #ended: Promise<unknown>;
  readonly #progress: ReadonlyMap<string, ProjectionProgress>;
  readonly #groups = viewGroups(mountedProjections());
  readonly #retries = new Map<string, NodeJS.Timeout>();
  /** How many rebuilds of a view group in a row have failed. */
  readonly #failures = new Map<string, number>();
  /** By the names of the projections. */
  readonly #served = new Map<string, ServedTimelines>();
  #isClosing = false;
  /** The error that ended the thread; undefined while it runs. */
  #threadError: string | undefined;

  constructor(worker: Worker, views: readonly StartedView[], options: ProjectorHostOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#viewFiles = new ViewFiles(options.settings.dataDir);
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    const comparePositions = options.log.comparePositions.bind(options.log);
    this.#compare = comparePositions;
    const monotonicMs = () => performance.now();
    const onWait = () => this.#hurry();
    this.#progress = new Map(
      mountedProjections().map(({ name, version }) => [
        name,
        new ProjectionProgress({ name, version, comparePositions, monotonicMs, onWait }),
      ]),
    );
    this.projections = Object.fromEntries(this.#progress) as Record<
      BuiltInProjectionName,
      ProjectionProgress
    >;
    this.rebuilds = new RebuildHost({
      ...options,
      projections: this.#progress,
      groups: this.#groups,
      activate: (file) => this.#activate(file),
      onNotActivated: (view, stop) => this.#retryRebuild(view, stop),
    });
    worker.on('message', (message: ProjectorThreadMessage) => this.#handle(message));
    worker.on('error', (error) => this.#handleThreadError(error));
    for (const view of views) this.#startView(view);
  }

  /** A thread that gets new events by itself only has to know that they are awaited. */
  #hurry(): void {
    if (this.#options.liveEvents !== undefined) this.#wake.request();
    this.#wake.hurry(AWAITED_PROJECTION_INTERVAL_MS);
  }

  /** Rebuilds all views without the removed events. */
  handleRemovals(): void {
    this.#send({ kind: 'removed', records: this.#options.removals.records });
    for (const { name } of this.#groups) this.rebuilds.startAnew(name);
  }

  /** Rebuilds all views, and resolves when they are served and the files that they replace are removed. */
  async rebuildAll(aborted: AbortSignal): Promise<void> {
    for (const { name } of this.#groups) this.rebuilds.startAnew(name);
    for (const { name } of this.#groups) {
      for (let failures = 0; this.rebuilds.last(name)?.state !== 'activated' && !aborted.aborted; ) {
        await pause(REBUILD_CHECK_MS, aborted);
        const { state } = this.rebuilds.last(name) ?? {};
        if (state !== 'failed' && state !== 'cancelled') continue;
        await pause(projectionRetryMs(failures), aborted);
        failures += 1;
        this.rebuilds.startAnew(name);
      }
    }
  }

  /** Wakes the projectors after the log has grown. */
  notify(): void {
    this.#wake.request();
  }

  /** Cancels rebuilds, lets the projectors finish their current page, and closes the views. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const retry of this.#retries.values()) clearTimeout(retry);
    await this.rebuilds.close();
    this.#wake.cancel();
    this.#send({ kind: 'stop' });
    await this.#ended;
    for (const { reader } of this.#served.values()) reader.close();
  }

  #startView({ name, file, isCurrent }: StartedView): void {
    if (file !== undefined) this.#serve(file, isCurrent ? 'current' : 'outdated');
    if (!isCurrent) this.rebuilds.start(name);
  }

  /** Switches readers to the file. Nothing reads meanwhile, because this and every read are synchronous. */
  #serve({ name: view, path }: ViewFile, rows: ServedRows): void {
    for (const { name } of viewGroupOf(view, this.#groups).definitions) {
      // A file of other versions may lack a projection.
      const reader = openForReading(path, name, this.#compare);
      if (reader === undefined) continue;
      this.#served.get(name)?.reader.close();
      this.#served.set(name, { reader, rows });
      this.#progress.get(name)?.serve(reader, rows);
    }
  }

  /** Stops serving a file of another log. It was served while the log was unavailable and could not be asked. */
  #withdraw({ name: view, path }: ViewFile): void {
    for (const { name } of viewGroupOf(view, this.#groups).definitions) {
      this.#served.get(name)?.reader.close();
      this.#served.delete(name);
      this.#progress.get(name)?.withdraw();
    }
    this.#viewFiles.remove(path);
    this.rebuilds.start(view);
  }

  #handle(message: ProjectorThreadMessage): void {
    switch (message.kind) {
      case 'signals':
        for (const signal of message.signals) this.#handleSignal(signal);
        return;
      case 'activated':
        this.#serve(message.file, 'current');
        this.#viewFiles.removeOthers(message.file);
        setImmediate(releaseClosedFiles);
        this.#failures.delete(message.file.name);
        this.rebuilds.activated(message.file);
        return;
      case 'not-activated':
        this.#viewFiles.remove(message.file.path);
        this.rebuilds.notActivated(message.file, message.reason);
        return;
      case 'view-of-another-log':
        void this.#options.acceptsLog(message.checkpoint).then((isAccepted) => {
          if (isAccepted && !this.#isClosing) this.#withdraw(message.file);
        });
        return;
      case 'heartbeat':
        for (const progress of this.#progress.values()) progress.heartbeat();
        return;
      case 'opened':
        throw new Error('The projector thread sent the message "opened" twice.');
    }
  }

  #handleSignal(signal: GroupSignal): void {
    const progress = this.#progress.get(signal.projection);
    if (progress === undefined) return;
    const isRepeated = signal.kind === 'caught-up' && progress.state === 'live';
    progress.handle(signal);
    if (signal.kind !== 'retry-scheduled' && !isRepeated) this.#options.signal(toSignal(signal, progress));
  }

  /** Without rows of its version a projection makes no progress. That counts as a stop, and the rebuild is retried. */
  #retryRebuild({ name: view, definitions }: ViewGroup, stop: ProjectionStop | undefined): void {
    const building = definitions.flatMap(({ name }) => {
      const progress = this.#progress.get(name);
      return progress?.state === 'building' ? progress : [];
    });
    if (building.length === 0 || this.#isClosing) return;
    const failures = this.#failures.get(view) ?? 0;
    this.#failures.set(view, failures + 1);
    // Whoever has cancelled a rebuild does not want another one at once.
    const delayMs = stop === undefined ? PROJECTION_BACKOFF.maxMs : projectionRetryMs(failures);
    for (const { name: projection } of building) {
      this.#handleSignal({ kind: 'stopped', projection, ...(stop ?? CANCELLED) });
      this.#handleSignal({ kind: 'retry-scheduled', projection, delayMs });
    }
    this.#retries.set(
      view,
      setTimeout(() => {
        if (building.every(({ name }) => this.#served.get(name)?.rows === 'current')) return;
        for (const progress of building) progress.markBuilding();
        this.rebuilds.start(view);
      }, delayMs),
    );
  }

  #activate(file: ViewFile): void {
    if (this.#threadError === undefined) this.#send({ kind: 'activate', file });
    else this.rebuilds.notActivated(file, this.#threadError);
  }

  #handleThreadError(error: Error): void {
    const reason = String(error);
    this.#threadError = reason;
    this.rebuilds.failActivations(reason);
    for (const projection of this.#progress.keys()) {
      this.#handleSignal({ kind: 'stopped', projection, eventId: undefined, reason });
    }
  }

  #send(command: ProjectorThreadCommand): void {
    this.#worker.postMessage(command);
  }
}

/** Starts the projector thread, and settles when its views are open. Rejects if the thread cannot open them. */
export async function startProjectors(options: ProjectorHostOptions): Promise<ProjectorHost> {
  const { settings, liveEvents, removals } = options;
  const workerData: ProjectorThreadData = { log: settings, liveEvents, removed: removals.records };
  let host: ProjectorHost | undefined;
  let haveChanged = false;
  removals.onChange(() => {
    haveChanged = true;
    host?.handleRemovals();
  });
  const transferList = liveEvents === undefined ? [] : [liveEvents];
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB };
  const worker = new Worker(new URL('./projector-thread.js', import.meta.url), {
    workerData,
    transferList,
    resourceLimits,
  });
  const [message] = (await once(worker, 'message')) as [ProjectorThreadMessage];
  if (message.kind !== 'opened')
    throw new Error(`The projector thread sent ${message.kind} before "opened".`);
  host = new ProjectorHost(worker, message.views, options);
  if (haveChanged) host.handleRemovals();
  return host;
}

function toSignal(signal: ProjectorSignal, { reader }: ProjectionProgress): Signal {
  const { projection } = signal;
  switch (signal.kind) {
    case 'projected':
      return { kind: 'projection-progress', projection, ordinal: signal.checkpoint.ordinal };
    case 'caught-up':
      return { kind: 'projection-caught-up', projection, ordinal: reader?.checkpoint()?.ordinal ?? 0 };
    case 'stopped':
      return { kind: 'projection-stopped', projection, eventId: signal.eventId, reason: signal.reason };
  }
}
