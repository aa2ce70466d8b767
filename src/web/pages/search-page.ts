import type { Excerpt } from '../../domain/search/excerpt.ts';
import { activeFilters } from '../components/active-filters.ts';
import { actorWithKind, type FoundActor } from '../components/actor-item.ts';
import { asOfBanner } from '../components/banners.ts';
import { entryItem, entryList } from '../components/entry-list.ts';
import { commaList, renderAttributions, renderMinorFact, statusBadge } from '../components/facts.ts';
import { LIST_FIELDS, LIST_INPUTS, LIST_LABELS, listFilterRows } from '../components/filter-fields.ts';
import {
  errorSummary,
  errorText,
  fieldIdsOf,
  hiddenInputs,
  isRefused,
  listFilterInputs,
  ORDERS,
  select,
} from '../components/filter-form.ts';
import type { FormError } from '../components/form-error.ts';
import { eventLink, topicLink } from '../components/links.ts';
import { pager } from '../components/pager.ts';
import type { EventEntry, TimelineView } from '../components/timeline-view.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { capitalize, formatHeadline } from '../text/format-text.ts';
import { countryUrl, PageUrl } from '../text/url.ts';
import { pluralize, speechActLabel, topicLabel, totalText } from '../text/vocabulary.ts';
import { firstAppearance, type SearchCounts, searchCounts } from './search-counts.ts';

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
  readonly summary: SearchCounts;
  readonly entries: readonly { readonly entry: string; readonly matches: readonly Excerpt[] }[];
  /** Cursor of the next page. */
  readonly next: string | undefined;
}

export interface SearchView {
  /** What is wrong with the query of a request that was refused; then nothing was searched. */
  readonly errors: readonly FormError[];
  readonly formats: readonly FormatLink[];
  readonly origin: string;
  readonly url: PageUrl;
  /** Empty before the first search. */
  readonly text: string;
  readonly isFirst: boolean;
  /** The state that the request names; undefined for the present one. */
  readonly asOf: TimelineView['asOf'];
  /** True if the request named an earlier state. */
  readonly isPast: boolean;
  readonly countries: readonly FoundCountry[];
  readonly topics: readonly FoundTopic[];
  readonly actors: readonly FoundActor[];
  /** Undefined if entries were not searched. */
  readonly found: FoundEntries | undefined;
}

export function searchPage(view: SearchView): Html {
  const { formats, origin, url, text, found, errors } = view;
  const hasErrors = errors.length > 0;
  const hasSearched = text !== '' && !hasErrors;
  const main = html`
    <header class="page-header"><h1>Search</h1></header>
    ${hasErrors && errorSummary(errors, LIST_LABELS, idOf)}
    ${searchForm(url.get('q') ?? '', view)}
    ${!hasErrors && activeFilters(url, String, ACTIVE_FILTERS)}
    ${asOfBanner(view)}
    ${hasSearched && names(view)}
    ${found !== undefined && foundEntries(view, found)}
    ${hasSearched && viewLinks(formats, { title: 'Search', url: `${origin}${url.with({})}`, asOf: undefined })}`;
  return layout({
    title: `${hasErrors ? 'Error: ' : ''}${hasSearched ? `Search: ${text}` : 'Search'}`,
    section: 'search',
    main,
    islands: ['search-suggestions.js', 'event-dialog.js'],
    alternates: hasSearched ? formats : [],
  });
}

type FilterView = Pick<TimelineView, 'url' | 'errors' | 'asOf'>;

const FIELDS = LIST_FIELDS.filter((name) => name !== 'q');
const INPUTS = [...LIST_INPUTS, 'order'];

/** Undefined if the form has no such field. The field for words is on the front page as well. */
function idOf(parameter: string): string | undefined {
  return parameter === 'q' ? 'q' : fieldIdsOf(INPUTS)(parameter);
}

/** What the entries can be filtered by, besides the words. */
const ACTIVE_FILTERS = listFilterRows(FIELDS);

function filters(view: FilterView): Html {
  const { url, errors } = view;
  const isOpen = errors.some(({ parameter }) => parameter !== 'q');
  return html`
    <details class="filter"${isOpen && html` open`}>
      <summary>Filter</summary>
      <div class="inputs">
        ${hiddenInputs(['results', 'limit'], view)}
        ${listFilterInputs(view, FIELDS)}
        <div class="field">
          ${select('order', 'Order', ORDERS, url.get('order') === 'asc' ? 'asc' : '', view)}
        </div>
      </div>
    </details>`;
}

/**
 * The field for words, with the filters of a timeline.
 *
 * @param filter absent for the words alone
 */
export function searchForm(text: string, filter?: FilterView): Html {
  const isInvalid = filter !== undefined && isRefused('q', filter);
  return html`
    <form class="search-form" action="/search" method="get" role="search">
      <div class="field">
        <label for="q">A country, topic or actor, or words that were said</label>
        <input
          id="q"
          name="q"
          type="search"
          value="${text}"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
          aria-describedby="q-hint${isInvalid && ' error-q'}"${isInvalid && html` aria-invalid="true"`}
        >
        <button type="submit">Search</button>
        <small id="q-hint">
          In any language. All of the words; “in quotes” a phrase, begin* the beginning of a word.
        </small>
        ${filter && errorText('q', filter)}
      </div>
      ${filter && filters(filter)}
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
  return found === undefined
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

function foundEntries(view: SearchView, found: FoundEntries): Html {
  const { url, isFirst } = view;
  const { summary, entries, next } = found;
  const hasCounts = isFirst && entries.length > 0;
  return html`
    <section aria-labelledby="entries-title">
      <h2 id="entries-title">${capitalize(totalText(summary))}</h2>
      ${entries.length > 0 && otherViews(url)}
      ${entries.length === 0 && emptyNote(view)}
      ${isFirst && firstAppearance(summary)}
      ${hasCounts && html`<p class="to-counts"><a href="#counts">Narrow it down</a></p>`}
      <div class="found">
        <div class="found-entries">
          ${entryList(entries.map(foundEntry))}
          ${pager(url, isFirst, next)}
        </div>
        ${hasCounts && searchCounts(url, summary)}
      </div>
    </section>`;
}

function emptyNote({ text, countries, topics, actors }: SearchView): Html {
  const isNothing = [countries, topics, actors].every(({ length }) => length === 0);
  const what = isNothing ? 'No name and no entry' : 'No entry';
  return html`<p class="note">${what} has all of these words: <bdi>${text}</bdi></p>`;
}

/** Each statement is listed with who said it and who relayed it. */
function otherViews(url: PageUrl): Html {
  return html`
    <p class="other-views">
      <a href="${statementsUrl(url)}">Statements with these words, and who relayed them</a>
      <a href="${entriesUrl(url)}">All of them as a timeline</a>
    </p>`;
}

/** The filters that the list of statements has as well. */
const STATEMENT_FILTERS = ['q', 'relay', 'outlet', 'countries', 'topics', 'from', 'to', 'certain', 'asOf'];

function statementsUrl(url: PageUrl): string {
  const kept = STATEMENT_FILTERS.map((name) => [name, url.get(name)] as const);
  return new PageUrl('/statements').with(Object.fromEntries(kept));
}

function entriesUrl(url: PageUrl): string {
  return url
    .child('entries')
    .with({ results: undefined, order: url.get('order') ?? 'desc', limit: undefined });
}

function foundEntry({ entry: json, matches }: FoundEntries['entries'][number]): Html {
  const entry = JSON.parse(json) as EventEntry;
  const { id, headline, headlineQuote, attribution, sources, speechActs } = entry;
  const body = html`
    <p class="headline">${eventLink(id, formatHeadline(headline, headlineQuote))}${statusBadge(entry)}</p>
    ${matches.map((match) => html`<p class="excerpt" dir="auto">${markedText(asRead(match, entry))}</p>`)}
    <ul class="facts">
      ${renderAttributions(attribution, sources)}
      ${renderMinorFact(commaList(speechActs, speechActLabel))}
    </ul>`;
  return entryItem(entry, body);
}

/** Topics are found by their slugs, which have as many characters as what pages call them. */
function asRead({ text, marks }: Excerpt, { topics }: EventEntry): Excerpt {
  return topics.includes(text) ? { text: topicLabel(text), marks } : { text, marks };
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
