import type { Recorder } from '../../append/recorder.ts';
import { createRetryPolicy, pause, type RetryPolicy } from '../../event-store/retry.ts';

/**
 * Returns a retry policy that prints why it waits. Once `aborted`, it rejects with the last error instead of waiting.
 *
 * @param print takes a line for the user; repeated errors are printed once
 */
export function reportingRetryPolicy(aborted: AbortSignal, print: (text: string) => void): RetryPolicy {
  let printed = '';
  return createRetryPolicy({
    monotonicMs: () => performance.now(),
    pause: async (timeMs, error) => {
      if (error.message !== printed) print(`${error.message} Retrying.\n`);
      printed = error.message;
      await pause(timeMs, aborted);
      if (aborted.aborted) throw error;
    },
  });
}

/**
 * Returns a recorder that retries while the log is busy, and for a minute while it is unavailable. Every event must
 * have an id, or a retry could record it twice.
 */
export function retryingRecorder(recorder: Recorder, retry: RetryPolicy): Recorder {
  return {
    record: (input, options) => retry(() => recorder.record(input, options)),
    preview: (input, options) => retry(() => recorder.preview(input, options)),
    dryRun: () => recorder.dryRun(),
    restore: (envelopes) => retry(() => recorder.restore(envelopes)),
    exclusively: (stream, work) => recorder.exclusively(stream, work),
  };
}
