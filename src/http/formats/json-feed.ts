import { Html } from '../../web/shell/html.ts';
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

function jsonItem(item: FeedItem): object {
  const { id, url, title, content, author, published, updated, tags, extension } = item;
  return {
    id,
    url,
    title,
    ...(content instanceof Html ? { content_html: String(content) } : { content_text: content }),
    date_published: published,
    date_modified: updated,
    ...(author !== undefined && { authors: [{ name: author }] }),
    tags,
    _chancery: extension,
  };
}
