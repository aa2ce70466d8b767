import { jest } from '@jest/globals';

const TIMEOUT_MS = 600_000;

/**
 * Returns how often to check the properties of a file, and sets the timeout of its tests accordingly.
 * `FUZZ_ROUNDS=10000` makes a long run; no property is checked less often than by default.
 */
export function fuzzRounds(defaultRounds: number): number {
  const numRuns = Math.max(defaultRounds, Number(process.env['FUZZ_ROUNDS'] ?? 0));
  jest.setTimeout((numRuns / defaultRounds) * TIMEOUT_MS);
  return numRuns;
}
