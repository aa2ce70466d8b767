import { type Html, html } from '../shell/html.ts';
import { PageUrl } from '../text/url.ts';
import type { TimelineView } from './timeline-view.ts';

/** Parameters that choose a timeline, and that its changes keep. */
const SELECTORS = ['country', 'about'] as const;

/** The form on the page of a timeline that asks what has changed in it. */
export function sinceForm({
  url,
  asOf,
  isPast,
}: Pick<TimelineView, 'url' | 'asOf' | 'isPast'>): Html | undefined {
  if (asOf === undefined) return undefined;
  const changes = changesUrl(url);
  const sinceThen = html`<p><a href="${changes.with({ from: asOf.token })}">What has changed since then</a></p>`;
  return html`
    ${isPast && sinceThen}
    <details class="filter">
      <summary>What changed since…</summary>
      <form method="get" action="${changes.path}">
        ${selectorInputs(url)}
        <fieldset>
          <legend>What changed since</legend>
          ${instantInput('from', 'Date and time (UTC)', isPast ? asOf.instant : undefined)}
        </fieldset>
        <p class="actions">
          <button type="submit">Show the changes</button>
          ${' '}<a href="${changes.with({ order: 'desc' })}">All changes, newest first</a>
        </p>
      </form>
    </details>`;
}

/** Returns the URL of the changes of a timeline, without its filter. */
function changesUrl(timeline: PageUrl): PageUrl {
  return withSelectors(timeline.path, timeline).child('changes');
}

/** Returns the URL of the timeline of a page of changes. */
export function timelineUrlOf(changes: PageUrl): string {
  return withSelectors(changes.path.replace(/\/changes$/, ''), changes).with({});
}

function withSelectors(path: string, url: PageUrl): PageUrl {
  const kept = SELECTORS.flatMap((name) => {
    const value = url.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return new PageUrl(`${path}?${new URLSearchParams(Object.fromEntries(kept))}`);
}

/** Hidden inputs, so that a form keeps the timeline. */
export function selectorInputs(url: PageUrl): readonly (Html | undefined)[] {
  return SELECTORS.map((name) => {
    const value = url.get(name);
    return value === undefined ? undefined : html`<input type="hidden" name="${name}" value="${value}">`;
  });
}

/** @param instant RFC 3339, UTC */
export function instantInput(name: string, label: string, instant: string | undefined): Html {
  return html`
    <label for="c-${name}">${label}</label>
    <input id="c-${name}" name="${name}" type="datetime-local" step="any" value="${instant?.slice(0, -1) ?? ''}">`;
}
