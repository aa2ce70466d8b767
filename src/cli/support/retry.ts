import { setTimeout } from 'node:timers/promises';
import { createRetryPolicy, type RetryPolicy } from '../../event-store/retry.ts';

/**
 * Patience that says what it waits for, and ends with that when it is told to stop.
 * @param tell takes a line for people when it begins to wait
 */
export function reportedRetries(aborted: AbortSignal, tell: (text: string) => void): RetryPolicy {
  let told = '';
  return createRetryPolicy({
    monotonicMs: () => performance.now(),
    pause: async (timeMs, error) => {
      if (error.message !== told) tell(`${error.message} It is tried again.\n`);
      told = error.message;
      await setTimeout(timeMs, undefined, { signal: aborted }).catch(() => {
        throw error;
      });
    },
  });
}
