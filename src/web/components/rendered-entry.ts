import { LRUCache } from 'lru-cache';
import type { Html } from '../shell/html.ts';
import type { Entry } from './timeline-view.ts';

/** An entry, and its body as pages show it. */
export interface RenderedEntry<Item extends Entry = Entry> {
  readonly entry: Item;
  readonly body: Html;
}

/** Parses and renders an entry. `owners` are the countries of the timeline. */
export type RenderEntry<Item extends Entry> = (
  json: string,
  owners?: readonly string[],
) => RenderedEntry<Item>;

/** Memory for the entries of one kind, by estimate. It is enough for about 1,500. */
const CACHE_BYTES_MAX = 4 << 20;

/**
 * Returns a function that caches what it renders. The cache never becomes stale, as an entry that has changed has
 * another text.
 *
 * @param renderBody must depend on its arguments only
 */
export function cachedRenderer<Item extends Entry>(
  renderBody: (entry: Item, owners: readonly string[]) => Html,
): RenderEntry<Item> {
  const cache = new LRUCache<string, RenderedEntry<Item>>({
    maxSize: CACHE_BYTES_MAX,
    sizeCalculation: ({ body }, key) => 4 * key.length + 2 * String(body).length,
  });
  return (json, owners = []) => {
    const key = `${owners.join('~')} ${json}`;
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const entry = JSON.parse(json) as Item;
    const rendered = { entry, body: renderBody(entry, owners).compact() };
    cache.set(key, rendered);
    return rendered;
  };
}
