import { Worker } from 'node:worker_threads';
import type { EventReader } from './event-store/event-store.ts';
import type { SignalSink } from './observability/signal.ts';
import { EventRate } from './projector/event-rate.ts';
import type { MountedTimeline, ProjectionStop, Rebuild, Rebuilds } from './projector/mounted-timeline.ts';
import type { FromRebuildThread, RebuildThreadData } from './rebuild-thread.ts';
import type { ViewFile } from './sqlite/views-folder.ts';

/** A page's objects are garbage together: room for a few pages spares copying them. */
const YOUNG_GENERATION_MIB = 64;

export interface RebuildRun {
  /** Settles when the thread has ended: the last thing that it said. */
  readonly ended: Promise<Exclude<FromRebuildThread, { kind: 'progress' }>>;
  cancel(): void;
}

/** Starts the thread of one rebuild. An error of the thread, and its death, count as a stop. */
export function runRebuild(workerData: RebuildThreadData, onProgress: (events: number) => void): RebuildRun {
  const worker = new Worker(new URL('./rebuild-thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  let last: FromRebuildThread = { kind: 'stopped', eventId: undefined, reason: 'The thread ended early' };
  worker.on('message', (message: FromRebuildThread) => {
    last = message;
    if (message.kind === 'progress') onProgress(message.events);
  });
  worker.on('error', (error) => {
    last = { kind: 'stopped', eventId: undefined, reason: String(error) };
  });
  const ended = new Promise<Exclude<FromRebuildThread, { kind: 'progress' }>>((resolve) => {
    worker.once('exit', () => {
      resolve(
        last.kind === 'progress' ? { kind: 'stopped', eventId: undefined, reason: 'It was killed' } : last,
      );
    });
  });
  return { ended, cancel: () => worker.postMessage('cancel') };
}

export interface RebuildHostOptions {
  readonly dataDir: string;
  readonly log: Pick<EventReader, 'countAfter'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
  readonly timelines: ReadonlyMap<string, MountedTimeline>;
  /** Asks the projectors to keep a built file up to date; they answer to `activated` or `notActivated`. */
  readonly activate: (file: ViewFile) => void;
}

interface UnderWay {
  readonly rate: EventRate;
  readonly run: RebuildRun;
}

/** The rebuilds of a running server, each in a thread of its own. */
export class RebuildHost implements Rebuilds {
  readonly #options: RebuildHostOptions;
  readonly #last = new Map<string, Rebuild>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: RebuildHostOptions) {
    this.#options = options;
  }

  start(projection: string): boolean {
    const timeline = this.#options.timelines.get(projection);
    if (timeline === undefined) throw new RangeError(`There is no projection ${projection}`);
    if (this.#last.get(projection)?.state === 'running') return false;
    this.#last.set(projection, {
      projection,
      version: timeline.version,
      state: 'running',
      startedAt: this.#options.clock().toISOString(),
      endedAt: undefined,
      events: 0,
      total: undefined,
      eventsPerSecond: 0,
      stop: undefined,
    });
    const { dataDir, log, activate, signal } = this.#options;
    const rate = new EventRate(() => performance.now());
    const isPartialWelcome = timeline.reader === undefined;
    const run = runRebuild({ dataDir, projection, isPartialWelcome }, (events) => {
      rate.add(events - (this.#last.get(projection)?.events ?? 0));
      this.#change(projection, { events });
    });
    this.#underWay.set(projection, { rate, run });
    signal({ kind: 'rebuild-started', projection });
    void log.countAfter().then((total) => this.#change(projection, { total }));
    void run.ended.then((end) => {
      this.#underWay.delete(projection);
      if (end.kind === 'built') activate(end.file);
      else if (end.kind === 'cancelled') this.#end(projection, 'cancelled');
      else this.#end(projection, 'failed', { eventId: end.eventId, reason: end.reason });
    });
    return true;
  }

  last(projection: string): Rebuild | undefined {
    const last = this.#last.get(projection);
    const underWay = this.#underWay.get(projection);
    return last && underWay ? { ...last, eventsPerSecond: underWay.rate.perSecond() } : last;
  }

  cancel(projection: string): boolean {
    const underWay = this.#underWay.get(projection);
    underWay?.run.cancel();
    return underWay !== undefined;
  }

  /** The projectors keep the new rows up to date. */
  activated(projection: string): void {
    const events = this.#options.timelines.get(projection)?.reader?.checkpoint()?.ordinal;
    if (events !== undefined) this.#change(projection, { events });
    this.#end(projection, 'activated');
  }

  notActivated(projection: string, reason: string): void {
    this.#end(projection, 'failed', { eventId: undefined, reason });
  }

  async close(): Promise<void> {
    const running = [...this.#underWay.values()];
    for (const { run } of running) run.cancel();
    await Promise.all(running.map(({ run }) => run.ended));
  }

  #change(projection: string, change: Partial<Rebuild>): void {
    const last = this.#last.get(projection);
    if (last !== undefined) this.#last.set(projection, { ...last, ...change });
  }

  #end(projection: string, state: Exclude<Rebuild['state'], 'running'>, stop?: ProjectionStop): void {
    const { startedAt, events } = this.#last.get(projection) ?? { startedAt: '', events: 0 };
    const ended = this.#options.clock();
    const elapsedMs = Math.max(ended.getTime() - Date.parse(startedAt), 1);
    const eventsPerSecond = Math.round((events / elapsedMs) * 1000);
    this.#change(projection, { state, endedAt: ended.toISOString(), eventsPerSecond, stop });
    this.#options.signal({ kind: 'rebuild-ended', projection, state, ...stop });
  }
}
