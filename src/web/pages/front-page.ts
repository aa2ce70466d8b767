import type { TimelineSummary } from '../../projector/timeline-store.ts';
import { firstSteps } from '../components/first-steps.ts';
import { countryLink, topicLink } from '../components/links.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatOccurred } from '../text/format-date.ts';
import { formatNumber } from '../text/vocabulary.ts';
import { type ListedEvent, listedEventItem } from './record-page.ts';
import { searchForm } from './search-page.ts';

/** An overview of all timelines. */
export interface FrontView {
  readonly events: number;
  readonly countries: readonly TimelineSummary[];
  readonly topics: readonly TimelineSummary[];
  /** True if there are more topics than `topics` has. */
  readonly hasMoreTopics: boolean;
  /** The latest events of the log, newest first; undefined while the log is unavailable. */
  readonly latest: readonly ListedEvent[] | undefined;
  /** Links to all events in the formats that they have. */
  readonly formats: readonly FormatLink[];
  /** Absolute URL of the page. */
  readonly url: string;
}

const TITLE = 'Diplomatic timelines';
const LEAD =
  'Who said, signed and sent what, when, and who reported it: by country and topic, with every correction kept, and ' +
  'as of any earlier day.';

/** Items of each list. */
const LISTED_MAX = 12;

export function frontPage(view: FrontView): Html {
  const isEmpty = view.latest?.length === 0;
  const main = html`
    <header class="page-header">
      <h1>${TITLE}</h1>
      <p class="lead">${LEAD}</p>
    </header>
    ${isEmpty ? firstSteps() : overview(view)}`;
  return layout({
    title: '',
    main,
    islands: ['search-suggestions.js', 'event-dialog.js'],
    alternates: view.formats,
    description: LEAD,
    url: view.url,
  });
}

function overview(view: FrontView): Html {
  return html`
    ${searchForm('')}
    ${figureList(view)}
    <section aria-labelledby="latest-title">
      <h2 id="latest-title">Recently added</h2>
      ${latestList(view.latest)}
      ${viewLinks(view.formats, { title: TITLE, url: view.url, asOf: undefined })}
    </section>
    <div class="columns">
      <section aria-labelledby="countries-title">
        <h2 id="countries-title">Countries</h2>
        ${largestList(view.countries, countryLink)}
        <p><a href="/countries">All countries</a></p>
      </section>
      <section aria-labelledby="topics-title">
        <h2 id="topics-title">Topics</h2>
        ${largestList(view.topics, topicLink)}
        <p><a href="/topics">All topics</a></p>
      </section>
    </div>`;
}

function figureList({ events, countries, topics, hasMoreTopics }: FrontView): Html {
  return html`
    <dl class="figures">
      ${figure('events', formatNumber(events))}
      ${figure('countries', formatNumber(countries.length))}
      ${figure('topics', `${formatNumber(topics.length)}${hasMoreTopics ? '+' : ''}`)}
      ${figure('first date', outermostDay(countries, 'earliest'))}
      ${figure('last date', outermostDay(countries, 'latest'))}
    </dl>`;
}

function figure(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** Ignores open ends. */
function outermostDay(summaries: readonly TimelineSummary[], end: 'earliest' | 'latest'): string {
  const days = summaries
    .map((summary) => summary[end])
    .filter((day) => day !== undefined)
    .sort();
  const day = end === 'earliest' ? days[0] : days.at(-1);
  return day === undefined ? 'none' : formatOccurred({ edtf: day });
}

function latestList(latest: FrontView['latest']): Html {
  if (latest === undefined) return html`<p class="note">The event log is unavailable at the moment.</p>`;
  return html`<ol class="entries">${latest.map(listedEventItem)}</ol>`;
}

/** Lists the timelines with the most entries. */
function largestList(summaries: readonly TimelineSummary[], renderLink: (key: string) => Html): Html {
  const largest = summaries.toSorted((a, b) => b.entries - a.entries).slice(0, LISTED_MAX);
  const items = largest.map(
    ({ key, entries }) =>
      html`<li>${renderLink(key)} <span class="count">${formatNumber(entries)}</span></li>`,
  );
  return html`<ul class="index">${items}</ul>`;
}
