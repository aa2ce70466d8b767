import type { OutgoingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Position } from '../../event-store/event-store.ts';
import type { Ordinal, TimelineReader } from '../../projector/timeline-store.ts';

/** The forms of a page of the entries. Other sites show `embed` in a frame. */
export type PageFormat = 'json' | 'html' | 'embed';

/** A page of a timeline as it is sent. */
export interface CachedPage {
  /**
   * What the page was read from. Other rows may differ at the same ordinal, and at an earlier one too. A reader that is
   * referred to keeps its closed file open.
   */
  readonly rows: WeakRef<TimelineReader>;
  readonly format: PageFormat;
  readonly etag: string;
  /**
   * Ordinal of the last event of the state that the page shows or, if it is HTML, that changed the timeline at all.
   * Undefined while the log is empty.
   */
  readonly ordinal: Ordinal | undefined;
  readonly body: Buffer;
  /** The headers with links, which contain the origin. */
  readonly links: OutgoingHttpHeaders;
  /** True if the page shows nothing but a state that the request named, which never becomes stale. */
  readonly isPinned: boolean;
  /** True if the URL names the state by a token, which no other history has, so that it never gives another page. */
  readonly isPermanent: boolean;
  /** The page is fresh without any look-up as long as the projection is known to be at this position. */
  freshAt: Position | undefined;
}

/** The pages that were used last, bounded by their size in bytes. A page that is larger than the cache is not kept. */
export type PageCache = LRUCache<string, CachedPage>;

/** Memory that a cached page takes in addition to its key and its body. */
const OVERHEAD_BYTES = 512;
/** A body with its compressed copies, compared with the body alone. */
const CODED_SIZE = 1.25;

export function createPageCache(bytesMax: number): PageCache {
  return new LRUCache({
    maxSize: bytesMax,
    sizeCalculation: ({ body }, key) =>
      Math.ceil(body.byteLength * CODED_SIZE) + key.length * 2 + OVERHEAD_BYTES,
  });
}
