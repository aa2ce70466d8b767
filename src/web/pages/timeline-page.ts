import { countryName } from '../../domain/countries/countries.ts';
import { asOfBanner, unavailableBanner } from '../components/banners.ts';
import { citation } from '../components/citation.ts';
import { densityHistogram } from '../components/density-histogram.ts';
import { entryList, eventBody } from '../components/entry-list.ts';
import { type FilterFields, filterForm } from '../components/filter-form.ts';
import { liveBadge, liveIslands } from '../components/live-badge.ts';
import { type LaneChoice, swimlanes } from '../components/swimlanes.ts';
import type { Entry, EventEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { layout, type Section } from '../shell/layout.ts';
import { formatOccurred } from '../text/format-date.ts';
import { pluralize, topicLabel } from '../text/vocabulary.ts';

/** What one kind of timeline has of its own. */
export interface TimelineParts<Item extends Entry> extends FilterFields {
  readonly section: Section;
  /** Above the title: what it is a timeline of. */
  readonly kind: string;
  readonly title: string;
  /** Between the filter and the entries. */
  readonly beside?: Html | undefined;
  readonly lanes?: LaneChoice;
  readonly body: (entry: Item) => Html;
}

const EVENT_FIELDS = ['countries', 'topics', 'types', 'speechActs'] as const;

export function countryPage(code: string, view: TimelineView): Html {
  return timelinePage<EventEntry>(view, {
    section: 'countries',
    kind: 'Country',
    title: countryName(code),
    fields: [...EVENT_FIELDS, 'roles'],
    body: (entry) => eventBody(entry, [code]),
  });
}

export function topicPage(slug: string, view: TimelineView): Html {
  return timelinePage<EventEntry>(view, {
    section: 'topics',
    kind: 'Topic',
    title: topicLabel(slug),
    fields: EVENT_FIELDS,
    body: (entry) => eventBody(entry),
  });
}

/** A page of a timeline: how it is spread over time, the entries in lanes, and one after the other. */
export function timelinePage<Item extends Entry>(view: TimelineView, parts: TimelineParts<Item>): Html {
  const { address, next, isFirst } = view;
  const entries = view.entries.map((entry) => JSON.parse(entry) as Item);
  const main = html`<header class="subject"><p class="kicker">${parts.kind}</p><h1 dir="auto">${parts.title}</h1>
<p class="extent">${extentWords(view)}</p></header>
${liveBadge(view)}${asOfBanner(view)}${unavailableBanner(view)}
<section class="view" aria-labelledby="view-title"><h2 id="view-title" class="unseen">View</h2>
${filterForm(view, parts)}
</section>
${parts.beside}
${overTime(densityHistogram(view), swimlanes(entries, address, parts.lanes))}
<section class="list" aria-labelledby="list-title"><h2 id="list-title">${pluralize(entries.length, 'entry', 'entries')}${(next !== undefined || !isFirst) && ' on this page'}, ${orderWords(view)}</h2>
${entries.length === 0 && html`<p class="note">${emptyWords(view)}</p>`}
${entryList(entries, parts.body)}
</section>
<nav class="pages" aria-label="Pages"><ul>${!isFirst && html`<li><a href="${address.with({})}">First page</a></li>`}${next !== undefined && html`<li><a rel="next" href="${address.with({ cursor: next })}">Next page</a></li>`}</ul></nav>
${citation(view, parts.title)}`;
  return layout({
    title: parts.title,
    section: parts.section,
    main,
    islands: ['event-dialog.js', ...liveIslands(view)],
    json: address.with({ lanes: undefined, cursor: address.get('cursor') }),
  });
}

/** Nothing where there is nothing to draw. */
function overTime(histogram: Html | undefined, lanes: Html | undefined): Html | undefined {
  if (histogram === undefined && lanes === undefined) return undefined;
  return html`<section class="spread" aria-labelledby="spread-title"><h2 id="spread-title">Over time</h2>
${histogram}
${lanes}
</section>`;
}

function extentWords({ summary, filter: { from, to } }: TimelineView): string {
  if (summary === undefined) return 'Nothing is recorded.';
  const { entries, earliest, latest } = summary;
  const [start, end] = [earliest ?? '..', latest ?? '..'];
  const isOpen = start === '..' && end === '..';
  const edtf = start === end ? start : `${start}/${end}`;
  const time = isOpen ? '' : `, ${formatOccurred({ edtf, earliest: null, latest: null })}`;
  const narrowed = from === undefined && to === undefined ? '' : ' in all';
  return `${pluralize(entries, 'entry', 'entries')}${narrowed}${time}`;
}

function emptyWords({ summary }: TimelineView): string {
  return summary === undefined ? 'Nothing is recorded here yet.' : 'Nothing here matches the filter.';
}

function orderWords({ filter }: TimelineView): string {
  return filter.order === 'asc' ? 'oldest first' : 'newest first';
}
