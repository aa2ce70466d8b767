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
import { type RebuildRun, RebuildThreads } from './rebuild-threads.ts';

export interface RebuildHostOptions {
  readonly settings: LogSettings;
  readonly log: Pick<EventReader, 'countAfter'>;
  readonly clock: () => Date;
  readonly signal: SignalSink;
  readonly timelines: ReadonlyMap<string, MountedProjection>;
  /** Asks the projectors to keep a built file up to date; they answer to `activated` or `notActivated`. */
  readonly activate: (file: ViewFile) => void;
  /** Told when a rebuild ends without new rows. */
  readonly givenUp: (projection: string, stop: ProjectionStop) => void;
}

const GIVEN_UP: ProjectionStop = { eventId: undefined, reason: 'The rebuild was given up' };

interface UnderWay {
  readonly rate: EventRate;
  readonly run: RebuildRun;
}

/** The rebuilds of a running server, each in a thread of its own. */
export class RebuildHost implements Rebuilds {
  readonly #options: RebuildHostOptions;
  readonly #threads = new RebuildThreads();
  readonly #last = new Map<string, Rebuild>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: RebuildHostOptions) {
    this.#options = options;
  }

  start(projection: string): boolean {
    const timeline = this.#options.timelines.get(projection);
    if (timeline === undefined) throw new RangeError(`There is no projection ${projection}`);
    if (this.#isUnderWay(projection)) return false;
    this.#last.set(projection, {
      projection,
      version: timeline.version,
      state: 'waiting',
      startedAt: this.#now(),
      endedAt: undefined,
      events: 0,
      total: undefined,
      eventsPerSecond: 0,
      stop: undefined,
    });
    this.#run(projection, timeline.reader === undefined);
    void this.#options.log.countAfter().then((total) => this.#change(projection, { total }));
    return true;
  }

  #isUnderWay(projection: string): boolean {
    const state = this.#last.get(projection)?.state;
    return state === 'waiting' || state === 'running';
  }

  #run(projection: string, isPartialWelcome: boolean): void {
    const { settings, activate, signal } = this.#options;
    const rate = new EventRate(() => performance.now());
    const run = this.#threads.run(
      { log: settings, projection, isPartialWelcome },
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
    this.#underWay.set(projection, { rate, run });
    void run.ended.then((end) => {
      this.#underWay.delete(projection);
      if (end.kind === 'built') activate(end.file);
      else if (end.kind === 'cancelled') this.#end(projection, 'cancelled');
      else this.#end(projection, 'failed', { eventId: end.eventId, reason: end.reason });
    });
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

  /** Nobody will answer those that are built and wait to be activated. */
  failActivations(reason: string): void {
    for (const { projection, state } of this.#last.values()) {
      const isBuilt = state === 'running' && !this.#underWay.has(projection);
      if (isBuilt) this.notActivated(projection, reason);
    }
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

  #end(projection: string, state: 'activated' | 'failed' | 'cancelled', stop?: ProjectionStop): void {
    const { startedAt, events } = this.#last.get(projection) ?? { startedAt: '', events: 0 };
    const endedAt = this.#now();
    const elapsedMs = Math.max(Date.parse(endedAt) - Date.parse(startedAt), 1);
    const eventsPerSecond = Math.round((events / elapsedMs) * 1000);
    this.#change(projection, { state, endedAt, eventsPerSecond, stop });
    this.#options.signal({ kind: 'rebuild-ended', projection, state, ...stop });
    if (state !== 'activated') this.#options.givenUp(projection, stop ?? GIVEN_UP);
  }

  #now(): string {
    return this.#options.clock().toISOString();
  }
}
