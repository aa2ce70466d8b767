import { type EventReader, StoreBusyError, StoreUnavailableError } from './event-store.ts';

/** What a log is read by from one end to the other. */
export type LogReads = Pick<EventReader, 'readAll' | 'readStream' | 'countAfter' | 'comparePositions'>;

/** Does the work, and again where a store that is out of reach or has too much to do could not. */
export type Patience = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface Waiting {
  /** Milliseconds, from any start; never runs backwards. */
  readonly monotonicMs: () => number;
  /** Because of what the store has met. What it rejects with ends the patience. */
  readonly pause: (timeMs: number, error: Error) => Promise<void>;
}

const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 2_000;
const UNAVAILABLE_MS_MAX = 60_000;
/** A store that reads a long log for its index takes no append before it has. */
const BUSY_MS_MAX = 600_000;

/** Tries again after growing pauses, a minute long where the store is out of reach; then rejects with what the last try met. */
export function patience({ monotonicMs, pause }: Waiting): Patience {
  return async (work) => {
    const startedMs = monotonicMs();
    for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Error) || monotonicMs() - startedMs >= patienceMs(error)) throw error;
        await pause(pauseMs, error);
      }
    }
  };
}

function patienceMs(error: Error): number {
  if (error instanceof StoreUnavailableError) return UNAVAILABLE_MS_MAX;
  return error instanceof StoreBusyError ? BUSY_MS_MAX : 0;
}

export function readPatiently(log: LogReads, insist: Patience): LogReads {
  return {
    readAll: (options) => insist(() => log.readAll(options)),
    readStream: (stream, options) => insist(() => log.readStream(stream, options)),
    countAfter: (position) => insist(() => log.countAfter(position)),
    comparePositions: (a, b) => log.comparePositions(a, b),
  };
}
