import { activeFilters } from '../components/active-filters.ts';
import { asOfBanner } from '../components/banners.ts';
import { type ContradictionItem, contradictionItem } from '../components/contradiction.ts';
import { LIST_FIELDS, LIST_INPUTS, LIST_LABELS, listFilterRows } from '../components/filter-fields.ts';
import { errorSummary, fieldIdsOf, hiddenInputs, listFilterInputs } from '../components/filter-form.ts';
import { linkChoice } from '../components/link-choice.ts';
import { pager } from '../components/pager.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { PageUrl } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';

export const CONTRADICTIONS_TITLE = 'Candidates of contradiction';

/** A page of candidates of contradiction. */
export interface ContradictionsView
  extends Pick<
    TimelineView,
    'url' | 'origin' | 'formats' | 'asOf' | 'isPast' | 'isFirst' | 'next' | 'errors'
  > {
  readonly items: readonly ContradictionItem[];
  readonly state: 'all' | ContradictionItem['state'];
}

const LEAD =
  'What cannot both be true, as far as a machine can tell. Nothing is asserted until a person confirms it.';

const ACTIVE_FILTERS = listFilterRows(LIST_FIELDS);

export function contradictionsPage(view: ContradictionsView): Html {
  const { url, origin, formats, errors } = view;
  const isRefused = errors.length > 0;
  const main = html`
    <header class="page-header compact">
      <h1>${CONTRADICTIONS_TITLE}</h1>
      <p class="subtitle">${LEAD}</p>
    </header>
    ${asOfBanner(view)}
    <section class="bar" aria-label="Filter">
      ${filterForm(view)}
      ${!isRefused && stateChoice(view)}
      ${!isRefused && activeFilters(url, String, ACTIVE_FILTERS)}
    </section>
    ${!isRefused && candidates(view)}`;
  return layout({
    title: isRefused ? `Error: ${CONTRADICTIONS_TITLE}` : CONTRADICTIONS_TITLE,
    section: 'statements',
    main,
    islands: ['event-dialog.js'],
    alternates: formats,
    description: LEAD,
    url: `${origin}${url.with({ cursor: url.get('cursor') })}`,
  });
}

function candidates({ url, origin, formats, asOf, items, isFirst, next, state }: ContradictionsView): Html {
  const permalink = `${origin}${url.with({ asOf: asOf?.token, cursor: url.get('cursor') })}`;
  const isPaged = !isFirst || next !== undefined;
  const isFiltered = Object.keys(ACTIVE_FILTERS).some((name) => url.get(name) !== undefined);
  return html`
    <section aria-labelledby="list-title">
      <div class="list-head">
        <h2 id="list-title">${listTitle(items.length, isPaged)}</h2>
      </div>
      ${items.length === 0 && html`<p class="note">${isFiltered ? NO_MATCH_TEXT : EMPTY_TEXTS[state]}</p>`}
      <ul class="contradictions">${items.map(contradictionItem)}</ul>
    </section>
    ${pager(url, isFirst, next)}
    ${viewLinks(formats, { title: CONTRADICTIONS_TITLE, url: permalink, asOf })}`;
}

function filterForm(view: ContradictionsView): Html {
  const { url, errors } = view;
  return html`
    <details class="filter"${errors.length > 0 && html` open`}>
      <summary>Filter</summary>
      ${errors.length > 0 && errorSummary(errors, LIST_LABELS, fieldIdsOf(LIST_INPUTS))}
      <form method="get" action="${url.path}">
        ${hiddenInputs(['state', 'limit'], view)}
        ${listFilterInputs(view, LIST_FIELDS)}
        <p class="actions"><button type="submit">Apply</button>${' '}<a href="${clearedUrl(url)}">Clear all</a></p>
      </form>
    </details>`;
}

function clearedUrl(url: PageUrl): string {
  return new PageUrl(url.path).with({ state: url.get('state'), limit: url.get('limit') });
}

function listTitle(candidates: number, isPaged: boolean): string {
  const count = `${pluralize(candidates, 'candidate')}${isPaged ? ' on this page' : ''}`;
  return candidates > 1 ? `${count}, newest first` : count;
}

const STATES = [
  [undefined, 'open'],
  ['confirmed', 'confirmed'],
  ['all', 'all'],
] as const;

const NO_MATCH_TEXT = 'No candidate matches the filter.';
const EMPTY_TEXTS: Readonly<Record<ContradictionsView['state'], string>> = {
  open: 'No candidate waits for a person to confirm it.',
  confirmed: 'No contradiction is confirmed.',
  all: 'There are no candidates.',
};

function stateChoice({ url, state }: ContradictionsView): Html {
  const links = STATES.map(([value, label]) => {
    return { label, url: url.with({ state: value }), isCurrent: (value ?? 'open') === state };
  });
  return linkChoice('Show', links);
}
