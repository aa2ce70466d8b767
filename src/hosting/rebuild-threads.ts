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

/** Runs each rebuild in a thread of its own, as many at once as there are cores; others wait for their turn. */
export class RebuildThreads {
  readonly #waiting: (() => void)[] = [];
  #free = availableParallelism();

  run(workerData: RebuildThreadData, onProgress: (events: number) => void): RebuildRun {
    const cancelled = new AbortController();
    const ended = this.#turn().then(async () => {
      try {
        if (cancelled.signal.aborted) return { kind: 'cancelled' } as const;
        return await runThread(workerData, onProgress, cancelled.signal);
      } finally {
        this.#leave();
      }
    });
    return { ended, cancel: () => cancelled.abort() };
  }

  #turn(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve();
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

function runThread(
  workerData: RebuildThreadData,
  onProgress: (events: number) => void,
  cancelled: AbortSignal,
): Promise<RebuildEnd> {
  const worker = new Worker(new URL('./rebuild-thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  cancelled.addEventListener('abort', () => worker.postMessage('cancel'), { once: true });
  let end: RebuildEnd = { kind: 'stopped', eventId: undefined, reason: 'The thread ended early' };
  worker.on('message', (message: FromRebuildThread) => {
    if (message.kind === 'progress') onProgress(message.events);
    else end = message;
  });
  worker.on('error', (error) => {
    end = { kind: 'stopped', eventId: undefined, reason: String(error) };
  });
  return new Promise((resolve) => worker.once('exit', () => resolve(end)));
}
