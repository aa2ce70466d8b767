import { entryKeyOf } from './entry-text.ts';
import type { Feed, FeedItem } from './feed.ts';

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). */
export function jsonFeed({ title, pageUrl, selfUrl, nextUrl, items }: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: pageUrl,
    feed_url: selfUrl,
    next_url: nextUrl,
    language: 'en',
    items: items.map(jsonItem),
  });
}

function jsonItem({ id, url, title, text, published, updated, tags, entry }: FeedItem): object {
  const { status, versions: version, occurred } = entry;
  return {
    id,
    url,
    title,
    content_text: text,
    date_published: published,
    date_modified: updated,
    tags,
    _chancery: { entry: entryKeyOf(entry), version, status, occurred: occurred.edtf },
  };
}
