import type { Excerpt } from '../../domain/search/excerpt.ts';
import { activeFilters } from '../components/active-filters.ts';
import { actorWithKind, type FoundActor } from '../components/actor-item.ts';
import { asOfBanner } from '../components/banners.ts';
import { eventLink, topicLink } from '../components/links.ts';
import { pager } from '../components/pager.ts';
import type { EventEntry, TimelineView } from '../components/timeline-view.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { renderDate } from '../text/format-date.ts';
import { formatHeadline } from '../text/format-text.ts';
import { countryUrl, type PageUrl } from '../text/url.ts';
import { formatNumber, pluralize, typeLabel } from '../text/vocabulary.ts';
import { type SearchCounts, searchCounts } from './search-counts.ts';

export interface FoundCountry {
  readonly code: string;
  readonly name: string;
  /** The name that matched, in the reader's language if one does. */
  readonly matched: string;
  readonly entries: number;
}

export interface FoundTopic {
  readonly slug: string;
  readonly entries: number;
}

/** A page of the entries in which the words are said. */
export interface FoundEntries {
  readonly asOf: NonNullable<TimelineView['asOf']>;
  /** True if the request named an earlier state. */
  readonly isPast: boolean;
  readonly summary: SearchCounts;
  readonly entries: readonly { readonly entry: string; readonly matches: readonly Excerpt[] }[];
  /** Cursor of the next page. */
  readonly next: string | undefined;
}

export interface SearchView {
  readonly formats: readonly FormatLink[];
  readonly origin: string;
  readonly url: PageUrl;
  /** Empty before the first search. */
  readonly text: string;
  readonly isFirst: boolean;
  readonly countries: readonly FoundCountry[];
  readonly topics: readonly FoundTopic[];
  readonly actors: readonly FoundActor[];
  /** Undefined if entries were not searched. */
  readonly found: FoundEntries | undefined;
}

export function searchPage(view: SearchView): Html {
  const { formats, origin, url, text, found } = view;
  const hasSearched = text !== '';
  const main = html`
    <header class="page-header"><h1>Search</h1></header>
    ${searchForm(text)}
    ${found !== undefined && asOfBanner({ ...found, url })}
    ${hasSearched && names(view)}
    ${found !== undefined && foundEntries(view, found)}
    ${hasSearched && viewLinks(formats, { title: 'Search', url: `${origin}${url.with({})}`, asOf: undefined })}`;
  return layout({
    title: hasSearched ? `Search: ${text}` : 'Search',
    section: 'search',
    main,
    islands: ['search-suggestions.js'],
    alternates: hasSearched ? formats : [],
  });
}

export function searchForm(text: string): Html {
  return html`
    <form class="search-form" action="/search" method="get" role="search">
      <div class="field">
        <label for="q">A country, in any language, a topic, an actor, or words that were said</label>
        <input
          id="q"
          name="q"
          type="search"
          value="${text}"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
          aria-describedby="q-hint"
        >
        <button type="submit">Search</button>
        <small id="q-hint">All of the words; “in quotes” a phrase, begin* the beginning of a word.</small>
      </div>
    </form>`;
}

/** Leaves out kinds of which nothing was found, unless there is nothing at all. */
function names({ isFirst, countries, topics, actors, found }: SearchView): Html | undefined {
  if (!isFirst) return undefined;
  const parts = [
    results('countries', 'Countries', countries.map(countryItem)),
    results('topics', 'Topics', topics.map(topicItem)),
    results('actors', 'Actors', actors.map(actorItem)),
  ].filter((part) => part !== undefined);
  if (parts.length > 0) return html`<div class="search-names">${parts}</div>`;
  return found === undefined || found.entries.length === 0
    ? html`<p class="note">No country, topic or actor has such a name.</p>`
    : undefined;
}

function results(id: string, title: string, items: readonly Html[]): Html | undefined {
  if (items.length === 0) return undefined;
  return html`
    <section aria-labelledby="${id}-title">
      <h2 id="${id}-title">${title}</h2>
      <ul class="index">${items}</ul>
    </section>`;
}

function countryItem({ code, name, matched, entries }: FoundCountry): Html {
  return html`
    <li>
      <span><a href="${countryUrl(code)}">${name}</a>${matched !== name && html` (<bdi>${matched}</bdi>)`}</span>
      ${' '}<span class="count">${formatEntries(entries)}</span>
    </li>`;
}

function topicItem({ slug, entries }: FoundTopic): Html {
  return html`<li>${topicLink(slug)} <span class="count">${formatEntries(entries)}</span></li>`;
}

function actorItem(actor: FoundActor): Html {
  return html`<li>${actorWithKind(actor)} <span class="count">${formatEntries(actor.entries)}</span></li>`;
}

function formatEntries(entries: number): string {
  return entries === 0 ? 'no entries' : pluralize(entries, 'entry', 'entries');
}

function foundEntries({ url, isFirst, text }: SearchView, found: FoundEntries): Html {
  const { summary, entries, next } = found;
  return html`
    <section aria-labelledby="entries-title">
      <h2 id="entries-title">${entriesTitle(summary)}</h2>
      ${activeFilters(url, (name) => (name === 'q' ? '' : name))}
      ${entries.length === 0 && html`<p class="note">Nothing recorded has these words: <bdi>${text}</bdi></p>`}
      ${isFirst && entries.length > 0 && searchCounts(url, summary)}
      <ol class="found">${entries.map(foundEntry)}</ol>
      ${pager(url, isFirst, next)}
      ${entries.length > 0 && html`<p><a href="${entriesUrl(url)}">All of them as a timeline</a></p>`}
    </section>`;
}

function entriesTitle({ total, isTotalExact }: SearchCounts): string {
  const count = pluralize(total, 'entry', 'entries');
  return isTotalExact ? count : `More than ${formatNumber(total)} entries`;
}

function entriesUrl(url: PageUrl): string {
  return url
    .child('entries')
    .with({ results: undefined, order: url.get('order') ?? 'desc', limit: undefined });
}

function foundEntry({ entry: json, matches }: FoundEntries['entries'][number]): Html {
  const entry = JSON.parse(json) as EventEntry;
  return html`
    <li>
      <p class="kind">${renderDate(entry.occurred)} · ${typeLabel(entry.type)}</p>
      <p class="headline">${eventLink(entry.id, formatHeadline(entry.headline, entry.headlineQuote))}</p>
      ${matches.map((match) => html`<p class="excerpt" dir="auto">${markedText(match)}</p>`)}
    </li>`;
}

function markedText({ text, marks }: Excerpt): readonly (Html | string)[] {
  const parts: (Html | string)[] = [];
  let last = 0;
  for (const [start, end] of marks) {
    parts.push(text.slice(last, start), html`<mark>${text.slice(start, end)}</mark>`);
    last = end;
  }
  return [...parts, text.slice(last)];
}
