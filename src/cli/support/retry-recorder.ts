import type { Recorder } from '../../append/recorder.ts';
import { reportedRetries } from './retry.ts';

/**
 * Sends again what the log could not take for the moment. A busy log is waited for, one that is away for a minute. For
 * events that have ids only: nothing is recorded twice then.
 * @param tell takes a line for people when it begins to wait
 */
export function retryRecorder(
  recorder: Recorder,
  aborted: AbortSignal,
  tell: (text: string) => void,
): Recorder {
  const insist = reportedRetries(aborted, tell);
  return {
    record: (input, options) => insist(() => recorder.record(input, options)),
    preview: (input, options) => insist(() => recorder.preview(input, options)),
    restore: (envelopes) => insist(() => recorder.restore(envelopes)),
  };
}
