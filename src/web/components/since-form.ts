import { type Html, html } from '../shell/html.ts';
import { CHANGES_DATES, PageUrl } from '../text/url.ts';
import { FILTER_ROWS } from './filter-fields.ts';
import { errorText, type FilterInput, hiddenInputs, inputDescription, shownState } from './filter-form.ts';
import type { TimelineView } from './timeline-view.ts';

const FILTER_NAMES = Object.keys(FILTER_ROWS);

/** Returns the query parameter that sets a filter of a timeline in the URL of its changes. */
export function changesParameterOf(filter: string): string {
  return filter === 'from' || filter === 'to' ? CHANGES_DATES[filter] : filter;
}

/** The form on the page of a timeline that asks what has changed in it. */
export function sinceForm({
  url,
  asOf,
  isPast,
}: Pick<TimelineView, 'url' | 'asOf' | 'isPast'>): Html | undefined {
  if (asOf === undefined) return undefined;
  const changes = changesUrl(url);
  const sinceThen = html`<a href="${changes.with({ from: asOf.token })}">What has changed since then</a>`;
  return html`
    ${isPast && sinceThen}
    <details class="filter">
      <summary>Changes…</summary>
      <form method="get" action="${changes.path}">
        ${filterInputs({ url: changes, errors: [] })}
        <fieldset>
          <legend>What changed since</legend>
          ${isPast && shownState('from', asOf)}
          ${instantInput('from', 'Date and time (UTC)', isPast ? asOf.instant : undefined)}
        </fieldset>
        <p class="actions">
          <button type="submit">Show the changes</button>
          ${' '}<a href="${changes.with({ order: 'desc' })}">All changes, newest first</a>
        </p>
      </form>
    </details>`;
}

/** Returns the URL of the changes of a timeline, with its filter. */
export function changesUrl(timeline: PageUrl): PageUrl {
  const filter = FILTER_NAMES.map((name) => [changesParameterOf(name), timeline.get(name)] as const);
  return urlWith(timeline.path, filter).child('changes');
}

/** Returns the URL of the timeline of a page of changes, with the same filter. */
export function timelineUrlOf(changes: PageUrl): string {
  const filter = FILTER_NAMES.map((name) => [name, changes.get(changesParameterOf(name))] as const);
  return urlWith(changes.path.replace(/\/changes$/, ''), filter).with({});
}

function urlWith(path: string, parameters: readonly (readonly [string, string | undefined])[]): PageUrl {
  const given = parameters.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new PageUrl(`${path}?${new URLSearchParams(given)}`);
}

/** Hidden inputs, so that a form keeps the filter of the changes, except for what was refused. */
export function filterInputs(changes: FilterInput): readonly (Html | undefined)[] {
  return hiddenInputs(FILTER_NAMES.map(changesParameterOf), changes);
}

/**
 * @param instant RFC 3339, UTC
 * @param errors what is wrong with the request
 */
export function instantInput(
  name: string,
  label: string,
  instant: string | undefined,
  errors: FilterInput['errors'] = [],
): Html {
  return html`
    <label for="c-${name}">${label}</label>
    <input
      id="c-${name}"
      name="${name}"
      type="datetime-local"
      step="any"
      value="${instant?.replace(/Z$/, '') ?? ''}"${inputDescription(name, { errors }, false)}
    >
    ${errorText(name, { errors })}`;
}
