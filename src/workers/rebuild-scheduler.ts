import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { LogRemovals } from '../event-store/removals.ts';
import { ViewFiles } from '../sqlite/views/view-files.ts';
import type { LogSettings } from './open-log.ts';
import type { RebuildCommand, RebuildMessage, RebuildOutcome, RebuildRequest } from './rebuild-process.ts';

const MODULE = new URL('./rebuild-process.js', import.meta.url);

/**
 * The objects of one page die together. Room for a few pages keeps the garbage collector from copying them. The old
 * generation stays near the size of what lives in it, as in the server.
 */
const HEAP_OPTIONS = ['--max-semi-space-size=8', '--heap-growing-percent=25'];

const ENDED_EARLY = 'The process ended early';

export interface RebuildRun {
  /** Settles when the rebuild has ended, and never rejects: an error or the death of the process is a `stopped`. */
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
 * Runs rebuilds in processes, at most one for each core. Rebuilds that wait when one may start share its reading and
 * folding of the log. A rebuild waits until it is known which events were removed.
 */
export class RebuildScheduler {
  readonly #log: LogSettings;
  readonly #removals: Pick<LogRemovals, 'known' | 'records'>;
  readonly #waiting = new Set<ScheduledRebuild>();
  #freeProcesses: number;

  constructor(
    log: LogSettings,
    removals: Pick<LogRemovals, 'known' | 'records'>,
    processesMax = availableParallelism(),
  ) {
    this.#log = log;
    this.#removals = removals;
    this.#freeProcesses = processesMax;
  }

  /** Rebuilds that are requested in one turn of the event loop start together. */
  run(request: RebuildRequest, listener: RebuildListener): RebuildRun {
    const rebuild = new ScheduledRebuild(request, listener, new ViewFiles(this.#log.dataDir));
    this.#waiting.add(rebuild);
    void this.#removals.known.then(() => setImmediate(() => this.#startProcesses()));
    return {
      outcome: rebuild.outcome,
      cancel: () => {
        if (this.#waiting.delete(rebuild)) rebuild.end({ kind: 'cancelled' });
        else rebuild.cancelInProcess();
      },
    };
  }

  /** Deals the waiting rebuilds out to as many processes as may start. */
  #startProcesses(): void {
    const processes = Math.min(this.#freeProcesses, this.#waiting.size);
    if (processes === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (let dealt = 0; dealt < processes; dealt += 1) {
      void this.#runProcess(waiting.filter((_, index) => index % processes === dealt));
    }
  }

  async #runProcess(rebuilds: readonly ScheduledRebuild[]): Promise<void> {
    this.#freeProcesses -= 1;
    const requests = rebuilds.map(({ request }) => request);
    const child = fork(MODULE, {
      execArgv: [...process.execArgv, ...HEAP_OPTIONS],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    for (const rebuild of rebuilds) rebuild.startIn(child);
    sendTo(child, { kind: 'start', log: this.#log, requests, removed: this.#removals.records });
    await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    this.#freeProcesses += 1;
    this.#startProcesses();
  }
}

class ScheduledRebuild {
  readonly request: RebuildRequest;
  readonly outcome: Promise<RebuildOutcome>;
  readonly #listener: RebuildListener;
  readonly #viewFiles: ViewFiles;
  #child: ChildProcess | undefined;
  /** Settles `outcome`. Further calls have no effect. */
  end: (outcome: RebuildOutcome) => void = () => {};

  constructor(request: RebuildRequest, listener: RebuildListener, viewFiles: ViewFiles) {
    this.request = request;
    this.#listener = listener;
    this.#viewFiles = viewFiles;
    this.outcome = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  startIn(child: ChildProcess): void {
    this.#child = child;
    const stop = (reason: string): void => this.end({ kind: 'stopped', eventId: undefined, reason });
    const onMessage = (message: RebuildMessage): void => {
      if (message.kind === 'progress') this.#listener.progressed(message.events);
      else if (message.kind === 'failed') stop(message.reason);
      else if (message.view === this.request.view) {
        // The progress of the process is that of the others from now on.
        child.off('message', onMessage);
        this.#complete(message.outcome);
      }
    };
    child.on('message', onMessage);
    child.on('error', (error) => stop(String(error)));
    // Unlike at its exit, everything that the process sent has arrived.
    child.once('disconnect', () => stop(ENDED_EARLY));
    this.#listener.started();
  }

  /** Only the process that has the data folder locked completes a file: a killed server may have left the other one. */
  #complete(outcome: RebuildOutcome): void {
    try {
      if (outcome.kind === 'built') this.#viewFiles.complete(outcome.file);
      this.end(outcome);
    } catch (error) {
      this.end({ kind: 'stopped', eventId: undefined, reason: String(error) });
    }
  }

  cancelInProcess(): void {
    if (this.#child !== undefined) sendTo(this.#child, { kind: 'cancel', view: this.request.view });
  }
}

/** A process that has ended needs no message. */
function sendTo(child: ChildProcess, command: RebuildCommand): void {
  child.send(command, () => {});
}
