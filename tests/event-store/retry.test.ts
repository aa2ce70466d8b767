import { describe, expect, test } from '@jest/globals';
import { StoreBusyError, StoreFullError, StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { backoffMs, createRetryPolicy, pause } from '../../src/event-store/retry.ts';

describe('backoff', () => {
  test('doubles from 100 ms to 2 s, half of it random', () => {
    const ranges = [0, 1, 2, 3, 4, 5, 50].map((failures) => {
      const pauses = Array.from({ length: 200 }, () => backoffMs(failures));
      return [Math.min(...pauses), Math.max(...pauses)];
    });
    const longest = [100, 200, 400, 800, 1_600, 2_000, 2_000];
    for (const [index, [least = 0, most = 0]] of ranges.entries()) {
      const longestMs = longest[index] ?? 0;
      expect(least).toBeGreaterThanOrEqual(longestMs / 2);
      expect(least).toBeLessThan(longestMs * 0.6);
      expect(most).toBeGreaterThan(longestMs * 0.9);
      expect(most).toBeLessThanOrEqual(longestMs);
    }
  });
});

describe('a pause', () => {
  test('ends when the signal is aborted, before its time', async () => {
    const abort = new AbortController();
    const paused = pause(60_000, abort.signal);
    abort.abort();
    await expect(paused).resolves.toBeUndefined();
    await expect(pause(60_000, abort.signal)).resolves.toBeUndefined();
  });

  test('does not wait for a negative time', async () => {
    await expect(pause(-1)).resolves.toBeUndefined();
  });
});

describe('a retry policy', () => {
  /** Runs work that always fails, with `minutes` between its attempts, up to `attemptsMax`. */
  async function attemptsOf(error: Error, minutes: number, attemptsMax: number): Promise<number> {
    let [nowMs, attempts] = [0, 0];
    const retry = createRetryPolicy({
      monotonicMs: () => nowMs,
      pause: async () => {
        nowMs += minutes * 60_000;
      },
    });
    const work = async () => {
      attempts += 1;
      if (attempts < attemptsMax) throw error;
    };
    await retry(work).catch((reason) => expect(reason).toBe(error));
    return attempts;
  }

  test('retries a busy store without limit', async () => {
    expect(await attemptsOf(new StoreBusyError('busy'), 1, 50)).toBe(50);
  });

  test('retries an unavailable store for a minute', async () => {
    // Attempts at 0, 25, 50 and 75 seconds; the last one is after the minute.
    expect(await attemptsOf(new StoreUnavailableError('unavailable'), 25 / 60, 50)).toBe(4);
  });

  test('does not retry other errors', async () => {
    expect(await attemptsOf(new StoreFullError('full'), 1, 50)).toBe(1);
  });
});
