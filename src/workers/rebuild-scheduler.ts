import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RebuildThreadData, RebuildThreadMessage } from './rebuild-thread.ts';

/** The objects of one page die together. Room for a few pages keeps the garbage collector from copying them. */
const YOUNG_GENERATION_MIB = 64;

export type RebuildOutcome = Exclude<RebuildThreadMessage, { kind: 'progress' }>;

export interface RebuildRun {
  /** Settles when the thread has ended, and never rejects: an error or the death of the thread is a `stopped`. */
  readonly outcome: Promise<RebuildOutcome>;
  cancel(): void;
}

export interface RebuildListener {
  /** Called when the rebuild leaves the queue; at once if it need not wait. */
  started(): void;
  /** Called with the number of events projected so far. */
  progressed(events: number): void;
}

/** Runs each rebuild in its own thread. At most as many run at once as there are cores; the others wait in a queue. */
export class RebuildScheduler {
  /** Each callback receives whether the rebuild may run now; false if it was cancelled. */
  readonly #queue = new Set<(mayRun: boolean) => void>();
  #freeSlots = availableParallelism();

  run(workerData: RebuildThreadData, listener: RebuildListener): RebuildRun {
    const cancelled = new AbortController();
    const outcome = this.#runInSlot(workerData, listener, cancelled.signal);
    return { outcome, cancel: () => cancelled.abort() };
  }

  async #runInSlot(
    workerData: RebuildThreadData,
    listener: RebuildListener,
    cancelled: AbortSignal,
  ): Promise<RebuildOutcome> {
    const mayRun = this.#takeSlot() || (await this.#waitForSlot(cancelled));
    if (!mayRun) return { kind: 'cancelled' };
    listener.started();
    try {
      return await runThread(workerData, listener, cancelled);
    } finally {
      this.#releaseSlot();
    }
  }

  #takeSlot(): boolean {
    if (this.#freeSlots === 0) return false;
    this.#freeSlots -= 1;
    return true;
  }

  /** Settles with false if the rebuild is cancelled first. */
  #waitForSlot(cancelled: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue.add(resolve);
      cancelled.addEventListener('abort', () => this.#queue.delete(resolve) && resolve(false), {
        once: true,
      });
    });
  }

  #releaseSlot(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.#freeSlots += 1;
      return;
    }
    this.#queue.delete(next);
    next(true);
  }
}

function runThread(
  workerData: RebuildThreadData,
  listener: RebuildListener,
  cancelled: AbortSignal,
): Promise<RebuildOutcome> {
  const worker = new Worker(new URL('./rebuild-thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  const cancel = () => worker.postMessage('cancel');
  if (cancelled.aborted) cancel();
  cancelled.addEventListener('abort', cancel, { once: true });
  let outcome: RebuildOutcome = { kind: 'stopped', eventId: undefined, reason: 'The thread ended early' };
  worker.on('message', (message: RebuildThreadMessage) => {
    if (message.kind === 'progress') listener.progressed(message.events);
    else outcome = message;
  });
  worker.on('error', (error) => {
    outcome = { kind: 'stopped', eventId: undefined, reason: String(error) };
  });
  return new Promise((resolve) => worker.once('exit', () => resolve(outcome)));
}
