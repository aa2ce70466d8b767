import { countryName } from '../../domain/countries/countries.ts';
import { asOfBanner, staleBanner } from '../components/banners.ts';
import { densityHistogram } from '../components/density-histogram.ts';
import { entryList, renderEvent } from '../components/entry-list.ts';
import { type FilterFields, filterForm } from '../components/filter-form.ts';
import { liveBadge, liveBadgeIslands } from '../components/live-badge.ts';
import { momentIslands, momentSlider } from '../components/moments.ts';
import { pager } from '../components/pager.ts';
import type { RenderedEntry } from '../components/rendered-entry.ts';
import { sinceForm } from '../components/since-form.ts';
import { type LaneChoice, swimlanes } from '../components/swimlanes.ts';
import type { Entry, EventEntry, TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { type Alternate, layout, type Section } from '../shell/layout.ts';
import { EMBED_SIZE, embedCode } from '../text/embed-code.ts';
import { formatOccurred } from '../text/format-date.ts';
import { embedUrl, subscriptionUrl } from '../text/url.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';

import { embedPage } from './embed-page.ts';

/** What distinguishes the page of one kind of timeline from the others. */
export interface TimelineParts<Item extends Entry> extends FilterFields {
  readonly section: Section;
  /** Shown above the title. */
  readonly kicker: string;
  readonly title: string;
  /** Shown between the filter and the entries. */
  readonly extraSection?: Html | undefined;
  readonly lanes?: LaneChoice;
  readonly renderEntry: (json: string) => RenderedEntry<Item>;
}

/** The filters of timelines of events. */
export const EVENT_FIELDS = ['q', 'countries', 'topics', 'types', 'speechActs', 'relay', 'outlet'] as const;

export function countryPage(code: string, view: TimelineView): Html {
  return timelinePage<EventEntry>(view, {
    section: 'countries',
    kicker: 'Country',
    title: countryName(code),
    fields: [...EVENT_FIELDS, 'roles'],
    renderEntry: (json) => renderEvent(json, [code]),
  });
}

export function allEventsPage(view: TimelineView): Html {
  return timelinePage<EventEntry>(view, {
    section: 'search',
    kicker: 'Search',
    title: 'All events',
    fields: EVENT_FIELDS,
    renderEntry: renderEvent,
  });
}

/** Renders a timeline: its filter, its entries over time and in lanes, and the list of entries. */
export function timelinePage<Item extends Entry>(view: TimelineView, parts: TimelineParts<Item>): Html {
  const rendered = view.entries.map((entry) => parts.renderEntry(entry));
  const entries = rendered.map(({ entry }) => entry);
  const { kicker, title } = parts;
  const list = html`
    <section aria-labelledby="list-title">
      <h2 id="list-title">${listTitle(view)}</h2>
      ${entries.length === 0 && html`<p class="note">${emptyText(view)}</p>`}
      ${entryList(rendered)}
    </section>`;
  if (view.isEmbedded) return embedPage(view, { kicker, title, subtitle: summaryText(view), content: list });
  const main = html`
    <header class="page-header">
      <p class="kicker">${kicker}</p>
      <h1 dir="auto">${title}</h1>
      <p class="subtitle">${summaryText(view)}</p>
    </header>
    ${liveBadge(view)}
    ${asOfBanner(view)}
    ${staleBanner(view)}
    <section class="view" aria-labelledby="view-title">
      <h2 id="view-title" class="visually-hidden">View</h2>
      ${filterForm(view, parts)}
      ${sinceForm(view)}
      ${momentSlider(view)}
    </section>
    ${parts.extraSection}
    ${charts(densityHistogram(view), swimlanes(entries, view.url, parts.lanes))}
    ${list}
    ${pager(view.url, view.isFirst, view.next)}
    ${timelineLinks(view, title)}`;
  return layout({
    title,
    section: parts.section,
    main,
    islands: ['event-dialog.js', ...liveBadgeIslands(view), ...momentIslands(view)],
    alternates: timelineAlternates(view, title),
    description: descriptionOf(view, parts),
    url: `${view.origin}${view.url.with({ lanes: undefined, cursor: view.url.get('cursor') })}`,
  });
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
  const query = new URLSearchParams({ url: `${origin}${url.with({ lanes: undefined })}`, format: 'json' });
  const oembed = { title, mediaType: 'application/json+oembed', url: `${origin}/oembed?${query}` };
  return [...formats, oembed];
}

/** “Country: Pakistan. 12 entries, 8 September – 13 October 2025.” */
function descriptionOf(
  view: TimelineView,
  { kicker, title }: Pick<TimelineParts<Entry>, 'kicker' | 'title'>,
) {
  return `${kicker}: ${title}. ${summaryText(view)}.`;
}

function charts(histogram: Html | undefined, lanes: Html | undefined): Html | undefined {
  if (histogram === undefined && lanes === undefined) return undefined;
  return html`
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">Over time</h2>
      ${histogram}
      ${lanes}
    </section>`;
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

/** “50 of 1,234 entries, oldest first”; “50 entries on this page, oldest first” if they are not counted. */
function listTitle({ entries, next, isFirst, filter, total }: TimelineView): string {
  const isPaged = next !== undefined || !isFirst;
  const order = filter.order === 'asc' ? 'oldest first' : 'newest first';
  if (isPaged && total !== undefined) {
    return `${formatNumber(entries.length)} of ${pluralize(total, 'entry', 'entries')}, ${order}`;
  }
  return `${pluralize(entries.length, 'entry', 'entries')}${isPaged ? ' on this page' : ''}, ${order}`;
}

function emptyText({ summary }: TimelineView): string {
  return summary === undefined ? 'There are no events here yet.' : 'No entries match the filter.';
}
