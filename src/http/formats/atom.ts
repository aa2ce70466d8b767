import { Html } from '../../web/shell/html.ts';
import { FORMATS } from '../protocol/formats.ts';
import type { Feed, FeedItem } from './feed.ts';
import { element, textElement } from './xml.ts';

const ATOM = FORMATS.atom.mediaType;

/** Atom (RFC 4287), one page of a paged feed (RFC 5005 §3). */
export function atomFeed({ id, title, pageUrl, selfUrl, firstUrl, nextUrl, updated, items }: Feed): string {
  const next = nextUrl === undefined ? [] : [link('next', nextUrl, ATOM)];
  const content = [
    textElement('id', id),
    textElement('title', title),
    textElement('updated', updated),
    element('author', {}, textElement('name', 'Chancery')),
    link('self', selfUrl, ATOM),
    link('first', firstUrl, ATOM),
    ...next,
    link('alternate', pageUrl, FORMATS.html.mediaType),
    ...items.map(entryElement),
  ];
  const namespace = 'http://www.w3.org/2005/Atom';
  const feed = element('feed', { xmlns: namespace, 'xml:lang': 'en' }, `\n${content.join('\n')}\n`);
  return `<?xml version="1.0" encoding="utf-8"?>\n${feed}\n`;
}

function entryElement(item: FeedItem): string {
  const { id, url, title, content, author, published, updated, tags } = item;
  const elements = [
    textElement('id', id),
    textElement('title', title),
    textElement('published', published),
    textElement('updated', updated),
    ...(author === undefined ? [] : [element('author', {}, textElement('name', author))]),
    link('alternate', url, FORMATS.html.mediaType),
    ...tags.map((term) => element('category', { term })),
    contentElement(content),
  ];
  return element('entry', {}, `\n${elements.join('\n')}\n`);
}

/** Markup is escaped and sent as text (RFC 4287 §4.1.3.3). */
function contentElement(content: FeedItem['content']): string {
  return content instanceof Html
    ? textElement('content', String(content), { type: 'html' })
    : textElement('content', content);
}

function link(rel: string, href: string, type: string): string {
  return element('link', { rel, type, href });
}
