import { type EventReader, StoreBusyError, StoreUnavailableError } from './event-store.ts';

/** What a log is read by from one end to the other. */
export type LogSource = Pick<EventReader, 'readAll' | 'readStream' | 'countAfter' | 'comparePositions'>;

/** Does the work, and again where a store that is out of reach or has too much to do could not. */
export type RetryPolicy = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface Waiting {
  /** Milliseconds, from any start; never runs backwards. */
  readonly monotonicMs: () => number;
  /** Because of what the store has met. What it rejects with ends the patience. */
  readonly pause: (timeMs: number, error: Error) => Promise<void>;
}

const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 2_000;
const AWAY_MS_MAX = 60_000;

/** After growing pauses; where the store stays out of reach for a minute, it rejects with what the last try met. */
export function createRetryPolicy({ monotonicMs, pause }: Waiting): RetryPolicy {
  return async (work) => {
    let heardMs = monotonicMs();
    for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
      try {
        return await work();
      } catch (error) {
        const isBusy = error instanceof StoreBusyError;
        if (isBusy) heardMs = monotonicMs();
        const isAway = error instanceof StoreUnavailableError && monotonicMs() - heardMs < AWAY_MS_MAX;
        if (!isBusy && !isAway) throw error;
        await pause(pauseMs, error);
      }
    }
  };
}

export function retryReads(log: LogSource, insist: RetryPolicy): LogSource {
  return {
    readAll: (options) => insist(() => log.readAll(options)),
    readStream: (stream, options) => insist(() => log.readStream(stream, options)),
    countAfter: (position) => insist(() => log.countAfter(position)),
    comparePositions: (a, b) => log.comparePositions(a, b),
  };
}
