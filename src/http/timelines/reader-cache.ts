import { LRUCache } from 'lru-cache';
import type { TimelineReader } from '../../projector/timeline-store.ts';

/**
 * Returns a function that gives each reader a cache of its own. Rows are immutable at a given ordinal, and new rows
 * come with a new reader, so what is kept never becomes stale, and the caches of old readers are collected.
 */
export function cachePerReader<Key extends string | number, Value extends object>(
  bounds: LRUCache.Options<Key, Value, unknown>,
): (reader: TimelineReader) => LRUCache<Key, Value> {
  const caches = new WeakMap<TimelineReader, LRUCache<Key, Value>>();
  return (reader) => {
    const cache = caches.get(reader) ?? new LRUCache<Key, Value>(bounds);
    caches.set(reader, cache);
    return cache;
  };
}
