import { activeFilters } from '../components/active-filters.ts';
import { changeItem } from '../components/caused-change.ts';
import { errorSummary, keptState } from '../components/filter-form.ts';
import { pager } from '../components/pager.ts';
import { changesParameterOf, filterInputs, instantInput, timelineUrlOf } from '../components/since-form.ts';
import type { CausedChange } from '../components/timeline-changes.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout, type Section } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { pluralize } from '../text/vocabulary.ts';

/** One page of the changes of a timeline between two states. */
export interface ChangesView
  extends Pick<TimelineView, 'url' | 'origin' | 'formats' | 'errors' | 'isFirst' | 'next'> {
  /** What the timeline is about. */
  readonly title: string;
  readonly section: Section;
  /** The earlier state; undefined for the one before the first event. */
  readonly from: TimelineView['asOf'];
  /** The later state; undefined while the log is empty. */
  readonly to: TimelineView['asOf'];
  readonly order: 'asc' | 'desc';
  readonly changes: readonly CausedChange[];
}

export function changesPage(view: ChangesView): Html {
  const { url, origin, title, section, formats, errors } = view;
  const isRefused = errors.length > 0;
  const main = html`
    <header class="page-header compact">
      <h1 dir="auto">${title}</h1>
      <p class="subtitle"><span class="kicker">What changed</span>${!isRefused && ` ${subtitle(view)}`}</p>
    </header>
    <section class="bar" aria-label="Filter">
      ${rangeForm(view)}
      ${!isRefused && html`<a href="${timelineUrlOf(url)}">Go to the timeline</a>`}
      ${!isRefused && activeFilters(url, changesParameterOf)}
    </section>
    ${!isRefused && changeList(view)}`;
  const heading = `What changed: ${title}`;
  return layout({
    title: isRefused ? `Error: ${heading}` : heading,
    section,
    main,
    islands: ['event-dialog.js'],
    alternates: formats,
    description: isRefused ? heading : `${heading}. ${subtitle(view)}`,
    url: `${origin}${url.with({ cursor: url.get('cursor') })}`,
  });
}

function changeList(view: ChangesView): Html {
  const { url, origin, title, to, formats, changes, isFirst, next } = view;
  return html`
    <section aria-labelledby="list-title">
      <div class="list-head"><h2 id="list-title">${listTitle(view)}</h2></div>
      ${changes.length === 0 && html`<p class="note">Nothing changed.</p>`}
      <ol class="entries">${changes.map(changeItem)}</ol>
    </section>
    ${pager(url, isFirst, next)}
    ${viewLinks(formats, { title, url: `${origin}${url.with({})}`, asOf: to })}`;
}

/** “From 1 January 2026, 02:00 UTC to 4 January 2026, 09:12 UTC”. */
function subtitle({ from, to }: ChangesView): string {
  if (to === undefined) return 'No events yet.';
  const start = from === undefined ? 'From the first event' : `From ${formatInstant(from.instant)}`;
  return `${start} to ${formatInstant(to.instant)}`;
}

function listTitle({ changes, next, isFirst, order }: ChangesView): string {
  const isPaged = next !== undefined || !isFirst;
  const sorted = order === 'asc' ? 'oldest first' : 'newest first';
  return `${pluralize(changes.length, 'change')}${isPaged ? ' on this page' : ''}, ${sorted}`;
}

/** If the request was refused, the form is open, has what was typed, and says what is wrong. */
function rangeForm({ url, from, to, order, errors }: ChangesView): Html {
  const isRefused = errors.length > 0;
  const typedTo = url.get('to') === undefined ? undefined : to;
  const idOf = (name: string) => (name === 'from' || name === 'to' ? `c-${name}` : undefined);
  const reversed =
    order === 'asc' ? (['desc', 'Newest first'] as const) : ([undefined, 'Oldest first'] as const);
  return html`
    <details class="filter"${isRefused && html` open`}>
      <summary>Other dates…</summary>
      ${isRefused && errorSummary(errors, {}, idOf)}
      <form method="get" action="${url.path}">
        ${filterInputs({ url, errors })}
        <fieldset>
          <legend>Date and time (UTC)</legend>
          ${keptState('from', { url, errors }, from)}
          ${keptState('to', { url, errors }, to)}
          ${instantInput('from', 'From', isRefused ? url.get('from') : from?.instant, errors)}
          ${instantInput('to', 'To', isRefused ? url.get('to') : typedTo?.instant, errors)}
        </fieldset>
        <p class="actions">
          <button type="submit">Show the changes</button>
          ${!isRefused && html` <a href="${url.with({ order: reversed[0] })}">${reversed[1]}</a>`}
        </p>
      </form>
    </details>`;
}
