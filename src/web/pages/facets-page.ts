import { countryName } from '../../domain/countries/countries.ts';
import { normalizeName } from '../../domain/values/text.ts';
import { activeFilters } from '../components/active-filters.ts';
import { FILTER_ROWS } from '../components/filter-fields.ts';
import type { FacetCounts } from '../components/list-form.ts';
import { type Html, html } from '../shell/html.ts';
import { layout, type Section } from '../shell/layout.ts';
import { PageUrl } from '../text/url.ts';
import { formatNumber, pluralize, speechActLabel, topicLabel, typeLabel } from '../text/vocabulary.ts';

/** The entries of a timeline by the values of its filters. */
export interface FacetsView {
  readonly url: PageUrl;
  readonly origin: string;
  /** What the timeline is about. */
  readonly title: string;
  readonly section: Section;
  /** Number of entries that were counted. */
  readonly counted: number;
  /** False if more entries match than were counted. */
  readonly complete: boolean;
  readonly facets: FacetCounts;
}

/** Query parameter → its title and how its values are written. */
const FACETS: Readonly<Record<string, readonly [title: string, format: (value: string) => string]>> = {
  types: ['Event types', typeLabel],
  roles: ['Roles', roleLabel],
  countries: ['Countries', countryName],
  topics: ['Topics', topicLabel],
  speechActs: ['Speech acts', speechActLabel],
  speechAct: ['Speech acts', speechActLabel],
  speaker: ['Speakers', String],
  institution: ['Institutions', String],
  relay: ['Relayed by', String],
  outlet: ['Reported by', String],
};

/** Each value links to the timeline with the value as a further filter; one that is chosen, to the one without it. */
export function facetsPage(view: FacetsView): Html {
  const { url, origin, title, section, facets } = view;
  const timeline = new PageUrl(url.with({}).replace(/\/facets(?=\?|$)/, ''));
  const main = html`
    <header class="page-header compact">
      <h1 dir="auto">${title}</h1>
      <p class="subtitle">
        <span class="kicker">Counts</span>${' '}
        <span data-counted="${formatNumber(view.counted)}">${countedText(view)}</span>
      </p>
    </header>
    <section class="bar" aria-label="Filter">
      <a href="${timeline.with({})}">Go to the timeline</a>
      ${activeFilters(url)}
    </section>
    <div class="columns">${Object.keys(facets).map((parameter) => facetSection(parameter, timeline, facets))}</div>`;
  return layout({
    title: `Counts: ${title}`,
    section,
    main,
    alternates: [],
    description: `Counts: ${title}. ${countedText(view)}`,
    url: `${origin}${url.with({})}`,
  });
}

function countedText({ counted, complete }: FacetsView): string {
  const entries = pluralize(counted, 'entry', 'entries');
  return complete ? `${entries}, counted by each filter` : `The last ${entries}, counted by each filter`;
}

/**
 * Attributes name the filter and its values for the script that shows the counts in the form of the timeline. A filter
 * without values is named, too: the script writes 0 at its boxes.
 */
function facetSection(parameter: string, timeline: PageUrl, facets: FacetCounts): Html {
  const [title, format] = FACETS[parameter] ?? [parameter, String];
  const counts = facets[parameter] ?? [];
  if (counts.length === 0) return html`<section data-filter="${parameter}" hidden></section>`;
  const isList = FILTER_ROWS[parameter]?.isList === true;
  const chosen = timeline.get(parameter)?.split(isList ? ',' : '\n') ?? [];
  const items = counts.map(({ value, count }) => {
    const others = chosen.filter((each) => normalizeName(each) !== normalizeName(value));
    const isChosen = others.length < chosen.length;
    const values = isChosen ? others : [...(isList ? chosen : []), value];
    const link = timeline.with({ [parameter]: values.length === 0 ? undefined : values.join(',') });
    const current = isChosen && html` aria-current="true"`;
    return html`
      <li data-value="${value}">
        <a href="${link}"${current} dir="auto">${format(value)}</a> <span class="count">${formatNumber(count)}</span>
      </li>`;
  });
  return html`
    <section data-filter="${parameter}" aria-labelledby="${parameter}-title">
      <h2 id="${parameter}-title">${title}</h2>
      <ul class="index">${items}</ul>
    </section>`;
}

/** @param role `host`, or on the timeline of a relation `CN:host` */
function roleLabel(role: string): string {
  const [code = '', name] = role.split(':');
  const text = (name ?? code).replaceAll('-', ' ');
  return name === undefined ? text : `${countryName(code)}: ${text}`;
}
