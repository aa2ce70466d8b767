import type { EventReader, Position } from '../event-store/event-store.ts';
import { EventRate } from './event-rate.ts';
import type { MountedProjection, ProjectionState, ProjectionStop } from './mounted-projection.ts';
import type { ProjectorSignal } from './projector.ts';
import type { Ordinal, TimelineReader } from './timeline-store.ts';

interface Waiter {
  readonly position: Position;
  readonly resolve: (reached: boolean) => void;
}

/** A projector tells that it is there more often than this. */
export const SILENCE_MS_MAX = 10_000;

/** `kept`: the projector keeps them up to date. `outdated`: others are being made. */
export type ServedRows = 'kept' | 'outdated';

export interface ProgressOptions {
  readonly name: string;
  readonly version: number;
  readonly comparePositions: EventReader['comparePositions'];
  /** Milliseconds, from any start; never runs backwards. */
  readonly monotonicMs: () => number;
}

/** Follows the signals of a projector, which may run in another thread, and lets readers wait for a position. */
export class ProjectionProgress implements MountedProjection {
  readonly name: string;
  readonly version: number;
  readonly #compare: EventReader['comparePositions'];
  readonly #monotonicMs: () => number;
  readonly #rate: EventRate;
  readonly #waiters = new Set<Waiter>();
  readonly #followers: (() => void)[] = [];
  #reader: TimelineReader | undefined;
  #state: ProjectionState = 'building';
  #stop: ProjectionStop | undefined;
  #position: Position | undefined;
  #ordinal = 0;
  #heardMs: number;

  constructor({ name, version, comparePositions, monotonicMs }: ProgressOptions) {
    this.name = name;
    this.version = version;
    this.#compare = comparePositions;
    this.#monotonicMs = monotonicMs;
    this.#rate = new EventRate(monotonicMs);
    this.#heardMs = monotonicMs();
  }

  get reader(): TimelineReader | undefined {
    return this.#reader;
  }

  get state(): ProjectionState {
    return this.#state;
  }

  get stop(): ProjectionStop | undefined {
    return this.#stop;
  }

  get isAlive(): boolean {
    return this.#monotonicMs() - this.#heardMs <= SILENCE_MS_MAX;
  }

  get eventsPerSecond(): number {
    return this.#rate.perSecond();
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** From now on these rows serve. */
  serve(reader: TimelineReader, rows: ServedRows): void {
    const checkpoint = reader.checkpoint();
    this.#reader = reader;
    if (rows === 'outdated') this.#state = 'building';
    else if (this.#state !== 'live') this.#state = 'catching-up';
    this.#stop = undefined;
    this.#reached(checkpoint?.position, checkpoint?.ordinal);
  }

  /** The rows are of no use: others are being made. */
  withdraw(): void {
    this.#reader = undefined;
    this.#reached(undefined, undefined);
    this.building();
  }

  /** Its rows are being made, once more. */
  building(): void {
    this.#state = 'building';
    this.#stop = undefined;
  }

  /** The projector is there. */
  heard(): void {
    this.#heardMs = this.#monotonicMs();
  }

  /** Takes a signal in; those of other projections are passed over. */
  take(signal: ProjectorSignal): void {
    if (signal.projection !== this.name) return;
    this.heard();
    switch (signal.kind) {
      case 'projected': {
        const { position, ordinal } = signal.checkpoint;
        this.#rate.add(Math.max(ordinal - this.#ordinal, 0));
        this.#resume();
        // A signal about rows that gave way to others may arrive late: what is held is never taken back.
        if (!this.#holds(position)) this.#reached(position, ordinal);
        return;
      }
      case 'caught-up':
        this.#resume();
        if (this.#state === 'catching-up') this.#state = 'live';
        return;
      case 'stopped':
        this.#state = 'stopped';
        this.#stop = { eventId: signal.eventId, reason: signal.reason };
    }
  }

  waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    if (this.#holds(position)) return Promise.resolve(true);
    return new Promise((settle) => {
      const timer = setTimeout(() => waiter.resolve(false), timeoutMs);
      const waiter: Waiter = {
        position,
        resolve: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          settle(reached);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  follow(moved: () => void): void {
    this.#followers.push(moved);
  }

  /** What had stopped goes on: the mend has worked. */
  #resume(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'catching-up';
    this.#stop = undefined;
  }

  #reached(position: Position | undefined, ordinal: Ordinal | undefined): void {
    this.#position = position;
    this.#ordinal = ordinal ?? 0;
    for (const waiter of this.#waiters) if (this.#holds(waiter.position)) waiter.resolve(true);
    for (const moved of this.#followers) moved();
  }

  #holds(position: Position): boolean {
    return this.#position !== undefined && this.#compare(this.#position, position) >= 0;
  }
}
