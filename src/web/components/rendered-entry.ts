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

/** Memory for the entries of one kind, by estimate. It is enough for about 1,200. */
const CACHE_BYTES_MAX = 4 << 20;
/** The text of an entry with the object made of it, compared with the characters of the text. */
const ENTRY_SIZE = 3;

interface KeptEntry<Item extends Entry> {
  readonly entry: Item;
  /** The body for each list of owners. */
  readonly bodies: ReadonlyMap<string, Html>;
}

/**
 * Returns a function that caches what it renders. The cache never becomes stale, as an entry that has changed has
 * another text. Stores return the same string for an entry that they have in memory, which is found without comparing
 * its characters.
 *
 * @param renderBody must depend on its arguments only
 */
export function cachedRenderer<Item extends Entry>(
  renderBody: (entry: Item, owners: readonly string[]) => Html,
): RenderEntry<Item> {
  const cache = new LRUCache<string, KeptEntry<Item>>({
    maxSize: CACHE_BYTES_MAX,
    sizeCalculation: ({ bodies }, json) =>
      [...bodies.values()].reduce((size, body) => size + String(body).length, ENTRY_SIZE * json.length),
  });
  return (json, owners = []) => {
    const kept = cache.get(json);
    const owned = owners.join('~');
    const keptBody = kept?.bodies.get(owned);
    if (kept !== undefined && keptBody !== undefined) return { entry: kept.entry, body: keptBody };
    const entry = kept?.entry ?? (JSON.parse(json) as Item);
    const body = renderBody(entry, owners).compact();
    cache.set(json, { entry, bodies: new Map(kept?.bodies).set(owned, body) });
    return { entry, body };
  };
}
