import { countryName } from '../../domain/countries/countries.ts';
import type { TimelineSummary } from '../../projector/timeline-store.ts';
import { topicLink } from '../components/entry-list.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatOccurred } from '../text/format-date.ts';
import { countryUrl } from '../text/url.ts';
import { formatNumber } from '../text/vocabulary.ts';
import { type ReadEvent, recordedItem } from './record-page.ts';
import { searchForm } from './search-page.ts';

/** What is in the record, in short. */
export interface FrontView {
  readonly events: number;
  readonly countries: readonly TimelineSummary[];
  readonly topics: readonly TimelineSummary[];
  /** True: there are more topics than were counted. */
  readonly hasMoreTopics: boolean;
  /** Recorded last, the latest first; undefined while the log, which tells it, is away. */
  readonly latest: readonly ReadEvent[] | undefined;
}

/** Of each list; its own page has all of it. */
const LISTED_MAX = 12;

export function frontPage({ events, countries, topics, hasMoreTopics, latest }: FrontView): Html {
  const main = html`<header class="subject front"><h1>The diplomatic record</h1>
<p class="lead">Who said, signed and sent what, when, and who reported it: as timelines of countries and topics, with every correction kept, and as anyone could have known it on any day.</p></header>
${searchForm('')}
<dl class="figures">${figure('events', formatNumber(events))}${figure('countries', formatNumber(countries.length))}${figure('topics', `${formatNumber(topics.length)}${hasMoreTopics ? '+' : ''}`)}${figure('first date', outermostDay(countries, 'earliest'))}${figure('last date', outermostDay(countries, 'latest'))}</dl>
<section aria-labelledby="latest-title"><h2 id="latest-title">Recorded last</h2>${latestList(latest)}</section>
<div class="columns"><section aria-labelledby="countries-title"><h2 id="countries-title">Countries</h2><ul class="index">${most(countries).map(({ key, entries }) => item(html`<a href="${countryUrl(key)}">${countryName(key)}</a>`, entries))}</ul><p><a href="/countries">All countries</a></p></section>
<section aria-labelledby="topics-title"><h2 id="topics-title">Topics</h2><ul class="index">${most(topics).map(({ key, entries }) => item(topicLink(key), entries))}</ul><p><a href="/topics">All topics</a></p></section></div>`;
  return layout({ title: '', main, islands: ['search-suggestions.js', 'event-dialog.js'] });
}

function latestList(latest: FrontView['latest']): Html {
  if (latest === undefined) return html`<p class="note">The log cannot be reached at present.</p>`;
  if (latest.length === 0) return html`<p class="note">Nothing is recorded yet.</p>`;
  return html`<ol class="entries">${latest.map(recordedItem)}</ol>`;
}

function figure(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function item(link: Html, entries: number): Html {
  return html`<li>${link} <span class="count">${formatNumber(entries)}</span></li>
`;
}

function most(summaries: readonly TimelineSummary[]): readonly TimelineSummary[] {
  return summaries.toSorted((a, b) => b.entries - a.entries).slice(0, LISTED_MAX);
}

/** The outermost day that is known; an open end sets none. */
function outermostDay(summaries: readonly TimelineSummary[], end: 'earliest' | 'latest'): string {
  const days = summaries
    .map((summary) => summary[end])
    .filter((day) => day !== undefined)
    .sort();
  const day = end === 'earliest' ? days[0] : days.at(-1);
  return day === undefined ? 'none' : formatOccurred({ edtf: day, earliest: day, latest: day });
}
