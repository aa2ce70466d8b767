import { type EventReader, UnreadableEventError } from '../event-store/event-store.ts';
import { backoffMs } from '../event-store/retry.ts';
import type { ProjectionStop } from './mounted-projection.ts';
import { type Projection, Projector, type ProjectorSignal } from './projector.ts';

/** Most stops last until an operator does something; a few, such as those by a busy file, are over in a moment. */
export const PROJECTION_BACKOFF = { minMs: 1_000, maxMs: 300_000 };

/** Returns how long a stopped projection waits before it retries, after retries that made no progress. */
export function projectionRetryMs(failures: number): number {
  return backoffMs(failures, PROJECTION_BACKOFF);
}

export type GroupSignal =
  | ProjectorSignal
  | { readonly kind: 'retry-scheduled'; readonly projection: string; readonly delayMs: number };

type OnSignal = (signal: GroupSignal) => void;

type Stopped = { readonly outcome: 'stopped' } & ProjectionStop;

export type CatchUpOutcome = { readonly outcome: 'caught-up' } | Stopped | { readonly outcome: 'aborted' };

/**
 * Brings one projection to the end of the log, independently of all others. Passes on the `projected` signals only; the
 * result says how it ended. A fault of the log stops the projection like an event that it cannot project.
 */
export async function catchUp(
  reader: EventReader,
  projection: Projection,
  onProjected: OnSignal,
  aborted: AbortSignal,
): Promise<CatchUpOutcome> {
  const ended = new AbortController();
  let outcome: CatchUpOutcome = { outcome: 'aborted' };
  const handle = (signal: ProjectorSignal): void => {
    if (signal.kind === 'projected') {
      onProjected(signal);
      return;
    }
    const { kind } = signal;
    outcome =
      kind === 'stopped'
        ? { outcome: kind, eventId: signal.eventId, reason: signal.reason }
        : { outcome: kind };
    ended.abort();
  };
  try {
    await new Projector(reader, [projection], handle).run(AbortSignal.any([aborted, ended.signal]));
  } catch (error) {
    return { outcome: 'stopped', ...stopCausedBy(error) };
  }
  return outcome;
}

/** Returns the stop of all projections that a fault of the log causes. */
export function stopCausedBy(error: unknown): ProjectionStop {
  const eventId = error instanceof UnreadableEventError ? error.eventId : undefined;
  return { eventId, reason: String(error) };
}

/** The latest stops of a projection. */
interface Stops {
  readonly last: ProjectionStop;
  /** The number of its events then. */
  readonly ordinal: number;
  /** How many stops in a row came after one at the same event. */
  readonly failures: number;
}

/** A change to the set of live projections. */
interface PendingChange {
  apply(): Promise<void>;
  reject(error: Error): void;
}

/**
 * Keeps projections live together: each event is decoded and folded once for all of them. A projection that is behind
 * catches up in the background. One that has stopped retries, less and less often. A rebuilt one replaces the old one
 * while readers are served without interruption.
 */
export class ProjectorGroup {
  readonly #reader: EventReader;
  readonly #onSignal: OnSignal;
  readonly #retryMs: (failures: number) => number;
  /** These have projected the same events, or nearly so. */
  #live: readonly Projection[];
  /** Projections, by name, that are catching up or have stopped. */
  readonly #behind = new Map<string, Projection>();
  readonly #stops = new WeakMap<Projection, Stops>();
  #interrupt = new AbortController();
  readonly #changes: PendingChange[] = [];
  readonly #background = new Set<Promise<unknown>>();
  #stopping: AbortSignal = new AbortController().signal;

  constructor(
    reader: EventReader,
    projections: readonly Projection[],
    onSignal: OnSignal,
    retryMs = projectionRetryMs,
  ) {
    this.#reader = reader;
    this.#live = projections;
    this.#onSignal = onSignal;
    this.#retryMs = retryMs;
  }

  /**
   * Runs until the signal is aborted, and settles when nothing writes any more. A fault of the log stops the
   * projections until their next retry; it is not thrown.
   */
  async run(stopping: AbortSignal): Promise<void> {
    this.#stopping = stopping;
    this.#separateSlower();
    while (!stopping.aborted) {
      const change = this.#changes.shift();
      if (change === undefined) await this.#runLive();
      else await change.apply();
    }
    for (const { reject } of this.#changes.splice(0)) reject(stoppingError());
    await Promise.allSettled(this.#background);
  }

  /**
   * Lets the projections that are behind the others catch up on their own. Not a part of `run`, whose variables live
   * as long as the group: a projection among them would never be garbage-collected.
   */
  #separateSlower(): void {
    const furthest = Math.max(...this.#live.map(ordinalOf));
    for (const projection of this.#live) {
      if (ordinalOf(projection) < furthest) this.#catchUpInBackground(projection);
    }
  }

  /**
   * Replaces the projections of the same names. Those that replace live ones catch up first. Rejects, and replaces
   * none, if one of these stops before it has caught up, or if the group is stopping.
   */
  replace(projections: readonly Projection[]): Promise<void> {
    const isLive = ({ definition }: Projection): boolean => this.#liveOf(definition.name) !== undefined;
    return this.#inBackground(async () => {
      for (const projection of projections.filter(isLive)) await this.#catchUpFully(projection);
      return this.#betweenPages(async () => {
        const [live, behind] = [projections.filter(isLive), projections.filter((each) => !isLive(each))];
        for (const projection of live) await this.#catchUpFully(projection);
        const names = live.map(({ definition }) => definition.name);
        this.#live = [...this.#live.filter(({ definition }) => !names.includes(definition.name)), ...live];
        for (const projection of behind) this.#catchUpInBackground(projection);
      });
    });
  }

  #liveOf(name: string): Projection | undefined {
    return this.#live.find(({ definition }) => definition.name === name);
  }

  /** Runs the live projections until a change is pending or the group stops. */
  async #runLive(): Promise<void> {
    this.#interrupt = new AbortController();
    const interrupted = AbortSignal.any([this.#interrupt.signal, this.#stopping]);
    if (this.#live.length > 0) {
      const projector = new Projector(this.#reader, this.#live, (signal) => this.#handle(signal));
      await projector.run(interrupted).catch((error: unknown) => {
        for (const { definition } of this.#live) {
          this.#handle({ kind: 'stopped', projection: definition.name, ...stopCausedBy(error) });
        }
      });
    } else if (!interrupted.aborted) {
      await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
    }
  }

  #handle(signal: ProjectorSignal): void {
    this.#onSignal(signal);
    if (signal.kind !== 'stopped') return;
    const stopped = this.#liveOf(signal.projection);
    if (stopped === undefined) return;
    this.#moveBehind(stopped);
    this.#retryLater(stopped, signal);
  }

  #moveBehind(projection: Projection): void {
    this.#live = this.#live.filter((other) => other !== projection);
    this.#behind.set(projection.definition.name, projection);
  }

  #catchUpInBackground(projection: Projection): void {
    this.#moveBehind(projection);
    void this.#inBackground(() => this.#rejoin(projection));
  }

  #retryLater(projection: Projection, last: ProjectionStop): void {
    const ordinal = ordinalOf(projection);
    const before = this.#stops.get(projection);
    const failures = before?.ordinal === ordinal ? before.failures + 1 : 0;
    this.#stops.set(projection, { last, ordinal, failures });
    const delayMs = this.#retryMs(failures);
    const timer = setTimeout(() => {
      if (!this.#stopping.aborted) void this.#inBackground(() => this.#rejoin(projection));
    }, delayMs);
    timer.unref();
    this.#onSignal({ kind: 'retry-scheduled', projection: projection.definition.name, delayMs });
  }

  /**
   * Brings a projection to the end of the log and makes it live. If it stops, it retries later; the stop is signalled
   * unless it is that of the previous attempt.
   */
  async #rejoin(projection: Projection): Promise<void> {
    const { name } = projection.definition;
    const isReplaced = () => this.#behind.get(name) !== projection;
    if (isReplaced()) return;
    const caughtUp = await catchUp(this.#reader, projection, this.#onSignal, this.#stopping);
    if (isReplaced() || caughtUp.outcome === 'aborted') return;
    if (caughtUp.outcome === 'stopped') {
      const { eventId, reason } = caughtUp;
      if (!this.#isRepeated(projection, caughtUp))
        this.#onSignal({ kind: 'stopped', projection: name, eventId, reason });
      this.#retryLater(projection, caughtUp);
      return;
    }
    await this.#betweenPages(async () => {
      if (isReplaced()) return;
      this.#behind.delete(name);
      this.#live = [...this.#live, projection];
    });
  }

  #isRepeated(projection: Projection, { eventId, reason }: ProjectionStop): boolean {
    const { last, ordinal } = this.#stops.get(projection) ?? {};
    return last?.eventId === eventId && last?.reason === reason && ordinal === ordinalOf(projection);
  }

  async #catchUpFully(projection: Projection): Promise<void> {
    const caughtUp = await catchUp(this.#reader, projection, () => {}, this.#stopping);
    if (caughtUp.outcome === 'stopped') throw new Error(`${caughtUp.reason} (event ${caughtUp.eventId})`);
    if (caughtUp.outcome === 'aborted') throw stoppingError();
  }

  /** Runs the work independently of the live projections; `run` waits for it before it settles. */
  #inBackground<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = work();
    const settled = working.then(
      () => {},
      () => {},
    );
    this.#background.add(settled);
    void settled.then(() => this.#background.delete(settled));
    return working;
  }

  /** Runs the work while no live projection is writing, after the current page is committed. */
  async #betweenPages<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#stopping.aborted) throw stoppingError();
    return new Promise((resolve, reject) => {
      this.#changes.push({ apply: () => work().then(resolve, reject), reject });
      this.#interrupt.abort();
    });
  }
}

function ordinalOf({ writer }: Projection): number {
  return writer.checkpoint()?.ordinal ?? 0;
}

function stoppingError(): Error {
  return new Error('The projector is stopping.');
}
