import { countryName } from '../../domain/countries/countries.ts';
import { eventLink } from '../components/links.ts';
import type { FacetCounts } from '../components/list-form.ts';
import type { EventEntry } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import type { PageUrl } from '../text/url.ts';
import { formatNumber, topicLabel, typeLabel } from '../text/vocabulary.ts';

interface Appearance {
  readonly entry: EventEntry;
  readonly recordedAt: string;
}

/** What the page says of all entries that a search finds. */
export interface SearchCounts {
  /** If it is not exact, there are more. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Number of the entries that the counts are of. */
  readonly counted: number;
  readonly counts: Readonly<Record<'countries' | 'topics' | 'types' | 'years', FacetCounts[string]>>;
  readonly firstAppeared: {
    readonly occurred: Appearance | undefined;
    readonly recorded: Appearance | undefined;
  };
}

/** Lists the most frequent values of what is found, each with a link to its entries. */
export function searchCounts(url: PageUrl, { total, isTotalExact, counted, counts }: SearchCounts): Html {
  const { countries, topics, types, years } = counts;
  const isPartial = counted < total || !isTotalExact;
  const kept = (name: string) => (value: string) => url.with({ [name]: value });
  return html`
    <section class="search-counts" id="counts" tabindex="-1" aria-labelledby="counts-title">
      <h3 id="counts-title">Narrow it down</h3>
      ${isPartial && html`<p class="note">Counts of the first ${formatNumber(counted)} entries.</p>`}
      ${list('Countries', countries, countryName, kept('countries'))}
      ${list('Topics', topics, topicLabel, kept('topics'))}
      ${list('Event types', types, typeLabel, kept('types'))}
      ${list('Years', years, String, (year) => url.with({ from: year, to: year }))}
    </section>`;
}

function list(
  title: string,
  counts: FacetCounts[string],
  labelOf: (value: string) => string,
  urlOf: (value: string) => string,
): Html | undefined {
  if (counts.length === 0) return undefined;
  const items = counts.map(({ value, count }) => {
    const entries = html`<span class="count">${formatNumber(count)}</span>`;
    return html`<li><a href="${urlOf(value)}" dir="auto">${labelOf(value)}</a> ${entries}</li>`;
  });
  return html`<h4>${title}</h4><ul class="counts">${items}</ul>`;
}

/** Says when the words first appeared. */
export function firstAppearance({ firstAppeared: { occurred, recorded } }: SearchCounts): Html | undefined {
  if (occurred === undefined || recorded === undefined) return undefined;
  const byDate = eventLink(occurred.entry.id, renderDate(occurred.entry.occurred));
  const byRecording = eventLink(recorded.entry.id, formatInstant(recorded.recordedAt));
  return html`<p class="note">First appeared: ${byDate}. First recorded: ${byRecording}.</p>`;
}
