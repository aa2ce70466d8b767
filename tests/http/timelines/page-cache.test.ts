import { describe, expect, test } from '@jest/globals';
import { type Page, PageCache } from '../../src/http/timelines/page-cache.ts';

const page = (bytes: number): Page => ({
  representation: 'json',
  etag: '"1"',
  body: Buffer.alloc(bytes),
  link: {},
  isPinned: false,
  goodAt: undefined,
});

describe('the cache of pages', () => {
  test('gives up the page that was used least recently when there is no room', () => {
    const cache = new PageCache(10_000);
    cache.set('a', page(4_000));
    cache.set('b', page(4_000));
    expect(cache.get('a')).toBeDefined();
    cache.set('c', page(4_000));
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  });

  test('counts a page that is replaced once', () => {
    const cache = new PageCache(10_000);
    cache.set('a', page(4_000));
    for (let time = 0; time < 10; time += 1) cache.set('b', page(4_000));
    expect(cache.get('a')).toBeDefined();
  });

  test('counts what small pages cost beside their bodies', () => {
    const cache = new PageCache(100_000);
    for (let number = 0; number < 1_000; number += 1) cache.set(`${number}`, page(0));
    const kept = Array.from({ length: 1_000 }, (_, number) => cache.get(`${number}`)).filter(Boolean);
    expect(kept.length).toBeLessThan(200);
    expect(cache.get('999')).toBeDefined();
  });

  test('keeps nothing that is larger than itself', () => {
    const cache = new PageCache(10_000);
    cache.set('a', page(20_000));
    expect(cache.get('a')).toBeUndefined();
  });
});
