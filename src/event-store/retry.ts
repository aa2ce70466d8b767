import { type EventReader, StoreBusyError, StoreUnavailableError } from './event-store.ts';

/** The reads that it takes to go through a log from one end to the other. */
export type LogSource = Pick<EventReader, 'readAll' | 'readStream' | 'countAfter' | 'comparePositions'>;

/** Runs `work` until it succeeds or fails for a reason other than a busy or unavailable store. */
export type RetryPolicy = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface RetryTiming {
  /** Milliseconds from an arbitrary start; never runs backwards. */
  readonly monotonicMs: () => number;
  /** Waits before the next attempt. Rejecting ends the retries with that error. */
  readonly pause: (timeMs: number, error: Error) => Promise<void>;
}

const UNAVAILABLE_MS_MAX = 60_000;

/** Retries with backoff: without limit while the store is busy, for a minute while it is unavailable. */
export function createRetryPolicy({ monotonicMs, pause }: RetryTiming): RetryPolicy {
  return async (work) => {
    let reachedMs = monotonicMs();
    for (let failures = 0; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        const isBusy = error instanceof StoreBusyError;
        if (isBusy) reachedMs = monotonicMs();
        const isUnavailable = error instanceof StoreUnavailableError;
        const mayRetry = isBusy || (isUnavailable && monotonicMs() - reachedMs < UNAVAILABLE_MS_MAX);
        if (!mayRetry) throw error;
        await pause(backoffMs(failures), error);
      }
    }
  };
}

/** Wraps the reads of a log in a retry policy. */
export function retryReads(log: LogSource, retry: RetryPolicy): LogSource {
  return {
    readAll: (options) => retry(() => log.readAll(options)),
    readStream: (stream, options) => retry(() => log.readStream(stream, options)),
    countAfter: (position) => retry(() => log.countAfter(position)),
    comparePositions: (a, b) => log.comparePositions(a, b),
  };
}

const STORE_BACKOFF = { minMs: 100, maxMs: 2_000 };

/** Doubles with each failure up to a limit. Half of it is random, so that processes do not retry in step. */
export function backoffMs(failures: number, { minMs, maxMs } = STORE_BACKOFF): number {
  const longestMs = Math.min(minMs * 2 ** Math.min(failures, 10), maxMs);
  return longestMs * (0.5 + Math.random() / 2);
}

/** Resolves after the time, or as soon as the signal is aborted. Never rejects. */
export function pause(timeMs: number, signal?: AbortSignal): Promise<void> {
  if (timeMs <= 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, timeMs);
    signal?.addEventListener('abort', end);
  });
}
