import { asOfBanner } from '../components/banners.ts';
import { type ContradictionItem, contradictionItem } from '../components/contradiction.ts';
import { pager } from '../components/pager.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { pluralize } from '../text/vocabulary.ts';

export const CONTRADICTIONS_TITLE = 'Candidates of contradiction';

/** A page of candidates of contradiction. */
export interface ContradictionsView
  extends Pick<TimelineView, 'url' | 'origin' | 'formats' | 'asOf' | 'isPast' | 'isFirst' | 'next'> {
  readonly items: readonly ContradictionItem[];
  readonly state: 'all' | ContradictionItem['state'];
}

const LEAD =
  'What cannot both be true, as far as a machine can tell. It asserts nothing: whoever has read both sides links them.';

export function contradictionsPage(view: ContradictionsView): Html {
  const { url, origin, formats, asOf, items, isFirst, next } = view;
  const permalink = `${origin}${url.with({ asOf: asOf?.token, cursor: url.get('cursor') })}`;
  const isPaged = !isFirst || next !== undefined;
  const main = html`
    <header class="page-header">
      <h1>${CONTRADICTIONS_TITLE}</h1>
      <p class="lead">${LEAD}</p>
    </header>
    ${asOfBanner(view)}
    ${stateChoice(view)}
    <section aria-labelledby="list-title">
      <h2 id="list-title">${pluralize(items.length, 'candidate')}${isPaged && ' on this page'}, newest first</h2>
      ${items.length === 0 && html`<p class="note">There is nothing here.</p>`}
      <ul class="contradictions">${items.map(contradictionItem)}</ul>
    </section>
    ${pager(url, isFirst, next)}
    ${viewLinks(formats, { title: CONTRADICTIONS_TITLE, url: permalink, asOf })}`;
  return layout({
    title: CONTRADICTIONS_TITLE,
    section: 'statements',
    main,
    islands: ['event-dialog.js'],
    alternates: formats,
    description: LEAD,
    url: `${origin}${url.with({ cursor: url.get('cursor') })}`,
  });
}

const STATES = [
  [undefined, 'Open'],
  ['confirmed', 'Confirmed'],
  ['all', 'All'],
] as const;

function stateChoice({ url, state }: ContradictionsView): Html {
  const links = STATES.map(([value, label]) => {
    const isCurrent = (value ?? 'open') === state;
    const current = isCurrent && html` aria-current="true"`;
    return html`<li><a href="${url.with({ state: value })}"${current}>${label}</a></li>`;
  });
  return html`<nav aria-label="State"><ul class="state-choice">${links}</ul></nav>`;
}
