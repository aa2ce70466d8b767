import type { AssetName } from '../shell/assets.ts';
import { type Html, html } from '../shell/html.ts';
import { formatInstant, formatOccurred } from '../text/format-date.ts';
import { typeLabel } from '../text/vocabulary.ts';
import { CHANGE_LABELS, changedEntryLink } from './caused-change.ts';
import { changesUrl } from './since-form.ts';
import type { CausedChange, Moment, Moments } from './timeline-changes.ts';
import type { TimelineView } from './timeline-view.ts';

/**
 * A slider over the states that a timeline has been in. It is a form, so it works without a script: the number of the
 * chosen stop and the first stop lead to the page of the state.
 */
export function momentSlider(view: Pick<TimelineView, 'url' | 'isPast' | 'moments'>): Html | undefined {
  const { moments, isPast } = view;
  if (moments === undefined) return undefined;
  return html`
    <details class="moments"${isPast && html` open`}>
      <summary>As of…</summary>
      <div class="beside">
        ${sliderForm(view, moments)}
        ${isPast && changesThen(view, moments)}
      </div>
    </details>`;
}

/** The scripts that a page with the slider needs. */
export function momentIslands({ moments }: Pick<TimelineView, 'moments'>): readonly AssetName[] {
  return moments === undefined ? [] : ['moment-slider.js'];
}

function sliderForm({ url }: Pick<TimelineView, 'url'>, moments: Moments): Html {
  const kept = [...new URLSearchParams(url.with({ asOf: undefined }).slice(url.path.length + 1))];
  const slider = sliders.get(moments) ?? sliderOf(moments).compact();
  sliders.set(moments, slider);
  return html`
    <form method="get" action="${url.child('as-of').path}">
      ${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      ${slider}
    </form>`;
}

/** All pages of a timeline have the same moments until the timeline changes. */
const sliders = new WeakMap<Moments, Html>();

function sliderOf({ stops, shown, hasEarlier, hasLater }: Moments): Html {
  const labels = stops.map(
    ({ instant }, index) => `${formatInstant(instant)} (${index + 1} of ${stops.length})`,
  );
  const [first, last] = [stops[0], stops.at(-1)].map(dayOf);
  const current = labels[shown] ?? '';
  return html`
    <input type="hidden" name="since" value="${stops[0]?.token ?? ''}">
    <label for="moment-step">What did we know when: the timeline after each change</label>
    <input id="moment-step" name="step" type="range" min="0" max="${stops.length - 1}" step="1"
      value="${shown}" list="moment-stops" aria-valuetext="${current}">
    <datalist id="moment-stops">
      ${labels.map((label, index) => html`<option value="${index}" label="${label}"></option>`)}
    </datalist>
    <p class="ends">
      <span>${hasEarlier && '… '}${first}</span>
      <span>${last}${hasLater && ' …'}</span>
    </p>
    <p class="chosen">
      <output for="moment-step">${current}</output> <button type="submit">Show this state</button>
    </p>`;
}

function dayOf(moment: Moment | undefined): string {
  return moment === undefined ? '' : formatOccurred({ edtf: moment.instant.slice(0, 10) });
}

function changesThen(
  { url }: Pick<TimelineView, 'url'>,
  { stops, shown, previous, changes, hasMoreChanges }: Moments,
): Html {
  const all = changesUrl(url).with({ from: previous?.token, to: stops[shown]?.token });
  return html`
    <section aria-labelledby="moment-title">
      <h2 id="moment-title">What changed then</h2>
      ${changes?.length === 0 && html`<p class="note">Nothing that matches the filter.</p>`}
      ${changes && html`<ul class="moment-changes">${changes.map(changeLine)}</ul>`}
      <p><a href="${all}">${hasMoreChanges ? 'All changes' : 'The changes'} in detail</a></p>
    </section>`;
}

function changeLine(change: CausedChange): Html {
  const { by, reason } = change;
  return html`
    <li>
      ${CHANGE_LABELS[change.change]}: ${changedEntryLink(change)}
      ${' '}<span class="count">${typeLabel(by.type)} by <bdi>${by.actor}</bdi>
      ${reason !== undefined && html`, “<bdi>${reason}</bdi>”`}</span>
    </li>`;
}
