import type { TimelineQuery, TimelineSummary } from '../../projector/timeline-store.ts';
import { drawBins, mostOf } from '../chart/draw-bins.ts';
import { rangeLinks } from '../chart/range-links.ts';
import type { TimeBins } from '../chart/time-bins.ts';
import { legend, rangeNavigation, table } from '../chart/timeline-chart.ts';
import { activeFilters } from '../components/active-filters.ts';
import { asOfBanner, staleBanner } from '../components/banners.ts';
import { LIST_FIELDS, LIST_INPUTS, LIST_LABELS } from '../components/filter-fields.ts';
import {
  asOfInput,
  dateInputs,
  errorSummary,
  fieldIdsOf,
  filterInput,
  textInput,
} from '../components/filter-form.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { countryUrl, type PageUrl, relationUrl } from '../text/url.ts';
import { totalText } from '../text/vocabulary.ts';

export interface ComparedCountry {
  readonly code: string;
  readonly name: string;
  /** Number of entries that match the filter; a lower bound if it is not exact. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Summary of all entries, regardless of the filter; undefined when there are none. */
  readonly summary: TimelineSummary | undefined;
  /** The entries on the axis of all countries; undefined if there are too many to count, or the log is empty. */
  readonly bins: TimeBins | undefined;
}

export interface Comparison {
  readonly url: PageUrl;
  readonly filter: Pick<TimelineQuery, 'from' | 'to'>;
  readonly asOf: TimelineView['asOf'];
  readonly countries: readonly ComparedCountry[];
  /** What one bin is; undefined if no entry has a known day. */
  readonly unit: string | undefined;
}

type CompareView = Comparison & Pick<TimelineView, 'errors' | 'formats' | 'isPast' | 'staleness'>;

const TITLE = 'Compare countries';

export function comparePage(view: CompareView): Html {
  const { countries, errors, formats, url } = view;
  const isComparison = countries.length > 1;
  const names = countries.map(({ name }) => name);
  const title = comparisonTitle(countries);
  const main = html`
    <header class="page-header compact">
      <h1>${isComparison ? names.join(', ') : TITLE}</h1>
      <p class="subtitle"><span class="kicker">Comparison</span>${relationLink(countries)}</p>
    </header>
    ${asOfBanner(view)}
    ${staleBanner(view)}
    ${errors.length > 0 && errorSummary(errors, LIST_LABELS, fieldIdsOf(LIST_INPUTS))}
    ${compareForm(view)}
    ${errors.length === 0 && activeFilters(url, (name) => (name === 'countries' ? '' : name))}
    ${isComparison && charts(view)}
    ${isComparison && viewLinks(formats, { title, url: url.with({}), asOf: undefined })}`;
  return layout({
    title: errors.length > 0 ? `Error: ${title}` : title,
    section: 'countries',
    main,
    alternates: isComparison ? formats : [],
  });
}

export function comparisonTitle(countries: readonly ComparedCountry[]): string {
  return countries.length > 1 ? `Compare ${countries.map(({ name }) => name).join(', ')}` : TITLE;
}

function relationLink(countries: readonly ComparedCountry[]): Html | undefined {
  const [first, second] = countries.toSorted((a, b) => (a.code < b.code ? -1 : 1));
  if (first === undefined || second === undefined || countries.length > 2) return undefined;
  return html`${' '}<a href="${relationUrl(first.code, second.code)}">Their relation</a>`;
}

function compareForm(view: CompareView): Html {
  const { url, countries, errors } = view;
  const hasErrors = errors.some(({ parameter }) => parameter !== 'countries');
  const hint =
    countries.length === 1 ? 'Add at least one more' : 'Two to six, by name or code, separated by commas';
  return html`
    <form class="compare-form" method="get" action="${url.path}">
      <div class="field">
        ${textInput('countries', LIST_LABELS.countries, view, hint)}
        <button type="submit">Compare</button>
      </div>
      <details class="filter"${hasErrors && html` open`}>
        <summary>Filter</summary>
        <div class="inputs">
          ${dateInputs(view)}
          <fieldset><legend>As of</legend>${asOfInput(view)}</fieldset>
          ${LIST_FIELDS.map((name) => filterInput(name, view, { fields: LIST_FIELDS }))}
        </div>
      </details>
    </form>`;
}

/** All charts have the same axes, so that their bars can be compared. */
function charts({ countries, url, filter, unit }: CompareView): Html {
  const known = countries.flatMap(({ bins }) => (bins === undefined ? [] : [bins]));
  const most = Math.max(1, ...known.map(mostOf));
  const range = rangeLinks(filter, spanOf(countries));
  const title = unit === undefined ? 'Entries' : `Entries per ${unit}`;
  return html`
    <section aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">${title}${range && `, ${range.current.label}`}</h2>
        ${range && rangeNavigation(range, url)}
      </div>
      ${countries.map((country) => chart(country, most, url))}
    </section>`;
}

function chart({ code, name, bins, ...counts }: ComparedCountry, most: number, url: PageUrl): Html {
  const timeline = url.at(countryUrl(code)).with({ countries: undefined });
  const label = `${name}: entries per ${bins?.unit}. Each bar narrows the page to its time.`;
  return html`
    <section class="compared over-time" aria-labelledby="c-${code}">
      <div class="chart-head">
        <h3 id="c-${code}">
          <a href="${timeline}">${name}</a>${' '}<span class="count">${totalText(counts)}</span>
        </h3>
        ${bins && legend(bins)}
        ${bins !== undefined && bins.bins.length > 0 && table(bins, url)}
      </div>
      ${bins === undefined && counts.total > 0 && html`<p class="note">There are too many entries to chart.</p>`}
      ${bins !== undefined && bins.bins.length > 0 && drawBins({ bins, most, url, label })}
    </section>`;
}

/** Returns the first and the last day of all; undefined where one of them is open. */
function spanOf(countries: readonly ComparedCountry[]): Pick<TimelineSummary, 'earliest' | 'latest'> {
  const summaries = countries.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  const starts = summaries.map(({ earliest }) => earliest);
  const ends = summaries.map(({ latest }) => latest);
  return {
    earliest: starts.includes(undefined) ? undefined : starts.toSorted()[0],
    latest: ends.includes(undefined) ? undefined : ends.toSorted().at(-1),
  };
}
