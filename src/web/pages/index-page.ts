import { countryName } from '../../domain/countries/countries.ts';
import { pastBanner } from '../components/banners.ts';
import type { Shown } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { layout, type Section } from '../shell/layout.ts';
import { formatOccurred } from '../text/format-date.ts';
import type { PageUrl } from '../text/url.ts';
import { countryUrl, topicUrl } from '../text/url.ts';
import { formatNumber, pluralize, topicLabel } from '../text/vocabulary.ts';

/** A page of a list of timelines. */
export interface IndexView<Item> {
  readonly address: PageUrl;
  readonly items: readonly Item[];
  readonly next: string | undefined;
  /** Undefined while nothing is recorded. */
  readonly shown: Shown | undefined;
  readonly isPast: boolean;
}

interface Extent {
  readonly entries: number;
  readonly earliest: string | null;
  readonly latest: string | null;
}

export function countriesPage(
  view: IndexView<Extent & { readonly code: string; readonly name: string }>,
): Html {
  const items = view.items.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  const lead = 'Every country that an event speaks of, with what it hosted, said, signed, sent or received.';
  return indexPage(
    view,
    'countries',
    'Countries',
    lead,
    items.map((item) => {
      return row(html`<a href="${countryUrl(item.code)}">${item.name}</a>`, item);
    }),
  );
}

export function topicsPage(view: IndexView<Extent & { readonly slug: string }>): Html {
  const lead = 'What the events are about, in the words of those who recorded them.';
  return indexPage(
    view,
    'topics',
    'Topics',
    lead,
    view.items.map((item) => {
      return row(html`<a href="${topicUrl(item.slug)}" dir="auto">${topicLabel(item.slug)}</a>`, item);
    }),
  );
}

export function relationsPage(view: IndexView<Extent & { readonly countries: readonly string[] }>): Html {
  const lead = 'Two countries between which something passed: one acts, and the other has a part in it.';
  return indexPage(
    view,
    'relations',
    'Pairs',
    lead,
    view.items.map((item) => {
      const names = item.countries.map(countryName).join(' and ');
      return row(html`<a href="/relations/${item.countries.join('/')}">${names}</a>`, item);
    }),
  );
}

interface Agreement {
  readonly stream: string;
  readonly title: string | null;
  readonly signed: { readonly edtf: string } | null;
  readonly shipments: number;
  readonly shipmentsKnown: boolean;
}

export function agreementsPage(view: IndexView<Agreement>): Html {
  const lead =
    'Memoranda and other agreements, and whether anything is known to have been shipped under them.';
  const beside = html`<p><a href="/mous/unknown">Shipments of no known agreement</a></p>`;
  return indexPage(view, 'mous', 'Agreements', lead, view.items.map(agreementRow), beside);
}

function agreementRow({ stream, title, signed, shipments, shipmentsKnown }: Agreement): Html {
  const date =
    signed === null
      ? 'no signing recorded'
      : `signed ${formatOccurred({ edtf: signed.edtf, earliest: null, latest: null })}`;
  const carried = shipmentsKnown ? pluralize(shipments, 'shipment') : 'no shipment known';
  return html`<li class="entry"><p class="when">${date}</p><div class="what"><p class="headline"><a href="/mous/${encodeURIComponent(stream)}" dir="auto">${title ?? stream}</a></p><ul class="facts"><li>${carried}</li></ul></div></li>
`;
}

function row(link: Html, { entries, earliest, latest }: Extent): Html {
  return html`<li>${link} <span class="count">${formatNumber(entries)}<span class="years">, ${years(earliest, latest)}</span></span></li>
`;
}

function years(earliest: string | null, latest: string | null): string {
  const [from, to] = [earliest?.slice(0, 4) ?? '…', latest?.slice(0, 4) ?? '…'];
  return from === to ? from : `${from}–${to}`;
}

function indexPage(
  { address, next, shown, isPast }: IndexView<unknown>,
  section: Section,
  title: string,
  lead: string,
  rows: readonly Html[],
  beside?: Html,
): Html {
  const list =
    section === 'mous' ? html`<ol class="entries">${rows}</ol>` : html`<ul class="index">${rows}</ul>`;
  const main = html`<header class="subject"><h1>${title}</h1><p class="lead">${lead}</p></header>
${pastBanner({ isPast, shown, address })}
<section class="list" aria-labelledby="list-title"><h2 id="list-title">${formatNumber(rows.length)} ${title.toLowerCase()}${next !== undefined && ' on this page'}</h2>
${rows.length === 0 ? html`<p class="note">Nothing is recorded here yet.</p>` : list}</section>
${beside}
<nav class="pages" aria-label="Pages"><ul>${address.get('cursor') !== undefined && html`<li><a href="${address.with({})}">First page</a></li>`}${next !== undefined && html`<li><a rel="next" href="${address.with({ cursor: next })}">Next page</a></li>`}</ul></nav>`;
  return layout({ title, section, main, json: address.with({ cursor: address.get('cursor') }) });
}
