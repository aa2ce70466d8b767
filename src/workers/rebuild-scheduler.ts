import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FromRebuildThread, RebuildThreadData } from './rebuild-thread.ts';

/** A page's objects are garbage together: room for a few pages spares copying them. */
const YOUNG_GENERATION_MIB = 64;

export type RebuildEnd = Exclude<FromRebuildThread, { kind: 'progress' }>;

export interface RebuildRun {
  /** Settles when the thread has ended. An error of the thread, and its death, count as a stop. */
  readonly ended: Promise<RebuildEnd>;
  cancel(): void;
}

/** How a rebuild goes, as it is told. */
export interface RebuildFollower {
  /** It had to wait for its turn, if there were others. */
  started(): void;
  /** Events projected so far. */
  progressed(events: number): void;
}

/** Runs each rebuild in a thread of its own, as many at once as there are cores; others wait for their turn. */
export class RebuildThreads {
  /** Each is told whether it has its turn. */
  readonly #waiting = new Set<(hasTurn: boolean) => void>();
  #free = availableParallelism();

  run(workerData: RebuildThreadData, follower: RebuildFollower): RebuildRun {
    const cancelled = new AbortController();
    const work = async (): Promise<RebuildEnd> => {
      follower.started();
      try {
        return await runThread(workerData, follower, cancelled.signal);
      } finally {
        this.#leave();
      }
    };
    const ended = this.#hasRoom()
      ? work()
      : this.#turn(cancelled.signal).then((hasTurn) => (hasTurn ? work() : ({ kind: 'cancelled' } as const)));
    return { ended, cancel: () => cancelled.abort() };
  }

  #hasRoom(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** False when it was cancelled before. */
  #turn(cancelled: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      cancelled.addEventListener('abort', () => this.#waiting.delete(resolve) && resolve(false), {
        once: true,
      });
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next(true);
  }
}

function runThread(
  workerData: RebuildThreadData,
  follower: RebuildFollower,
  cancelled: AbortSignal,
): Promise<RebuildEnd> {
  const worker = new Worker(new URL('./rebuild-thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  const cancel = () => worker.postMessage('cancel');
  if (cancelled.aborted) cancel();
  cancelled.addEventListener('abort', cancel, { once: true });
  let end: RebuildEnd = { kind: 'stopped', eventId: undefined, reason: 'The thread ended early' };
  worker.on('message', (message: FromRebuildThread) => {
    if (message.kind === 'progress') follower.progressed(message.events);
    else end = message;
  });
  worker.on('error', (error) => {
    end = { kind: 'stopped', eventId: undefined, reason: String(error) };
  });
  return new Promise((resolve) => worker.once('exit', () => resolve(end)));
}
