import { setTimeout as delay } from 'node:timers/promises';
import { StoreBusyError, StoreUnavailableError } from '../event-store/event-store.ts';
import type { Recorder } from '../recording/recorder.ts';

const AWAY_MS_MAX = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Sends again what the log could not take for the moment. A busy log is waited for, one that is away for a minute. For
 * events that have ids only: nothing is recorded twice then.
 * @param tell takes a line for people when it begins to wait
 */
export function patientRecorder(
  recorder: Recorder,
  aborted: AbortSignal,
  tell: (text: string) => void,
): Recorder {
  let told = '';
  const wait = (error: Error): void => {
    if (error.message !== told) tell(`${error.message} It is tried again.\n`);
    told = error.message;
  };
  return {
    record: (input, options) => patiently(() => recorder.record(input, options), aborted, wait),
    restore: (envelopes) => patiently(() => recorder.restore(envelopes), aborted, wait),
  };
}

async function patiently<Result>(
  work: () => Promise<Result>,
  aborted: AbortSignal,
  wait: (error: Error) => void,
): Promise<Result> {
  const giveUpMs = performance.now() + AWAY_MS_MAX;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof StoreUnavailableError && performance.now() < giveUpMs;
      if (aborted.aborted || !(isAway || error instanceof StoreBusyError)) throw error;
      wait(error);
    }
    await delay(pauseMs, undefined, { signal: aborted }).catch(() => {});
  }
}
