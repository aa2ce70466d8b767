import { LRUCache } from 'lru-cache';
import type { Html } from '../shell/html.ts';
import type { Entry } from './timeline-view.ts';

/** Renders an entry. `owners` are the countries or the topic of the timeline. */
export type RenderEntry = (json: string, owners?: readonly string[]) => Html;

/** Memory for the entries of one kind, by estimate. It is enough for about 1,600. */
const CACHE_BYTES_MAX = 4 << 20;

/**
 * Returns a function that caches what it renders, for each list of owners. The cache never becomes stale, as an entry
 * that has changed has another text. Stores return the same string for an entry that they have in memory, which is
 * found without comparing its characters.
 *
 * @param render must depend on its arguments only
 */
export function cachedRenderer<Item extends Entry>(
  render: (entry: Item, owners: readonly string[]) => Html,
): RenderEntry {
  const cache = new LRUCache<string, ReadonlyMap<string, Html>>({
    maxSize: CACHE_BYTES_MAX,
    sizeCalculation: (rendered, json) =>
      [...rendered.values()].reduce((size, markup) => size + String(markup).length, json.length),
  });
  return (json, owners = []) => {
    const rendered = cache.get(json);
    const owned = owners.join('~');
    const kept = rendered?.get(owned);
    if (kept !== undefined) return kept;
    const markup = render(JSON.parse(json) as Item, owners).compact();
    cache.set(json, new Map(rendered).set(owned, markup));
    return markup;
  };
}
