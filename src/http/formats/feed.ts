import type { LatestChange } from '../../projector/timeline-store.ts';
import { eventUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportEntry, entryKeyOf, entryText, markedTitle } from './entry-text.ts';
import { nameUuid } from './name-uuid.ts';

/** A page of a feed (RFC 5005 §3). All URLs are absolute. */
export interface Feed {
  /** The same on all pages. */
  readonly id: string;
  readonly title: string;
  /** The page of the timeline. */
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

/** One version of an entry. A correction or retraction is an item of its own, as many readers ignore changed items. */
export interface FeedItem {
  /** The same wherever and whenever the version of the entry appears. */
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** When the event was added (RFC 3339). */
  readonly published: string;
  /** When this version was made. */
  readonly updated: string;
  readonly tags: readonly string[];
  readonly entry: ExportEntry;
}

/** Of several changes that leave the version as it is, such as links to the event, the newest counts. */
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
      text: entryText(entry),
      published: entry.recordedAt,
      updated: logPoint.instant,
      tags: entry.topics.map(topicLabel),
      entry,
    });
  }
  return [...items.values()];
}
