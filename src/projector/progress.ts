import type { EventReader, Position } from '../event-store/event-store.ts';
import { EventRate } from './event-rate.ts';
import type { MountedProjection, ProjectionState, ProjectionStop } from './mounted-projection.ts';
import type { GroupSignal } from './projector-group.ts';
import type { Ordinal, TimelineReader } from './timeline-store.ts';

interface Waiter {
  readonly position: Position;
  readonly resolve: (reached: boolean) => void;
}

/** A projector sends heartbeats more often than this. */
export const HEARTBEAT_TIMEOUT_MS = 10_000;

/** `current`: the projector keeps the rows up to date. `outdated`: other rows are being built. */
export type ServedRows = 'current' | 'outdated';

export interface ProgressOptions {
  readonly name: string;
  readonly version: number;
  readonly comparePositions: EventReader['comparePositions'];
  /** Returns milliseconds from any start and never runs backwards. */
  readonly monotonicMs: () => number;
  /** Called when a reader starts to wait for a position, and whenever it waits on although the rows have advanced. */
  readonly onWait: () => void;
}

/** Tracks a projector, which may run in another thread, by its signals, and lets readers wait for a position. */
export class ProjectionProgress implements MountedProjection {
  readonly name: string;
  readonly version: number;
  readonly #compare: EventReader['comparePositions'];
  readonly #monotonicMs: () => number;
  readonly #onWait: () => void;
  readonly #rate: EventRate;
  readonly #waiters = new Set<Waiter>();
  readonly #listeners: (() => void)[] = [];
  #reader: TimelineReader | undefined;
  #state: ProjectionState = 'building';
  #stop: ProjectionStop | undefined;
  #retryAtMs: number | undefined;
  #position: Position | undefined;
  #ordinal = 0;
  #heartbeatMs: number;

  constructor({ name, version, comparePositions, monotonicMs, onWait }: ProgressOptions) {
    this.name = name;
    this.version = version;
    this.#compare = comparePositions;
    this.#monotonicMs = monotonicMs;
    this.#onWait = onWait;
    this.#rate = new EventRate(monotonicMs);
    this.#heartbeatMs = monotonicMs();
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

  get retryInMs(): number | undefined {
    return this.#retryAtMs && Math.max(Math.round(this.#retryAtMs - this.#monotonicMs()), 0);
  }

  get isAlive(): boolean {
    return this.#monotonicMs() - this.#heartbeatMs <= HEARTBEAT_TIMEOUT_MS;
  }

  get eventsPerSecond(): number {
    return this.#rate.perSecond();
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Serves these rows from now on. */
  serve(reader: TimelineReader, rows: ServedRows): void {
    const checkpoint = reader.checkpoint();
    this.#reader = reader;
    if (rows === 'outdated') this.#state = 'building';
    else if (this.#state !== 'live') this.#state = 'catching-up';
    this.#stop = undefined;
    this.#retryAtMs = undefined;
    this.#moveTo(checkpoint?.position, checkpoint?.ordinal);
  }

  /** Stops serving rows that turned out to be unusable. Others are being built. */
  withdraw(): void {
    this.#reader = undefined;
    this.#moveTo(undefined, undefined);
    this.markBuilding();
  }

  /** Notes that rows are being built, for the first time or after a failed attempt. */
  markBuilding(): void {
    this.#state = 'building';
    this.#stop = undefined;
    this.#retryAtMs = undefined;
  }

  heartbeat(): void {
    this.#heartbeatMs = this.#monotonicMs();
  }

  /** Updates the progress by a signal. Signals of other projections are ignored. */
  handle(signal: GroupSignal): void {
    if (signal.projection !== this.name) return;
    this.heartbeat();
    switch (signal.kind) {
      case 'projected': {
        const { position, ordinal } = signal.checkpoint;
        this.#rate.add(Math.max(ordinal - this.#ordinal, 0));
        this.#clearStop();
        // A signal about rows that were replaced may arrive late. The position never moves backwards for it.
        if (!this.#contains(position)) this.#moveTo(position, ordinal);
        return;
      }
      case 'caught-up':
        this.#clearStop();
        if (this.#state === 'catching-up') this.#state = 'live';
        return;
      case 'stopped':
        this.#state = 'stopped';
        this.#stop = { eventId: signal.eventId, reason: signal.reason };
        return;
      case 'retry-scheduled':
        this.#retryAtMs = this.#monotonicMs() + signal.delayMs;
    }
  }

  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    if (this.#contains(position)) return true;
    this.#onWait();
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

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A projector that makes progress after a stop has overcome its cause. */
  #clearStop(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'catching-up';
    this.#stop = undefined;
    this.#retryAtMs = undefined;
  }

  #moveTo(position: Position | undefined, ordinal: Ordinal | undefined): void {
    this.#position = position;
    this.#ordinal = ordinal ?? 0;
    for (const waiter of this.#waiters) if (this.#contains(waiter.position)) waiter.resolve(true);
    if (this.#waiters.size > 0) this.#onWait();
    for (const listener of this.#listeners) listener();
  }

  #contains(position: Position): boolean {
    return this.#position !== undefined && this.#compare(this.#position, position) >= 0;
  }
}
