import { REDACTION_GROUNDS } from '../../domain/event-types/redaction.ts';
import type { VersionRedaction } from '../../domain/record/record-version.ts';
import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';
import { renderAttribution } from '../text/format-text.ts';
import { LINK_LABELS, labelFor, pluralize } from '../text/vocabulary.ts';
import { referenceLink } from './links.ts';
import type { Entry } from './timeline-view.ts';

/* Labelled facts about an entry, which follow one another as the items of a `.facts` list. */

const ITEMS_SHOWN_MAX = 6;
const ATTRIBUTIONS_SHOWN_MAX = 1;

/** Returns undefined if there is no value. */
export function renderFact(label: string, value: Html | string | undefined): Html | undefined {
  if (value === undefined) return undefined;
  return html`<li><b>${label}</b> ${value}</li>`;
}

/** Renders a fact that needs no label, that the page of the event has as well, and that a narrow screen leaves out. */
export function renderMinorFact(value: Html | string | undefined): Html | undefined {
  return value === undefined ? undefined : html`<li class="minor">${value}</li>`;
}

/** Joins the first items with commas and counts the rest. Returns undefined for an empty list. */
export function commaList<Item>(
  items: readonly Item[],
  renderItem: (item: Item) => Html | string,
): Html | undefined {
  if (items.length === 0) return undefined;
  const shown = items.length > ITEMS_SHOWN_MAX ? items.slice(0, ITEMS_SHOWN_MAX - 1) : items;
  const rest = items.length - shown.length;
  return html`${commaJoined(shown.map(renderItem))}${rest > 0 && ` and ${rest} more`}`;
}

export function commaJoined(parts: readonly (Html | string | undefined)[]): Html {
  return html`${parts.map((part, index) => html`${index > 0 && ', '}${part}`)}`;
}

/** Renders the attribution chains, if any, and the number of sources. Chains end with outlets if there are sources. */
export function renderAttributions(chains: readonly (readonly (string | Html)[])[], sources: number): Html {
  const count = pluralize(sources, 'source');
  if (chains.length === 0) return html`<li class="sources">${count}</li>`;
  const shown = chains.slice(0, ATTRIBUTIONS_SHOWN_MAX);
  const rest = chains.length - shown.length;
  const list = shown.map(
    (chain, index) => html`${index > 0 && '; '}${renderAttribution(chain, sources > 0)}`,
  );
  const more = rest > 0 && `; and ${pluralize(rest, 'other chain')}`;
  return html`${renderFact('By', html`${list}${more} <span class="sources">(${count})</span>`)}`;
}

/** Renders the links of an entry: each list under the label of its relation. */
export function renderLinks(
  links: Readonly<Record<string, readonly string[]>>,
): readonly (Html | undefined)[] {
  return Object.keys(LINK_LABELS).map((name) =>
    renderFact(labelFor(LINK_LABELS, name), commaList(links[name] ?? [], referenceLink)),
  );
}

/** Renders what was removed by law: when, on what ground, and by which event. */
export function renderRedactions(
  redactions: readonly VersionRedaction[] = [],
): readonly (Html | undefined)[] {
  return redactions.map(({ by, statement, ground, basis, recordedAt }) => {
    const parts = [
      statement === undefined ? undefined : html`statement <bdi>${statement}</bdi>`,
      recordedAt === undefined ? 'after this state' : formatInstant(recordedAt),
      ground && labelFor(REDACTION_GROUNDS, ground),
      basis === undefined ? undefined : html`<bdi>${basis}</bdi>`,
    ];
    const known = parts.filter((part) => part !== undefined);
    return renderFact('Removed', html`${commaJoined(known)} (${referenceLink(by)})`);
  });
}

/** What a badge says about an entry. */
type BadgeFacts = Pick<Entry, 'status' | 'versions'> & { readonly links?: unknown };

/** Marks an entry that is corrected or retracted, or that somebody contradicts. */
export function statusBadge({ status, versions, links }: BadgeFacts): Html | undefined {
  const { contradictedBy = [] } = (links ?? {}) as { readonly contradictedBy?: readonly string[] };
  const isContradicted = contradictedBy.length > 0;
  if (status === 'current' && !isContradicted) return undefined;
  return html`
    ${status !== 'current' && html` <span class="badge">${status}, ${pluralize(versions, 'version')}</span>`}
    ${isContradicted && html` <span class="badge">contradicted</span>`}`;
}
