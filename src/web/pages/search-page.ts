import { topicLink } from '../components/entry-list.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { countryUrl } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';

export interface FoundCountry {
  readonly code: string;
  readonly name: string;
  /** The name by which it was found, in whatever language. */
  readonly matched: string;
  readonly entries: number;
}

export interface FoundTopic {
  readonly slug: string;
  readonly entries: number;
}

export interface SearchView {
  readonly text: string;
  readonly countries: readonly FoundCountry[];
  readonly topics: readonly FoundTopic[];
}

export function searchPage({ text, countries, topics }: SearchView): Html {
  const isAsked = text !== '';
  const main = html`<header class="subject"><h1>Search</h1></header>
${searchForm(text)}
${
  isAsked &&
  html`<section aria-labelledby="countries-title"><h2 id="countries-title">Countries</h2>${countries.length === 0 ? html`<p class="note">No country has a name that begins so.</p>` : html`<ul class="index">${countries.map(country)}</ul>`}</section>
<section aria-labelledby="topics-title"><h2 id="topics-title">Topics</h2>${topics.length === 0 ? html`<p class="note">No topic that is recorded has this in it.</p>` : html`<ul class="index">${topics.map(topic)}</ul>`}</section>`
}`;
  return layout({
    title: isAsked ? `Search: ${text}` : 'Search',
    section: 'search',
    main,
    islands: ['search-suggestions.js'],
  });
}

export function searchForm(text: string): Html {
  return html`<form class="front-search" action="/search" method="get" role="search"><div class="field"><label for="q">A country, in any language, or a topic</label><input id="q" name="q" type="search" value="${text}" autocomplete="off" autocapitalize="none" spellcheck="false" dir="auto"><button type="submit">Search</button></div></form>`;
}

function country({ code, name, matched, entries }: FoundCountry): Html {
  return html`<li><span><a href="${countryUrl(code)}">${name}</a>${matched !== name && html` (<bdi>${matched}</bdi>)`}</span> <span class="count">${entriesWords(entries)}</span></li>
`;
}

function topic({ slug, entries }: FoundTopic): Html {
  return html`<li>${topicLink(slug)} <span class="count">${entriesWords(entries)}</span></li>
`;
}

function entriesWords(entries: number): string {
  return entries === 0 ? 'nothing recorded' : pluralize(entries, 'entry', 'entries');
}
