import type { LatestChange } from '../../projector/timeline-store.ts';
import type { Html } from '../../web/shell/html.ts';
import { eventUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportEntry, entryKeyOf, entryText, markedTitle } from './entry-text.ts';
import { nameUuid } from './name-uuid.ts';

/** A page of a feed (RFC 5005 §3). All URLs are absolute. */
export interface Feed {
  /** The same on all pages. */
  readonly id: string;
  readonly title: string;
  /** The page that shows the same. */
  readonly pageUrl: string;
  readonly selfUrl: string;
  readonly firstUrl: string;
  /** Undefined on the last page. */
  readonly nextUrl: string | undefined;
  /** RFC 3339. */
  readonly updated: string;
  /** From the newest to the oldest. */
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  /** The same on every page, at any time. */
  readonly id: string;
  readonly url: string;
  readonly title: string;
  /** Plain text, or markup. */
  readonly content: string | Html;
  readonly author?: string;
  /** RFC 3339. */
  readonly published: string;
  readonly updated: string;
  readonly tags: readonly string[];
  /** What programs need to know besides: the member `_chancery` of JSON Feed. */
  readonly extension: Readonly<Record<string, unknown>>;
}

/** Returns a page of a feed in its format. */
export type FeedWriter = (feed: Feed) => string;

/**
 * Returns an item for each version of an entry. A correction or retraction is an item of its own, as many readers
 * ignore changed items. Of several changes that leave the version as it is, such as links to the event, the newest
 * counts.
 */
export function feedItems(
  changes: readonly LatestChange[],
  parse: (json: string) => unknown,
  origin: string,
): readonly FeedItem[] {
  const items = new Map<string, FeedItem>();
  for (const { logPoint, entry: json } of changes) {
    const entry = parse(json) as ExportEntry;
    const id = nameUuid(`entry ${entryKeyOf(entry)} ${entry.versions}`);
    if (items.has(id)) continue;
    items.set(id, {
      id,
      url: `${origin}${eventUrl(entry.id)}`,
      title: markedTitle(entry),
      content: entryText(entry),
      // Readers sort by it, so a correction must not be as old as what it corrects.
      published: entry.versions === 1 ? entry.recordedAt : logPoint.instant,
      updated: logPoint.instant,
      tags: entry.topics.map(topicLabel),
      extension: extensionOf(entry),
    });
  }
  return [...items.values()];
}

function extensionOf(entry: ExportEntry): FeedItem['extension'] {
  const { status, versions: version, occurred } = entry;
  return { entry: entryKeyOf(entry), version, status, occurred: occurred.edtf };
}
