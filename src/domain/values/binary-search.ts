/**
 * Counts the items before the first one that `isLeading` rejects, by binary search. It must reject all items after that
 * one too.
 */
export function countLeading<Item>(items: readonly Item[], isLeading: (item: Item) => boolean): number {
  return countLeadingIndexes(items.length, (index) => isLeading(items[index] as Item));
}

/** Does the same for items that are not in memory. `isLeading` receives indexes below `length`. */
export function countLeadingIndexes(length: number, isLeading: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isLeading(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
