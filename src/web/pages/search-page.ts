import { actorWithKind, type FoundActor } from '../components/actor-item.ts';
import { topicLink } from '../components/links.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { countryUrl } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';

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

export interface SearchView {
  readonly formats: readonly FormatLink[];
  readonly origin: string;
  /** Path and query of the page. */
  readonly url: string;
  /** Empty before the first search. */
  readonly text: string;
  readonly countries: readonly FoundCountry[];
  readonly topics: readonly FoundTopic[];
  readonly actors: readonly FoundActor[];
}

export function searchPage({ formats, origin, url, text, countries, topics, actors }: SearchView): Html {
  const hasSearched = text !== '';
  const main = html`
    <header class="page-header"><h1>Search</h1></header>
    ${searchForm(text)}
    ${hasSearched && results('countries', 'Countries', countries.map(countryItem))}
    ${hasSearched && results('topics', 'Topics', topics.map(topicItem))}
    ${hasSearched && results('actors', 'Actors', actors.map(actorItem))}
    ${hasSearched && viewLinks(formats, { title: 'Search', url: `${origin}${url}`, asOf: undefined })}`;
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
        <label for="q">A country, in any language, a topic, an organisation or a person</label>
        <input
          id="q"
          name="q"
          type="search"
          value="${text}"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
        >
        <button type="submit">Search</button>
      </div>
    </form>`;
}

function results(id: string, title: string, items: readonly Html[]): Html {
  return html`
    <section aria-labelledby="${id}-title">
      <h2 id="${id}-title">${title}</h2>
      ${
        items.length === 0
          ? html`<p class="note">No ${title.toLowerCase()} found.</p>`
          : html`<ul class="index">${items}</ul>`
      }
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
