/**
 * Returns the bounds of an LRU cache that often has few of its entries. With `max`, the cache reserves memory for all
 * of them when it is made.
 */
export function growingTo(entries: number): {
  readonly maxSize: number;
  readonly sizeCalculation: () => number;
} {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
