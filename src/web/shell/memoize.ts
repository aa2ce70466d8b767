import { LRUCache } from 'lru-cache';

const RESULTS_MAX = 4_096;

/**
 * Caches the results of a pure function of short texts. Codes, names and dates recur on every page. The least recently
 * used result is dropped first.
 */
export function memoize<Text extends string, Result extends object | string>(
  compute: (text: Text) => Result,
): (text: Text) => Result {
  const cache = new LRUCache<Text, Result>({ max: RESULTS_MAX, memoMethod: compute });
  return (text) => cache.memo(text);
}
