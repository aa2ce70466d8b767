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

function entryElement({ id, url, title, text, published, updated, tags }: FeedItem): string {
  const content = [
    textElement('id', id),
    textElement('title', title),
    textElement('published', published),
    textElement('updated', updated),
    link('alternate', url, FORMATS.html.mediaType),
    ...tags.map((term) => element('category', { term })),
    textElement('content', text),
  ];
  return element('entry', {}, `\n${content.join('\n')}\n`);
}

function link(rel: string, href: string, type: string): string {
  return element('link', { rel, type, href });
}
