import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { formatNumber, topicLabel } from '../text/vocabulary.ts';
import { activeFilters } from './active-filters.ts';
import { type ActiveFilter, COUNTRIES_HINT, DATE_HINT } from './filter-fields.ts';
import {
  checkbox,
  errorSummary,
  errorText,
  type FilterInput,
  fieldIdsOf,
  hiddenInputs,
  inputDescription,
  textInput,
} from './filter-form.ts';

/** Name of a filter → its values, each with the number of items that it would keep given the other filters. */
export type FacetCounts = Readonly<
  Record<string, readonly { readonly value: string; readonly count: number }[]>
>;

interface TextField extends ActiveFilter {
  readonly kind: 'text';
  /** The name of the query parameter. */
  readonly name: string;
  readonly hint: string;
}

interface ChoiceField {
  readonly kind: 'choice';
  readonly name: string;
  readonly label: string;
  /** Value → its label. */
  readonly options: Readonly<Record<string, string>>;
}

export type ListField = TextField | ChoiceField;

export const COUNTRIES_FIELD: ListField = {
  kind: 'text',
  name: 'countries',
  label: 'Countries',
  hint: COUNTRIES_HINT,
  isList: true,
  textOf: countryName,
};

export const TOPICS_FIELD: ListField = {
  kind: 'text',
  name: 'topics',
  label: 'Topics',
  hint: 'Separated by commas',
  isList: true,
  textOf: topicLabel,
};

/** A field for one end of a range of days. */
export function dayField(name: string, label: string): ListField {
  return { kind: 'text', name, label, hint: DATE_HINT, isList: false, textOf: String };
}

interface ListFormView extends FilterInput {
  readonly facets: FacetCounts;
}

/** Parameters that a form keeps. */
const KEPT = ['sort', 'order', 'asOf'];

/**
 * The form that filters a list, and the filters that are active, each with a link that removes it. If the request was
 * refused, the form is open, has what was typed, and says what is wrong at each field.
 */
export function listForm(view: ListFormView, fields: readonly ListField[]): Html {
  const { url, errors } = view;
  const isRefused = errors.length > 0;
  return html`
    <details class="filter"${isRefused && html` open`}>
      <summary>Filter</summary>
      ${isRefused && listErrors(errors, fields)}
      <form method="get" action="${url.path}">
        ${hiddenInputs(KEPT, view)}
        ${fields.map((field) => (field.kind === 'text' ? textField(field, view) : choiceField(field, view)))}
        <p class="actions">
          <button type="submit">Apply</button>
          ${' '}<a href="${url.path}">Clear all</a>
        </p>
      </form>
    </details>
    ${!isRefused && activeFilters(url, String, activeFiltersOf(fields))}`;
}

function listErrors(errors: FilterInput['errors'], fields: readonly ListField[]): Html {
  const labels = Object.fromEntries(fields.map(({ name, label }) => [name, label]));
  return errorSummary(errors, labels, fieldIdsOf(Object.keys(labels)));
}

function activeFiltersOf(fields: readonly ListField[]): Readonly<Record<string, ActiveFilter>> {
  return Object.fromEntries(fields.map((field) => [field.name, asActiveFilter(field)]));
}

export function hasListFilters(url: PageUrl, fields: readonly ListField[]): boolean {
  return fields.some(({ name }) => url.get(name) !== undefined);
}

function asActiveFilter(field: ListField): ActiveFilter {
  if (field.kind === 'text') return field;
  const { label, options } = field;
  return { label, isList: true, textOf: (value) => options[value] ?? value };
}

function textField({ name, label, hint }: TextField, input: FilterInput): Html {
  return html`<div class="field">${textInput(name, label, input, hint)}</div>`;
}

/** If the values are counted, one that no item has is left out, unless it is chosen. */
function choiceField({ name, label, options }: ChoiceField, view: ListFormView): Html | undefined {
  const { url, facets } = view;
  const chosen = (url.get(name) ?? '').split(',');
  const counts = facets[name] && new Map(facets[name].map(({ value, count }) => [value, count]));
  const shown = Object.entries(options).filter(
    ([value]) => counts?.has(value) !== false || chosen.includes(value),
  );
  if (shown.length === 0) return undefined;
  return html`
    <fieldset class="checkboxes" id="f-${name}"${inputDescription(name, view, false)}>
      <legend>${label}</legend>
      ${shown.map(([value, text]) => {
        const count = counts && html` <span class="count">${formatNumber(counts.get(value) ?? 0)}</span>`;
        return checkbox(name, value, html`${text}${count}`, chosen.includes(value));
      })}
      ${errorText(name, view)}
    </fieldset>`;
}
