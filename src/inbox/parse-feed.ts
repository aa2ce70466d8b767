import { XMLValidator } from 'fast-xml-parser';
import {
  type AtomFeed,
  detectAtomFeed,
  detectRdfFeed,
  detectRssFeed,
  type JsonFeed,
  parseAtomFeed,
  parseJsonFeed,
  parseRdfFeed,
  parseRssFeed,
  type RdfFeed,
  type RssFeed,
} from 'feedsmith';
import { FeedError } from './feed-error.ts';
import { textOfMarkup } from './markup-text.ts';

/** What a feed says, whatever its format. */
export interface ReceivedFeed {
  /** The same whenever the feed is read. */
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly items: readonly ReceivedItem[];
}

/** Texts are without markup, and everything else is as it is in the feed. */
export interface ReceivedItem {
  /** The same whenever the item is read. */
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly link: string | undefined;
  /** What a relative link refers to, if anything. */
  readonly bases: readonly (string | undefined)[];
  readonly date: string | undefined;
  readonly text: string | undefined;
  readonly language: string | undefined;
}

const EXPECTED = 'Expected RSS, Atom, RDF (RSS 1.0) or JSON Feed.';
const NO_FEED = `This is not a feed. ${EXPECTED}`;
const REASON_CHARS_MAX = 200;

/**
 * Parses RSS, Atom, RDF or JSON Feed.
 *
 * @throws FeedError
 */
export function readFeed(text: string): ReceivedFeed {
  const trimmed = text.trim();
  if (trimmed === '') throw new FeedError(`The feed is empty. ${EXPECTED}`);
  if (trimmed.startsWith('{')) return ofJsonFeed(parsed(() => parseJsonFeed(jsonOf(trimmed))));
  const read = XML_READERS.find(([detect]) => detect(trimmed))?.[1];
  if (read === undefined) throw new FeedError(NO_FEED);
  requireWellFormed(trimmed);
  return parsed(() => read(trimmed));
}

/** RSS comes first, as it may contain elements of Atom. */
const XML_READERS: readonly (readonly [
  detect: (xml: string) => boolean,
  read: (xml: string) => ReceivedFeed,
])[] = [
  [detectRssFeed, (xml) => ofRss(parseRssFeed(xml))],
  [detectAtomFeed, (xml) => ofAtom(parseAtomFeed(xml))],
  [detectRdfFeed, (xml) => ofRss(parseRdfFeed(xml))],
];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FeedError(`The JSON is malformed: ${reason((error as Error).message)}`);
  }
}

/**
 * The parser itself takes what is cut off for complete. An ampersand that begins no entity is common and harmless.
 * Entities that a document declares are refused, as they would stay unresolved in the texts.
 */
function requireWellFormed(xml: string): void {
  const root = xml.search(/<[a-z_]/i);
  if (root >= 0 && xml.slice(0, root).includes('<!ENTITY')) {
    throw new FeedError(
      'The feed declares entities of its own, which are not resolved. Send it without them.',
    );
  }
  const outcome = XMLValidator.validate(xml.replace(/&(?!#?\w{1,32};)/g, '+'));
  if (outcome === true) return;
  const { code, msg, line, col } = outcome.err;
  // The validator says so of a document whose elements are still open at its end.
  if (code === 'InvalidXml' && msg.startsWith('Invalid '))
    throw new FeedError('The end of the feed is missing.');
  throw new FeedError(`The XML is not well-formed at line ${line}, column ${col}: ${reason(msg)}`);
}

function parsed<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FeedError) throw error;
    const { name, cause } = error as Error;
    if (name !== 'MalformedError') throw new FeedError(NO_FEED);
    throw new FeedError(`The XML cannot be read: ${reason((cause as Error).message)}`);
  }
}

function reason(message: string): string {
  const line = message.replace(/\s+/g, ' ').slice(0, REASON_CHARS_MAX);
  return line.endsWith('.') ? line : `${line}.`;
}

/** RSS and RDF: titles and descriptions are HTML. */
function ofRss(feed: RssFeed.Feed<string> | RdfFeed.Feed<string>): ReceivedFeed {
  const language = 'language' in feed ? feed.language : undefined;
  return {
    id: feed.link ?? feed.title,
    title: markup(feed.title),
    items: (feed.items ?? []).map((item: RssItem) => {
      const { title, link, description, content, guid, pubDate, dc, dcterms, rdf, xml } = item;
      const permalink = guid?.isPermaLink === false ? undefined : guid?.value;
      return {
        id: guid?.value ?? rdf?.about ?? link,
        title: markup(title),
        link: link ?? permalink ?? rdf?.about,
        bases: [xml?.base, feed.xml?.base, feed.link],
        date: pubDate ?? dc?.dates?.[0] ?? dcterms?.created?.[0],
        text: markup(description ?? content?.encoded),
        language: xml?.lang ?? language ?? feed.dc?.languages?.[0] ?? feed.xml?.lang,
      };
    }),
  };
}

type RssItem = RssFeed.Item<string> & Pick<RdfFeed.Item<string>, 'rdf'>;

function ofAtom(feed: AtomFeed.Feed<string>): ReceivedFeed {
  const site = alternateOf(feed.links);
  const self = feed.links?.find(({ rel }) => rel === 'self')?.href;
  return {
    id: feed.id ?? site,
    title: atomText(feed.title),
    items: (feed.entries ?? []).map(({ id, title, links, published, updated, summary, content, xml }) => ({
      id: id ?? alternateOf(links),
      title: atomText(title),
      link: alternateOf(links),
      bases: [xml?.base, feed.xml?.base, self, site],
      date: published ?? updated,
      text: atomText(summary) ?? atomText(content),
      language: xml?.lang ?? feed.xml?.lang,
    })),
  };
}

function alternateOf(links: AtomFeed.Feed<string>['links']): string | undefined {
  return links?.find(({ rel = 'alternate' }) => rel === 'alternate')?.href;
}

/** RFC 4287 §3.1.1 and §4.1.3.3. */
function atomText(given: AtomFeed.Content | undefined): string | undefined {
  const { type = 'text', value } = given ?? {};
  return type === 'text' || type === 'text/plain' ? value : markup(value);
}

function ofJsonFeed({
  title,
  home_page_url: site,
  feed_url: self,
  items = [],
  language,
}: JsonFeed.Feed<string>): ReceivedFeed {
  return {
    id: site ?? self ?? title,
    title,
    items: items.map((item) => ({
      id: item.id ?? item.url,
      title: item.title,
      link: item.url ?? item.external_url,
      bases: [self, site],
      date: item.date_published ?? item.date_modified,
      text: item.summary ?? item.content_text ?? markup(item.content_html),
      language: item.language ?? language,
    })),
  };
}

function markup(html: string | undefined): string | undefined {
  return html === undefined ? undefined : textOfMarkup(html);
}
