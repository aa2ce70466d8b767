import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LogRemovals } from '../event-store/removals.ts';
import type { LogSettings } from './open-log.ts';
import type {
  RebuildOutcome,
  RebuildRequest,
  RebuildThreadCommand,
  RebuildThreadData,
  RebuildThreadMessage,
} from './rebuild-thread.ts';

/** The objects of one page die together. Room for a few pages keeps the garbage collector from copying them. */
const YOUNG_GENERATION_MIB = 24;

const ENDED_EARLY = 'The thread ended early';

export interface RebuildRun {
  /** Settles when the rebuild has ended, and never rejects: an error or the death of the thread is a `stopped`. */
  readonly outcome: Promise<RebuildOutcome>;
  cancel(): void;
}

export interface RebuildListener {
  /** Called when the rebuild leaves the queue; in the next turn of the event loop if it need not wait. */
  started(): void;
  /** Called with the number of events projected so far. */
  progressed(events: number): void;
}

/**
 * Runs rebuilds in threads, at most one for each core. Rebuilds that wait when a thread becomes free share its reading
 * and folding of the log. A rebuild waits until it is known which events were removed.
 */
export class RebuildScheduler {
  readonly #log: LogSettings;
  readonly #removals: Pick<LogRemovals, 'known' | 'records'>;
  readonly #waiting = new Set<ScheduledRebuild>();
  #freeThreads: number;

  constructor(
    log: LogSettings,
    removals: Pick<LogRemovals, 'known' | 'records'>,
    threadsMax = availableParallelism(),
  ) {
    this.#log = log;
    this.#removals = removals;
    this.#freeThreads = threadsMax;
  }

  /** Rebuilds that are requested in one turn of the event loop start together. */
  run(request: RebuildRequest, listener: RebuildListener): RebuildRun {
    const rebuild = new ScheduledRebuild(request, listener);
    this.#waiting.add(rebuild);
    void this.#removals.known.then(() => setImmediate(() => this.#startThreads()));
    return {
      outcome: rebuild.outcome,
      cancel: () => {
        if (this.#waiting.delete(rebuild)) rebuild.end({ kind: 'cancelled' });
        else rebuild.cancelInThread();
      },
    };
  }

  /** Deals the waiting rebuilds out to the free threads. */
  #startThreads(): void {
    const threads = Math.min(this.#freeThreads, this.#waiting.size);
    if (threads === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (let thread = 0; thread < threads; thread += 1) {
      void this.#runThread(waiting.filter((_, index) => index % threads === thread));
    }
  }

  async #runThread(rebuilds: readonly ScheduledRebuild[]): Promise<void> {
    this.#freeThreads -= 1;
    const requests = rebuilds.map(({ request }) => request);
    const workerData: RebuildThreadData = { log: this.#log, requests, removed: this.#removals.records };
    const worker = new Worker(new URL('./rebuild-thread.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
    for (const rebuild of rebuilds) rebuild.startIn(worker);
    await new Promise((resolve) => worker.once('exit', resolve));
    this.#freeThreads += 1;
    this.#startThreads();
  }
}

class ScheduledRebuild {
  readonly request: RebuildRequest;
  readonly outcome: Promise<RebuildOutcome>;
  readonly #listener: RebuildListener;
  #worker: Worker | undefined;
  /** Settles `outcome`. Further calls have no effect. */
  end: (outcome: RebuildOutcome) => void = () => {};

  constructor(request: RebuildRequest, listener: RebuildListener) {
    this.request = request;
    this.#listener = listener;
    this.outcome = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  startIn(worker: Worker): void {
    this.#worker = worker;
    const onMessage = (message: RebuildThreadMessage): void => {
      if (message.kind === 'progress') this.#listener.progressed(message.events);
      else if (message.view === this.request.view) {
        // The progress of the thread is that of the others from now on.
        worker.off('message', onMessage);
        this.end(message.outcome);
      }
    };
    worker.on('message', onMessage);
    worker.on('error', (error) => this.end({ kind: 'stopped', eventId: undefined, reason: String(error) }));
    worker.once('exit', () => this.end({ kind: 'stopped', eventId: undefined, reason: ENDED_EARLY }));
    this.#listener.started();
  }

  cancelInThread(): void {
    const command: RebuildThreadCommand = { kind: 'cancel', view: this.request.view };
    this.#worker?.postMessage(command);
  }
}
