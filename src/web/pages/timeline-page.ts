import { countryName } from '../../domain/countries/countries.ts';
import { timelineChart } from '../chart/timeline-chart.ts';
import { activeFilters } from '../components/active-filters.ts';
import { asOfBanner, staleBanner } from '../components/banners.ts';
import { entryList, renderEvent } from '../components/entry-list.ts';
import type { FilterFields } from '../components/filter-fields.ts';
import { filterForm } from '../components/filter-form.ts';
import { firstSteps } from '../components/first-steps.ts';
import { liveBadge, liveBadgeIslands } from '../components/live-badge.ts';
import { momentIslands, momentSlider } from '../components/moments.ts';
import { pager } from '../components/pager.ts';
import { sinceForm } from '../components/since-form.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import type { AssetName } from '../shell/assets.ts';
import { type Html, html } from '../shell/html.ts';
import { type Alternate, layout, type Section } from '../shell/layout.ts';
import { EMBED_SIZE, embedCode } from '../text/embed-code.ts';
import { formatOccurred } from '../text/format-date.ts';
import { compareUrl, embedUrl, subscriptionUrl } from '../text/url.ts';
import { formatNumber, pluralize, totalText } from '../text/vocabulary.ts';

import { embedPage } from './embed-page.ts';

/** What distinguishes the page of one kind of timeline from the others. */
export interface TimelineParts extends FilterFields {
  readonly section: Section;
  /** What the timeline is of: “Country”. */
  readonly kicker: string;
  readonly title: string;
  /** Another page about the subject, which the filter bar links to. `label` contains the title. */
  readonly related?: { readonly title: string; readonly label: string; readonly url: string };
  /** Shown below the entries. */
  readonly extraSection?: ExtraSection | undefined;
  readonly renderEntry: (json: string) => Html;
}

/** What a page says about its subject besides the entries. The header links to it. */
interface ExtraSection {
  readonly title: string;
  readonly content: Html;
}

/** The filters of timelines of events. */
export const EVENT_FIELDS = ['q', 'countries', 'topics', 'types', 'speechActs', 'relay', 'outlet'] as const;

export function countryPage(code: string, view: TimelineView): Html {
  return timelinePage(view, {
    section: 'countries',
    kicker: 'Country',
    title: countryName(code),
    fields: [...EVENT_FIELDS, 'roles'],
    related: { title: 'Compare', label: 'Compare with other countries', url: compareUrl([code]) },
    renderEntry: (json) => renderEvent(json, [code]),
  });
}

export function allEventsPage(view: TimelineView): Html {
  return timelinePage(view, {
    section: 'search',
    kicker: 'Search',
    title: 'All events',
    fields: EVENT_FIELDS,
    renderEntry: renderEvent,
  });
}

/** Renders a timeline: its filter, its entries over time, and the list of entries. */
export function timelinePage(view: TimelineView, parts: TimelineParts): Html {
  const { section, kicker, title } = parts;
  if (view.isEmbedded) {
    return embedPage(view, {
      kicker,
      title,
      subtitle: summaryText(view),
      content: entrySection(view, parts),
    });
  }
  const isRefused = view.errors.length > 0;
  return layout({
    title: isRefused ? `Error: ${title}` : title,
    section,
    main: isRefused ? refusedMain(view, parts) : timelineMain(view, parts),
    ...(!isRefused && view.asOf !== undefined && { skipTo: { id: 'list', label: 'Skip to the entries' } }),
    islands: ['event-dialog.js', ...(isRefused ? [] : timelineIslands(view))],
    alternates: timelineAlternates(view, title),
    description: descriptionOf(view, parts),
    url: `${view.origin}${view.url.with({ cursor: view.url.get('cursor') })}`,
  });
}

function timelineIslands(view: TimelineView): readonly AssetName[] {
  return ['filter-counts.js', ...liveBadgeIslands(view), ...momentIslands(view)];
}

function timelineMain(view: TimelineView, parts: TimelineParts): Html {
  const { url, isFirst, next } = view;
  const { related } = parts;
  return html`
    ${pageHeader(view, parts)}
    ${asOfBanner(view)}
    ${staleBanner(view)}
    <section class="bar" aria-label="Filter">
      ${filterForm(view, parts)}
      ${related && html`<a href="${related.url}" aria-label="${related.label}">${related.title}</a>`}
      ${sinceForm(view)}
      ${momentSlider(view)}
      ${activeFilters(url)}
      ${liveBadge(view)}
    </section>
    ${timelineChart(view)}
    ${view.asOf === undefined ? firstSteps() : entrySection(view, parts)}
    ${pager(url, isFirst, next)}
    ${parts.extraSection && extraSection(parts.extraSection)}
    ${timelineLinks(view, parts.title)}`;
}

/** The form with what was sent, instead of the entries. */
function refusedMain(view: TimelineView, parts: TimelineParts): Html {
  return html`
    ${pageHeader(view, { ...parts, extraSection: undefined })}
    <section class="bar" aria-label="Filter">${filterForm(view, parts)}</section>`;
}

function pageHeader(view: TimelineView, parts: TimelineParts): Html {
  const { kicker, title, extraSection: extra } = parts;
  return html`
    <header class="page-header compact">
      <h1 dir="auto">${title}</h1>
      <p class="subtitle">
        <span class="kicker">${kicker}</span>${' '}${summaryText(view)}
        ${extra !== undefined && html`${' '}<a href="#more">${extra.title}</a>`}
      </p>
    </header>`;
}

function extraSection({ title, content }: ExtraSection): Html {
  return html`
    <section id="more" aria-labelledby="more-title">
      <h2 id="more-title">${title}</h2>
      ${content}
    </section>`;
}

function entrySection(view: TimelineView, { renderEntry }: TimelineParts): Html {
  const { entries, isEmbedded } = view;
  return html`
    <section id="list" class="list" tabindex="-1" aria-labelledby="list-title">
      <div class="list-head">
        <h2 id="list-title">${listTitle(view)}</h2>
        ${!isEmbedded && entries.length > 1 && orderLink(view)}
      </div>
      ${entries.length === 0 && html`<p class="note">${emptyText(view)}</p>`}
      ${entryList(entries.map((json) => renderEntry(json)))}
    </section>`;
}

function orderLink({ url, filter }: TimelineView): Html {
  return filter.order === 'asc'
    ? html`<a href="${url.with({ order: undefined })}">Newest first</a>`
    : html`<a href="${url.with({ order: 'asc' })}">Oldest first</a>`;
}

/** The links below a timeline. The citation shows the same entries whatever is added later. */
export function timelineLinks(view: TimelineView, title: string): Html {
  const { formats, origin, url, asOf, isEmbeddable } = view;
  const permalink = url.with({ asOf: asOf?.token, cursor: url.get('cursor') });
  const frame = { url: `${origin}${embedUrl(url)}`, title, ...EMBED_SIZE };
  const forwarded = {
    webhookUrl: subscriptionUrl(url),
    embedCode: isEmbeddable ? embedCode(frame) : undefined,
  };
  return viewLinks(formats, { title, url: `${origin}${permalink}`, asOf }, forwarded);
}

/** What the head of the page of a timeline announces: its other formats and, as oEmbed, its frame for other sites. */
export function timelineAlternates(view: TimelineView, title: string): readonly Alternate[] {
  const { formats, origin, url, isEmbeddable } = view;
  if (!isEmbeddable) return formats;
  const query = new URLSearchParams({ url: `${origin}${url.with({})}`, format: 'json' });
  const oembed = { title, mediaType: 'application/json+oembed', url: `${origin}/oembed?${query}` };
  return [...formats, oembed];
}

/** “Country: Pakistan. 12 entries, 8 September – 13 October 2025.” */
function descriptionOf(view: TimelineView, { kicker, title }: Pick<TimelineParts, 'kicker' | 'title'>) {
  return `${kicker}: ${title}. ${summaryText(view)}.`;
}

/** “12 entries in all, 8 September – 13 October 2025”. */
function summaryText({ summary, filter: { from, to } }: TimelineView): string {
  if (summary === undefined) return 'No events yet.';
  const { entries, earliest, latest } = summary;
  const [start, end] = [earliest ?? '..', latest ?? '..'];
  const hasDates = start !== '..' || end !== '..';
  const dates = hasDates ? `, ${formatOccurred({ edtf: start === end ? start : `${start}/${end}` })}` : '';
  const isNarrowed = from !== undefined || to !== undefined;
  return `${pluralize(entries, 'entry', 'entries')}${isNarrowed ? ' in all' : ''}${dates}`;
}

/** “50 of 1,234 entries, oldest first”; “50 of more than 500 entries, oldest first”. */
function listTitle(view: TimelineView): string {
  const { entries, next, isFirst, filter } = view;
  const isPaged = next !== undefined || !isFirst;
  const order = filter.order === 'asc' ? 'oldest first' : 'newest first';
  if (isPaged) return `${formatNumber(entries.length)} of ${totalText(view)}, ${order}`;
  const count = pluralize(entries.length, 'entry', 'entries');
  return entries.length > 1 ? `${count}, ${order}` : count;
}

function emptyText({ summary }: TimelineView): string {
  return summary === undefined ? 'There are no events here yet.' : 'No entries match the filter.';
}
