import { type EventReader, UnreadableEventError } from '../event-store/event-store.ts';
import { type Projection, Projector, type ProjectorSignal } from './projector.ts';

/** After this, what could not go on is tried again. */
export const RETRY_MS = 15_000;

type Stop = Extract<ProjectorSignal, { kind: 'stopped' }>;

/** How far a projection came by itself. */
export type CatchUpEnd =
  | { readonly outcome: 'caught-up' }
  | Stop
  /** The signal was aborted first. */
  | { readonly outcome: 'aborted' };

type Signals = (signal: ProjectorSignal) => void;

/** Brings one projection to the end of the log, apart from all others. A fault of the log stops it like an event that it cannot take. */
export async function catchUp(
  reader: EventReader,
  projection: Projection,
  signals: Signals,
  aborted: AbortSignal,
): Promise<CatchUpEnd> {
  const reached = new AbortController();
  let end: CatchUpEnd = { outcome: 'aborted' };
  const take = (signal: ProjectorSignal): void => {
    if (signal.kind === 'projected') signals(signal);
    else {
      end = signal.kind === 'stopped' ? signal : { outcome: 'caught-up' };
      reached.abort();
    }
  };
  const ending = AbortSignal.any([aborted, reached.signal]);
  try {
    await new Projector(reader, [projection], take).run(ending);
  } catch (error) {
    return stopBy(projection, error);
  }
  return end;
}

function stopBy({ definition }: Projection, error: unknown): Stop {
  const eventId = error instanceof UnreadableEventError ? error.eventId : undefined;
  return { kind: 'stopped', projection: definition.name, eventId, reason: String(error) };
}

/** Something to be done between two runs of the live projections. */
interface Change {
  make(): Promise<void>;
  refuse(error: Error): void;
}

/**
 * Keeps projections live together, each event decoded and folded once for all of them. One that is behind catches up
 * beside them; one that cannot go on is tried again from time to time; one that was made anew takes the place of the
 * old without a pause that a reader would notice.
 */
export class ProjectorGroup {
  readonly #reader: EventReader;
  readonly #signals: Signals;
  readonly #retryMs: number;
  /** They stand at the same event, or nearly so. */
  #live: readonly Projection[];
  /** Those that are on their way, or cannot go on, by name. */
  readonly #behind = new Map<string, Projection>();
  #interrupt = new AbortController();
  readonly #changes: Change[] = [];
  /** Work beside the live projections. */
  readonly #beside = new Set<Promise<unknown>>();
  #stopping: AbortSignal = new AbortController().signal;

  constructor(
    reader: EventReader,
    projections: readonly Projection[],
    signals: Signals,
    retryMs: number = RETRY_MS,
  ) {
    this.#reader = reader;
    this.#live = projections;
    this.#signals = signals;
    this.#retryMs = retryMs;
  }

  /** Runs until the signal is aborted; settles when nothing writes any more. Faults of the log stop the projections for a while. */
  async run(stopping: AbortSignal): Promise<void> {
    this.#stopping = stopping;
    const furthest = Math.max(...this.#live.map(ordinalOf));
    for (const projection of this.#live) if (ordinalOf(projection) < furthest) this.#leaveBehind(projection);
    while (!stopping.aborted) {
      const change = this.#changes.shift();
      if (change === undefined) await this.#runLive();
      else await change.make();
    }
    for (const { refuse } of this.#changes.splice(0)) refuse(stoppingError());
    await Promise.allSettled(this.#beside);
  }

  /**
   * Lets the projection take the place of the one with its name. Where that one is live, the new one is brought up to
   * it first. Settles with the one that was replaced; rejects with the reason when it cannot be brought there, or the
   * group is stopping.
   */
  replace(projection: Projection): Promise<Projection | undefined> {
    return this.#aside(async () => {
      const { name } = projection.definition;
      if (this.#liveOf(name) !== undefined) await this.#join(projection);
      return this.#between(async () => {
        const live = this.#liveOf(name);
        const replaced = live ?? this.#behind.get(name);
        if (live === undefined) {
          this.#leaveBehind(projection);
        } else {
          await this.#join(projection);
          this.#live = [...this.#live.filter((other) => other !== live), projection];
        }
        return replaced;
      });
    });
  }

  #liveOf(name: string): Projection | undefined {
    return this.#live.find(({ definition }) => definition.name === name);
  }

  async #runLive(): Promise<void> {
    this.#interrupt = new AbortController();
    const interrupted = AbortSignal.any([this.#interrupt.signal, this.#stopping]);
    if (this.#live.length > 0) {
      const projector = new Projector(this.#reader, this.#live, (signal) => this.#take(signal));
      await projector.run(interrupted).catch((error: unknown) => {
        for (const projection of this.#live) this.#take(stopBy(projection, error));
      });
    } else if (!interrupted.aborted) {
      await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
    }
  }

  #take(signal: ProjectorSignal): void {
    this.#signals(signal);
    const stopped = signal.kind === 'stopped' ? this.#liveOf(signal.projection) : undefined;
    if (signal.kind !== 'stopped' || stopped === undefined) return;
    this.#live = this.#live.filter((other) => other !== stopped);
    this.#behind.set(signal.projection, stopped);
    this.#retryLater(stopped, signal);
  }

  /** It catches up by itself, and joins the others at the end of the log. */
  #leaveBehind(projection: Projection): void {
    this.#live = this.#live.filter((other) => other !== projection);
    this.#behind.set(projection.definition.name, projection);
    void this.#aside(() => this.#bringUp(projection));
  }

  #retryLater(projection: Projection, stop: Stop): void {
    const timer = setTimeout(() => {
      if (!this.#stopping.aborted) void this.#aside(() => this.#bringUp(projection, stop));
    }, this.#retryMs);
    timer.unref();
  }

  /** Tells of a stop only if it is another one than before. */
  async #bringUp(projection: Projection, before?: Stop): Promise<void> {
    const { name } = projection.definition;
    const isReplaced = () => this.#behind.get(name) !== projection;
    if (isReplaced()) return;
    const end = await catchUp(this.#reader, projection, this.#signals, this.#stopping);
    if (isReplaced() || ('outcome' in end && end.outcome === 'aborted')) return;
    if ('kind' in end) {
      if (end.eventId !== before?.eventId || end.reason !== before?.reason) this.#signals(end);
      this.#retryLater(projection, end);
      return;
    }
    await this.#between(async () => {
      if (isReplaced()) return;
      this.#behind.delete(name);
      this.#live = [...this.#live, projection];
    });
  }

  async #join(projection: Projection): Promise<void> {
    const end = await catchUp(this.#reader, projection, () => {}, this.#stopping);
    if ('kind' in end) throw new Error(`${end.reason} (event ${end.eventId})`);
    if (end.outcome === 'aborted') throw stoppingError();
  }

  #aside<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = work();
    const settled = working.then(
      () => {},
      () => {},
    );
    this.#beside.add(settled);
    void settled.then(() => this.#beside.delete(settled));
    return working;
  }

  /** Does the work while the live projections stand at the end of a page. */
  #between<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#stopping.aborted) return Promise.reject(stoppingError());
    return new Promise((resolve, reject) => {
      this.#changes.push({ make: () => work().then(resolve, reject), refuse: reject });
      this.#interrupt.abort();
    });
  }
}

function ordinalOf({ writer }: Projection): number {
  return writer.checkpoint()?.ordinal ?? 0;
}

function stoppingError(): Error {
  return new Error('The projector is stopping');
}
