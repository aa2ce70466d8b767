import type { EventReader, Position } from '../event-store/event-store.ts';
import type { MountedTimeline } from './mounted-timeline.ts';
import type { ProjectorSignal } from './projector.ts';
import type { TimelineReader } from './timeline-store.ts';

interface Waiter {
  readonly position: Position;
  readonly resolve: (reached: boolean) => void;
}

/** Follows the signals of a projector, which may run in another thread, and lets readers wait for a position. */
export class ProjectionProgress implements MountedTimeline {
  readonly name: string;
  readonly reader: TimelineReader;
  readonly #compare: EventReader['comparePositions'];
  readonly #waiters = new Set<Waiter>();
  #state: MountedTimeline['state'] = 'catching-up';
  #position: Position | undefined;

  constructor(name: string, reader: TimelineReader, compare: EventReader['comparePositions']) {
    this.name = name;
    this.reader = reader;
    this.#compare = compare;
    this.#position = reader.checkpoint()?.position;
  }

  get state(): MountedTimeline['state'] {
    return this.#state;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Takes a signal in; those of other projections are passed over. */
  take(signal: ProjectorSignal): void {
    if (signal.projection !== this.name) return;
    switch (signal.kind) {
      case 'projected':
        this.#position = signal.checkpoint.position;
        for (const waiter of this.#waiters) if (this.#holds(waiter.position)) waiter.resolve(true);
        return;
      case 'caught-up':
        if (this.#state === 'catching-up') this.#state = 'live';
        return;
      case 'stopped':
        this.#state = 'stopped';
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

  #holds(position: Position): boolean {
    return this.#position !== undefined && this.#compare(this.#position, position) >= 0;
  }
}
