/**
 * Returns values with their counts, the greatest count first. Equal counts are in the order of the values (UTF-16 code
 * units).
 */
export function mostFrequent(
  counts: Iterable<readonly [value: string, count: number]>,
): readonly (readonly [value: string, count: number])[] {
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}
