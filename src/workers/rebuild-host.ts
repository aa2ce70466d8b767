import type { EventReader } from '../event-store/event-store.ts';
import type { LogRemovals } from '../event-store/removals.ts';
import type { Signal, SignalSink } from '../observability/signal.ts';
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
import { type ViewGroup, viewGroupOf } from './view-groups.ts';

export interface RebuildHostOptions {
  readonly settings: LogSettings;
  readonly log: Pick<EventReader, 'countAfter'>;
  readonly removals: Pick<LogRemovals, 'known' | 'records'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
  readonly projections: ReadonlyMap<string, MountedProjection>;
  readonly groups: readonly ViewGroup[];
  /** Asks the projectors to keep a built file up to date. The answer arrives as `activated` or `notActivated`. */
  readonly activate: (file: ViewFile) => void;
  /** Called when a rebuild has failed, or was cancelled: then there is no stop. */
  readonly onNotActivated: (view: ViewGroup, stop: ProjectionStop | undefined) => void;
}

interface RunningRebuild {
  readonly rate: EventRate;
  readonly run: RebuildRun;
}

/** Runs the rebuilds of a server, in processes that several may share, and keeps the latest one of each view group. */
export class RebuildHost implements Rebuilds {
  readonly #options: RebuildHostOptions;
  readonly #scheduler: RebuildScheduler;
  /** By the names of the view groups. */
  readonly #last = new Map<string, Rebuild>();
  /** The rebuilds that have a process or wait for one. A built file that waits for its activation has none. */
  readonly #running = new Map<string, RunningRebuild>();
  /** The view groups that are rebuilt once more after their present rebuild. */
  readonly #repeated = new Set<string>();

  constructor(options: RebuildHostOptions) {
    this.#options = options;
    this.#scheduler = new RebuildScheduler(options.settings, options.removals);
  }

  start(projection: string): boolean {
    const view = this.#viewOf(projection);
    if (this.#isUnfinished(view.name)) return false;
    this.#last.set(view.name, {
      projections: view.definitions.map(({ name }) => name),
      state: 'waiting',
      startedAt: this.#now(),
      endedAt: undefined,
      events: 0,
      total: undefined,
      eventsPerSecond: 0,
      stop: undefined,
    });
    this.#run(view);
    // A log that cannot be read ends the rebuild, which says why.
    const count = this.#options.log.countAfter().catch(() => undefined);
    void count.then((total) => this.#change(view.name, { total }));
    return true;
  }

  /** Starts a rebuild from the log as it is now, after one that is running. */
  startAnew(projection: string): void {
    const { name } = this.#viewOf(projection);
    if (!this.start(name) && this.#last.get(name)?.state === 'running') this.#repeated.add(name);
  }

  #viewOf(projection: string): ViewGroup {
    return viewGroupOf(projection, this.#options.groups);
  }

  #mounted({ definitions }: ViewGroup): readonly MountedProjection[] {
    return definitions.flatMap(({ name }) => this.#options.projections.get(name) ?? []);
  }

  #isUnfinished(view: string): boolean {
    const state = this.#last.get(view)?.state;
    return state === 'waiting' || state === 'running';
  }

  #run(view: ViewGroup): void {
    const { activate } = this.#options;
    const { name } = view;
    const rate = new EventRate(() => performance.now());
    const acceptPartial = this.#mounted(view).every(({ reader }) => reader === undefined);
    const run = this.#scheduler.run(
      { view: name, acceptPartial },
      {
        started: () => {
          this.#change(name, { state: 'running', startedAt: this.#now() });
          this.#signalEach(view, (projection) => ({ kind: 'rebuild-started', projection }));
        },
        progressed: (events) => {
          rate.add(events - (this.#last.get(name)?.events ?? 0));
          this.#change(name, { events });
        },
      },
    );
    this.#running.set(name, { rate, run });
    void run.outcome.then((outcome) => {
      this.#running.delete(name);
      if (outcome.kind === 'built') activate(outcome.file);
      else if (outcome.kind === 'cancelled') this.#end(view, 'cancelled');
      else this.#end(view, 'failed', { eventId: outcome.eventId, reason: outcome.reason });
    });
  }

  last(projection: string): Rebuild | undefined {
    const { name } = this.#viewOf(projection);
    const last = this.#last.get(name);
    const running = this.#running.get(name);
    return last && running ? { ...last, eventsPerSecond: running.rate.perSecond() } : last;
  }

  cancel(projection: string): boolean {
    const running = this.#running.get(this.#viewOf(projection).name);
    running?.run.cancel();
    return running !== undefined;
  }

  /** Ends the rebuild of a file after the projectors have taken it over. */
  activated({ name }: ViewFile): void {
    const view = this.#viewOf(name);
    const ordinals = this.#mounted(view).flatMap(({ reader }) => reader?.checkpoint()?.ordinal ?? []);
    if (ordinals.length > 0) this.#change(name, { events: Math.max(...ordinals) });
    this.#end(view, 'activated');
  }

  /** Ends the rebuild of a file after the projectors could not take it over. */
  notActivated({ name }: Pick<ViewFile, 'name'>, reason: string): void {
    this.#end(this.#viewOf(name), 'failed', { eventId: undefined, reason });
  }

  /** Ends the rebuilds that wait for an activation, because the projector thread has died. */
  failActivations(reason: string): void {
    for (const [name, { state }] of this.#last) {
      const isBuilt = state === 'running' && !this.#running.has(name);
      if (isBuilt) this.notActivated({ name }, reason);
    }
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { run } of running) run.cancel();
    await Promise.all(running.map(({ run }) => run.outcome));
  }

  #change(view: string, change: Partial<Rebuild>): void {
    const last = this.#last.get(view);
    if (last !== undefined) this.#last.set(view, { ...last, ...change });
  }

  #end(view: ViewGroup, state: 'activated' | 'failed' | 'cancelled', stop?: ProjectionStop): void {
    const { startedAt, events } = this.#last.get(view.name) ?? { startedAt: '', events: 0 };
    const endedAt = this.#now();
    const elapsedMs = Math.max(Date.parse(endedAt) - Date.parse(startedAt), 1);
    const eventsPerSecond = Math.round((events / elapsedMs) * 1000);
    this.#change(view.name, { state, endedAt, eventsPerSecond, stop });
    this.#signalEach(view, (projection) => ({ kind: 'rebuild-ended', projection, state, ...stop }));
    const isRepeated = this.#repeated.delete(view.name);
    if (isRepeated && state !== 'cancelled') this.start(view.name);
    else if (state !== 'activated') this.#options.onNotActivated(view, stop);
  }

  #signalEach({ definitions }: ViewGroup, signalOf: (projection: string) => Signal): void {
    for (const { name } of definitions) this.#options.signal(signalOf(name));
  }

  #now(): string {
    return this.#options.clock().toISOString();
  }
}
