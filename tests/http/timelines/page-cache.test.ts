import { describe, expect, test } from '@jest/globals';
import { type CachedPage, createPageCache } from '../../../src/http/timelines/page-cache.ts';
import type { TimelineReader } from '../../../src/projector/timeline-store.ts';

const page = (bytes: number): CachedPage => ({
  rows: new WeakRef({} as TimelineReader),
  format: 'json',
  etag: '"1"',
  ordinal: undefined,
  body: Buffer.alloc(bytes),
  links: {},
  isPinned: false,
  isPermanent: false,
  freshAt: undefined,
});

describe('createPageCache', () => {
  test('evicts the least recently used page', () => {
    const cache = createPageCache(10_000);
    cache.set('a', page(3_000));
    cache.set('b', page(3_000));
    expect(cache.get('a')).toBeDefined();
    cache.set('c', page(3_000));
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  });

  test('counts a replaced page once', () => {
    const cache = createPageCache(10_000);
    cache.set('a', page(3_000));
    for (let time = 0; time < 10; time += 1) cache.set('b', page(3_000));
    expect(cache.get('a')).toBeDefined();
  });

  test('counts the overhead of small pages', () => {
    const cache = createPageCache(100_000);
    for (let number = 0; number < 1_000; number += 1) cache.set(`${number}`, page(0));
    const kept = Array.from({ length: 1_000 }, (_, number) => cache.get(`${number}`)).filter(Boolean);
    expect(kept.length).toBeLessThan(200);
    expect(cache.get('999')).toBeDefined();
  });

  test('does not keep a page that is larger than the cache', () => {
    const cache = createPageCache(10_000);
    cache.set('a', page(20_000));
    expect(cache.get('a')).toBeUndefined();
  });
});
