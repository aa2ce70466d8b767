import { createHash } from 'node:crypto';
import { isLanguageTag } from '../domain/values/language-tags.ts';
import { limits } from '../domain/values/limits.ts';
import { oneLine } from '../domain/values/text.ts';
import type { NewDraft } from './draft.ts';
import { parseFeedDate } from './feed-date.ts';
import { type ReceivedFeed, type ReceivedItem, readFeed } from './parse-feed.ts';

/** Characters that no text shows, which XML and JSON can contain all the same. */
const CONTROLS = /\p{Cc}+/gu;
const TITLE_CHARS_MAX = 500;
const EXCERPT_CHARS_MAX = 2_000;
/** Of a title that is made from the text of the item. */
const MADE_TITLE_CHARS_MAX = 120;

/**
 * Reads the items of a feed.
 *
 * @returns undefined for an item without a title and a text
 * @throws FeedError
 */
export function readDrafts(text: string): readonly (NewDraft | undefined)[] {
  const feed = readFeed(text);
  return feed.items.map((item) => draftOf(feed, item));
}

function draftOf(feed: ReceivedFeed, item: ReceivedItem): NewDraft | undefined {
  const excerpt = lineOf(item.text, EXCERPT_CHARS_MAX);
  const title = lineOf(item.title, TITLE_CHARS_MAX) || oneLine(excerpt, MADE_TITLE_CHARS_MAX);
  if (title === '') return undefined;
  const date = item.date === undefined ? undefined : parseFeedDate(item.date);
  const link = absoluteLink(item);
  return {
    id: idOf(feed, item.id ?? `${title}\n${item.date ?? ''}`),
    title,
    link: link ?? null,
    publishedAt: date?.instant ?? null,
    publishedOn: date?.day ?? null,
    outlet: lineOf(feed.title, limits.nameCharsMax) || hostOf(link),
    excerpt,
    language: item.language !== undefined && isLanguageTag(item.language) ? item.language : null,
  };
}

/** An item is the same if its feed and its id in the feed are, whatever else has changed in it. */
function idOf({ id, title }: ReceivedFeed, item: string): string {
  const name = JSON.stringify([id ?? title ?? '', item]);
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function lineOf(text: string | undefined, charsMax: number): string {
  return oneLine((text ?? '').replace(CONTROLS, ' ').toWellFormed(), charsMax);
}

/** Resolves the link of an item. Links that are not http or https, such as `javascript:`, are dropped. */
function absoluteLink({ link, bases }: ReceivedItem): string | undefined {
  if (link === undefined) return undefined;
  const base = bases.reduceRight<string | undefined>(
    (outer, inner) => resolved(inner, outer) ?? outer,
    undefined,
  );
  const url = resolved(link, base);
  return url !== undefined && /^https?:/.test(url) && url.length <= limits.urlCharsMax ? url : undefined;
}

function resolved(url: string | undefined, base: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url, base) ? new URL(url, base).href : undefined;
}

function hostOf(link: string | undefined): string | null {
  return link === undefined ? null : new URL(link).hostname;
}
