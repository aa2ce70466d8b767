/** Settles after the time, or at once when the signal is aborted. Never rejects. */
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

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Doubles with each failure, a random half of it, so that many processes do not come back at the same moment. */
export function pauseAfter(failures: number): number {
  const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
  return longestMs * (0.5 + Math.random() / 2);
}
