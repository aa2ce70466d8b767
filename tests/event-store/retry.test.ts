import { expect, test } from '@jest/globals';
import { backoffMs } from '../../src/event-store/retry.ts';

test('backoff doubles from 100 ms to 2 s, half of it random', () => {
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
