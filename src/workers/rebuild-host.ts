import type { EventReader } from '../event-store/event-store.ts';
import type { SignalSink } from '../observability/signal.ts';
import { EventRate } from '../projector/event-rate.ts';
import type {
  MountedProjection,
  ProjectionStop,
  Rebuild,
  Rebuilds,
} from '../projector/mounted-projection.ts';
import type { ViewFile } from '../sqlite/views/view-files.ts';
import type { LogSettings } from './open-log.ts';
import { type RebuildRun, RebuildScheduler } from './rebuild-scheduler.ts';
import type { RebuildRequest } from './rebuild-thread.ts';

export interface RebuildHostOptions {
  readonly settings: LogSettings;
  readonly log: Pick<EventReader, 'countAfter'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
  readonly projections: ReadonlyMap<string, MountedProjection>;
  /** Asks the projectors to keep a built file up to date. The answer arrives as `activated` or `notActivated`. */
  readonly activate: (file: ViewFile) => void;
  /** Called when a rebuild has failed or was cancelled. */
  readonly onNotActivated: (projection: string, stop: ProjectionStop) => void;
}

const CANCELLED: ProjectionStop = { eventId: undefined, reason: 'The rebuild was cancelled' };

interface RunningRebuild {
  readonly rate: EventRate;
  readonly run: RebuildRun;
}

/** Runs the rebuilds of a server, in threads that several may share, and keeps the latest one of each projection. */
export class RebuildHost implements Rebuilds {
  readonly #options: RebuildHostOptions;
  readonly #scheduler: RebuildScheduler;
  readonly #last = new Map<string, Rebuild>();
  /** The rebuilds that have a thread or wait for one. A built file that waits for its activation has none. */
  readonly #running = new Map<string, RunningRebuild>();

  constructor(options: RebuildHostOptions) {
    this.#options = options;
    this.#scheduler = new RebuildScheduler(options.settings);
  }

  start(projection: string): boolean {
    const mounted = this.#options.projections.get(projection);
    if (mounted === undefined) throw new RangeError(`There is no projection ${projection}`);
    if (this.#isUnfinished(projection)) return false;
    this.#last.set(projection, {
      projection,
      version: mounted.version,
      state: 'waiting',
      startedAt: this.#now(),
      endedAt: undefined,
      events: 0,
      total: undefined,
      eventsPerSecond: 0,
      stop: undefined,
    });
    this.#run(projection, { acceptPartial: mounted.reader === undefined });
    void this.#options.log.countAfter().then((total) => this.#change(projection, { total }));
    return true;
  }

  #isUnfinished(projection: string): boolean {
    const state = this.#last.get(projection)?.state;
    return state === 'waiting' || state === 'running';
  }

  #run(projection: string, { acceptPartial }: Pick<RebuildRequest, 'acceptPartial'>): void {
    const { activate, signal } = this.#options;
    const rate = new EventRate(() => performance.now());
    const run = this.#scheduler.run(
      { projection, acceptPartial },
      {
        started: () => {
          this.#change(projection, { state: 'running', startedAt: this.#now() });
          signal({ kind: 'rebuild-started', projection });
        },
        progressed: (events) => {
          rate.add(events - (this.#last.get(projection)?.events ?? 0));
          this.#change(projection, { events });
        },
      },
    );
    this.#running.set(projection, { rate, run });
    void run.outcome.then((outcome) => {
      this.#running.delete(projection);
      if (outcome.kind === 'built') activate(outcome.file);
      else if (outcome.kind === 'cancelled') this.#end(projection, 'cancelled');
      else this.#end(projection, 'failed', { eventId: outcome.eventId, reason: outcome.reason });
    });
  }

  last(projection: string): Rebuild | undefined {
    const last = this.#last.get(projection);
    const running = this.#running.get(projection);
    return last && running ? { ...last, eventsPerSecond: running.rate.perSecond() } : last;
  }

  cancel(projection: string): boolean {
    const running = this.#running.get(projection);
    running?.run.cancel();
    return running !== undefined;
  }

  /** Ends the rebuild after the projectors have taken over its rows. */
  activated(projection: string): void {
    const events = this.#options.projections.get(projection)?.reader?.checkpoint()?.ordinal;
    if (events !== undefined) this.#change(projection, { events });
    this.#end(projection, 'activated');
  }

  /** Ends the rebuild after the projectors could not take over its rows. */
  notActivated(projection: string, reason: string): void {
    this.#end(projection, 'failed', { eventId: undefined, reason });
  }

  /** Ends the rebuilds that wait for an activation, because the projector thread has died. */
  failActivations(reason: string): void {
    for (const { projection, state } of this.#last.values()) {
      const isBuilt = state === 'running' && !this.#running.has(projection);
      if (isBuilt) this.notActivated(projection, reason);
    }
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { run } of running) run.cancel();
    await Promise.all(running.map(({ run }) => run.outcome));
  }

  #change(projection: string, change: Partial<Rebuild>): void {
    const last = this.#last.get(projection);
    if (last !== undefined) this.#last.set(projection, { ...last, ...change });
  }

  #end(projection: string, state: 'activated' | 'failed' | 'cancelled', stop?: ProjectionStop): void {
    const { startedAt, events } = this.#last.get(projection) ?? { startedAt: '', events: 0 };
    const endedAt = this.#now();
    const elapsedMs = Math.max(Date.parse(endedAt) - Date.parse(startedAt), 1);
    const eventsPerSecond = Math.round((events / elapsedMs) * 1000);
    this.#change(projection, { state, endedAt, eventsPerSecond, stop });
    this.#options.signal({ kind: 'rebuild-ended', projection, state, ...stop });
    if (state !== 'activated') this.#options.onNotActivated(projection, stop ?? CANCELLED);
  }

  #now(): string {
    return this.#options.clock().toISOString();
  }
}
