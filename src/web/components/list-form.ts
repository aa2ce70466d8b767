import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { formatNumber } from '../text/vocabulary.ts';

/** Name of a filter → its values, each with the number of items that it would keep given the other filters. */
export type FacetCounts = Readonly<
  Record<string, readonly { readonly value: string; readonly count: number }[]>
>;

interface TextField {
  readonly kind: 'text';
  /** The name of the query parameter. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** Formats the value for the list of active filters. */
  readonly format?: (value: string) => string;
}

interface ChoiceField {
  readonly kind: 'choice';
  readonly name: string;
  readonly label: string;
  /** Value → its label. */
  readonly options: Readonly<Record<string, string>>;
}

export type ListField = TextField | ChoiceField;

interface ListFormView {
  readonly url: PageUrl;
  readonly facets: FacetCounts;
}

/** Parameters that a form keeps as they are. */
const KEPT = ['sort', 'order', 'asOf'];

/** The filters of a list: those that are active, each with a link that removes it, and the form for all of them. */
export function listForm({ url, facets }: ListFormView, fields: readonly ListField[]): Html {
  const kept = KEPT.filter((name) => url.get(name) !== undefined);
  return html`
    ${activeListFilters(url, fields)}
    <details class="filter">
      <summary>Filter…</summary>
      <form method="get" action="${url.path}">
        ${kept.map((name) => html`<input type="hidden" name="${name}" value="${url.get(name) ?? ''}">`)}
        ${fields.map((field) => (field.kind === 'text' ? textField(field, url) : choiceField(field, url, facets)))}
        <p class="actions">
          <button type="submit">Apply</button>
          ${' '}<a href="${url.path}">Clear all</a>
        </p>
      </form>
    </details>`;
}

export function hasListFilters(url: PageUrl, fields: readonly ListField[]): boolean {
  return fields.some(({ name }) => url.get(name) !== undefined);
}

function textField({ name, label, hint }: TextField, url: PageUrl): Html {
  const describedBy = hint !== undefined && html` aria-describedby="hint-${name}"`;
  return html`
    <div class="field">
      <label for="f-${name}">${label}</label>
      <input
        id="f-${name}"
        name="${name}"
        type="text"
        value="${url.get(name) ?? ''}"
        autocomplete="off"${describedBy}
      >
      ${hint !== undefined && html`<small id="hint-${name}">${hint}</small>`}
    </div>`;
}

/** If the values are counted, one that no item has is left out, unless it is chosen. */
function choiceField(
  { name, label, options }: ChoiceField,
  url: PageUrl,
  facets: FacetCounts,
): Html | undefined {
  const chosen = valuesOf(url, name);
  const counts = facets[name] && new Map(facets[name].map(({ value, count }) => [value, count]));
  const shown = Object.entries(options).filter(
    ([value]) => counts?.has(value) !== false || chosen.includes(value),
  );
  if (shown.length === 0) return undefined;
  return html`
    <fieldset class="checkboxes">
      <legend>${label}</legend>
      ${shown.map(([value, text]) => {
        const checked = chosen.includes(value) && html` checked`;
        const count = counts && html` <span class="count">${formatNumber(counts.get(value) ?? 0)}</span>`;
        return html`
          <label class="checkbox">
            <input type="checkbox" name="${name}" value="${value}"${checked}>
            ${text}${count}
          </label>`;
      })}
    </fieldset>`;
}

function activeListFilters(url: PageUrl, fields: readonly ListField[]): Html | undefined {
  const items = fields.flatMap((field) => {
    const value = url.get(field.name);
    if (value === undefined) return [];
    const text = `${field.label.toLowerCase()}: ${valueText(field, value)}`;
    return [
      html`
        <li>
          <bdi>${text}</bdi>
          ${' '}<a href="${url.with({ [field.name]: undefined })}" aria-label="Remove the filter: ${text}">remove</a>
        </li>`,
    ];
  });
  if (items.length === 0) return undefined;
  return html`<ul class="active-filters" aria-label="Active filters">${items}</ul>`;
}

function valueText(field: ListField, value: string): string {
  const format =
    field.kind === 'text' ? (field.format ?? String) : (each: string) => field.options[each] ?? each;
  return value.split(',').map(format).join(' or ');
}

function valuesOf(url: PageUrl, name: string): readonly string[] {
  return (url.get(name) ?? '').split(',');
}
