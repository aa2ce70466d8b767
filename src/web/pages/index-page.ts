import { type ActorItem, actorWithKind } from '../components/actor-item.ts';
import { asOfBanner } from '../components/banners.ts';
import { firstSteps } from '../components/first-steps.ts';
import { type LinkChoice, linkChoice } from '../components/link-choice.ts';
import { pager } from '../components/pager.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout, type Section } from '../shell/layout.ts';
import { countryUrl, type PageUrl, topicUrl } from '../text/url.ts';
import { formatNumber, pluralize, topicLabel } from '../text/vocabulary.ts';

/** One page of a list of timelines. */
export interface IndexView<Item>
  extends Pick<TimelineView, 'url' | 'origin' | 'formats' | 'errors' | 'asOf' | 'isPast' | 'next'> {
  readonly items: readonly Item[];
  /** Number of items on all pages; undefined if there are too many to count. */
  readonly total: number | undefined;
}

/** What a row says about a timeline. */
export interface TimelineFacts {
  readonly entries: number;
  readonly earliest: string | null;
  readonly latest: string | null;
}

/** What the list of countries can be sorted by: the parameter `sort` and its label. Largest and latest come first. */
const COUNTRY_ORDERS = [
  [undefined, 'name'],
  ['entries', 'entries'],
  ['latest', 'last activity'],
] as const;

export function countriesPage(
  view: IndexView<TimelineFacts & { readonly code: string; readonly name: string }>,
): Html {
  const isByCode = view.url.get('sort') === undefined;
  const items = isByCode ? view.items.toSorted((a, b) => a.name.localeCompare(b.name, 'en')) : view.items;
  return indexPage(view, {
    section: 'countries',
    title: 'Countries',
    lead: 'Every country that an event involves, with what it hosted, said, signed, sent or received.',
    noun: ['country', 'countries'],
    bar: html`
      ${linkChoice(
        'Sort by',
        COUNTRY_ORDERS.map(([sort, label]) => countryOrder(view.url, sort, label)),
      )}
      <a href="/compare">Compare countries</a>`,
    list: compactList(items, ({ code, name }) => html`<a href="${countryUrl(code)}">${name}</a>`),
  });
}

function countryOrder(url: PageUrl, sort: string | undefined, label: string): LinkChoice {
  const order = sort === undefined ? undefined : 'desc';
  return { label, url: url.with({ sort, order }), isCurrent: url.get('sort') === sort };
}

export function topicsPage(
  view: IndexView<TimelineFacts & { readonly slug: string; readonly label: string | null }>,
): Html {
  return indexPage(view, {
    section: 'topics',
    title: 'Topics',
    lead: 'What the events are about, as named by those who added them.',
    noun: ['topic'],
    list: compactList(
      view.items,
      ({ slug, label }) => html`<a href="${topicUrl(slug)}" dir="auto">${label ?? topicLabel(slug)}</a>`,
    ),
  });
}

export function actorsPage(view: IndexView<TimelineFacts & ActorItem>): Html {
  return indexPage(view, {
    section: 'actors',
    title: 'Actors',
    lead: 'The organisations and people that events name, with what they said, signed, sent or received.',
    noun: ['actor'],
    list: compactList(view.items, actorWithKind),
  });
}

function compactList<Item extends TimelineFacts>(
  items: readonly Item[],
  renderLink: (item: Item) => Html,
): Html {
  const rows = items.map((item) => {
    const count = `${pluralize(item.entries, 'entry', 'entries')}, ${yearsOf(item)}`;
    return html`<li>${renderLink(item)} <span class="count">${count}</span></li>`;
  });
  return html`<ul class="index">${rows}</ul>`;
}

/** “2009–2016”; “…” stands for an open end. */
function yearsOf({ earliest, latest }: TimelineFacts): string {
  const [from, to] = [earliest?.slice(0, 4) ?? '…', latest?.slice(0, 4) ?? '…'];
  return from === to ? from : `${from}–${to}`;
}

interface IndexParts {
  readonly section: Section;
  readonly title: string;
  readonly lead: string;
  /** What an item is called: singular, and plural if that is not regular. */
  readonly noun: readonly [string, string?];
  readonly list: Html;
  /** The filter or the orders of the list. */
  readonly bar?: Html;
  /** What is shown above the list. */
  readonly above?: Html | undefined;
  /** Whether the list has only what passes a filter. */
  readonly isFiltered?: boolean;
  readonly footer?: Html;
}

/** “50 of 1,234 countries”; “50 countries on this page” if they are not counted. */
function countText({ items, total, url, next }: IndexView<unknown>, { noun }: IndexParts): string {
  const shown = items.length;
  const isPaged = next !== undefined || url.get('cursor') !== undefined;
  if (!isPaged) return pluralize(shown, ...noun);
  return total === undefined
    ? `${pluralize(shown, ...noun)} on this page`
    : `${formatNumber(shown)} of ${pluralize(total, ...noun)}`;
}

export function indexPage(view: IndexView<unknown>, parts: IndexParts): Html {
  const { url, origin } = view;
  const { section, title, lead } = parts;
  const isRefused = view.errors.length > 0;
  return layout({
    title: isRefused ? `Error: ${title}` : title,
    section,
    main: html`
      <header class="page-header compact">
        <h1>${title}</h1>
        <p class="subtitle">${lead}</p>
      </header>
      ${isRefused ? filterBar(parts) : indexMain(view, parts)}`,
    alternates: view.formats,
    description: lead,
    url: `${origin}${url.with({ cursor: url.get('cursor') })}`,
  });
}

function filterBar({ bar, isFiltered }: IndexParts): Html | undefined {
  const label = isFiltered === undefined ? 'Order' : 'Filter';
  return bar && html`<section class="bar" aria-label="${label}">${bar}</section>`;
}

function indexMain(view: IndexView<unknown>, parts: IndexParts): Html {
  const { url, origin, asOf, next, items } = view;
  const { title, list, above, isFiltered, footer } = parts;
  const nothing = isFiltered === true ? 'Nothing matches the filter.' : 'There are no events here yet.';
  const cursor = url.get('cursor');
  return html`
    ${asOfBanner(view)}
    ${filterBar(parts)}
    ${above}
    ${
      asOf === undefined
        ? firstSteps()
        : html`
          <section aria-labelledby="list-title">
            <div class="list-head"><h2 id="list-title">${countText(view, parts)}</h2></div>
            ${items.length === 0 ? html`<p class="note">${nothing}</p>` : list}
          </section>`
    }
    ${footer}
    ${pager(url, cursor === undefined, next)}
    ${viewLinks(view.formats, { title, url: `${origin}${url.with({ asOf: asOf?.token, cursor })}`, asOf })}`;
}
