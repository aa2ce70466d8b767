import { LRUCache } from 'lru-cache';
import { type Html, html } from '../shell/html.ts';
import { memoize } from '../shell/memoize.ts';
import { facetsUrl, SHOWN_SUFFIX } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';
import {
  COUNTRIES_HINT,
  DATE_HINT,
  FILTER_ROWS,
  type FilterField,
  type FilterFields,
  filterRow,
  LIST_LABELS,
  type Option,
} from './filter-fields.ts';
import type { FormError } from './form-error.ts';
import type { TimelineView } from './timeline-view.ts';

/** An empty value stands for the default, and the URL goes without it. */
export const ORDERS: readonly Option[] = [
  ['', 'newest first'],
  ['asc', 'oldest first'],
];
const LIMITS: readonly Option[] = ['25', '50', '100', '200'].map((count) => [count, count]);

/** What was sent, and what is wrong with it. */
export type FilterInput = Pick<TimelineView, 'url' | 'errors'>;

/**
 * The form that filters, sorts and goes back in time. Its action is the page itself. If the request was refused, it is
 * open, has what was typed, and says what is wrong at each field. A script shows the counts that the last link leads
 * to.
 */
export function filterForm(view: TimelineView, page: FilterFields): Html {
  const { url, errors } = view;
  const isWhole = page.isWhole === true;
  return html`
    <details class="filter"${errors.length > 0 && html` open`}>
      <summary>Filter</summary>
      ${errors.length > 0 && errorSummary(errors, {}, fieldIdsOf(inputsOf(page)))}
      <form method="get" action="${url.path}">
        ${!isWhole && dateInputs(view)}
        <fieldset>
          <legend>As of</legend>
          ${asOfInput(view)}
        </fieldset>
        ${!isWhole && sortInputs(view)}
        ${page.fields.map((field) => filterInput(field, view, page))}
        <p class="actions">
          <button type="submit">Apply</button>
          ${' '}<a href="${url.path}">Clear all</a>
          ${!isWhole && html` <a href="${facetsUrl(url)}" data-counts>Counts</a>`}
        </p>
      </form>
    </details>`;
}

function inputsOf({ fields, isWhole }: FilterFields): readonly string[] {
  return [...(isWhole === true ? ['asOf'] : ['from', 'to', 'asOf', 'order', 'limit']), ...fields];
}

/** Returns a function that gives the id of an input of a form; undefined if the form does not have it. */
export function fieldIdsOf(inputs: readonly string[]): (parameter: string) => string | undefined {
  return (parameter) => (inputs.includes(parameter) ? `f-${parameter}` : undefined);
}

/** Inputs that keep parameters of the query as they are, unless they are what was refused. */
export function hiddenInputs(
  names: readonly string[],
  { url, errors }: FilterInput,
): readonly (Html | undefined)[] {
  return names.map((name) => {
    const value = url.get(name);
    return value === undefined || isRefused(name, { errors })
      ? undefined
      : html`<input type="hidden" name="${name}" value="${value}">`;
  });
}

/** True if something is wrong with the value of a parameter. */
export function isRefused(name: string, { errors }: Pick<FilterInput, 'errors'>): boolean {
  return errors.some(({ parameter }) => parameter === name);
}

function sortInputs({ filter: { order, limit }, errors }: TimelineView): Html {
  const sorting = `${order} ${limit}`;
  return errors.length === 0 ? plainSortInputs(sorting) : renderSortInputs(sorting, errors);
}

const plainSortInputs = memoize((sorting): Html => renderSortInputs(sorting, []).compact());

/** @param sorting order and number of entries */
function renderSortInputs(sorting: string, errors: FilterInput['errors']): Html {
  const [order, limit = ''] = sorting.split(' ');
  return html`
    <fieldset>
      <legend>Sort</legend>
      ${select('order', 'Order', ORDERS, order === 'asc' ? 'asc' : '', { errors })}
      ${select('limit', 'Entries per page', LIMITS, limit, { errors })}
    </fieldset>`;
}

export function dateInputs(input: FilterInput): Html {
  const isCertain = input.url.get('certain') === 'true';
  return html`
    <fieldset>
      <legend>Date of the events</legend>
      ${textInput('from', 'From', input, DATE_HINT)}
      ${textInput('to', 'To', input)}
      ${checkbox('certain', 'true', 'only dates certainly in this range', isCertain)}
    </fieldset>`;
}

/** The inputs of a form for a list of entries on a page that is about no country. */
export function listFilterInputs(
  view: Pick<TimelineView, 'url' | 'asOf' | 'errors'>,
  fields: readonly FilterField[],
): Html {
  return html`
    ${dateInputs(view)}
    <fieldset><legend>As of</legend>${asOfInput(view)}</fieldset>
    <div class="field">${textInput('countries', LIST_LABELS.countries, view, COUNTRIES_HINT)}</div>
    ${fields.map((name) => filterInput(name, view, { fields }))}`;
}

/**
 * Takes the focus, so it is read first.
 *
 * @param labels of fields that the page calls otherwise
 * @param idOf returns the id of a field; undefined for one that the form does not have
 */
export function errorSummary(
  errors: readonly FormError[],
  labels: Readonly<Record<string, string>>,
  idOf: (parameter: string) => string | undefined,
): Html {
  const items = errors.map(({ parameter, detail }) => {
    const [label, id] = [labelOf(parameter, labels), idOf(parameter)];
    const isField = label !== undefined && id !== undefined;
    const field = isField ? html`<a href="#${id}">${label}</a>` : html`<bdi>${label ?? parameter}</bdi>`;
    return html`<li>${field}: <span dir="auto">${detail}</span></li>`;
  });
  return html`
    <section class="summary" tabindex="-1" autofocus aria-labelledby="summary-title">
      <h2 id="summary-title">${pluralize(errors.length, 'problem')} to fix</h2>
      <ul>${items}</ul>
    </section>`;
}

const FORM_LABELS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(FILTER_ROWS).map(([name, { label }]) => [name, label])),
  asOf: 'As of',
  order: 'Order',
  limit: 'Limit',
};

/** Whoever wrote the URL named the parameter, so it may be `constructor`. */
function labelOf(parameter: string, labels: Readonly<Record<string, string>>): string | undefined {
  if (Object.hasOwn(labels, parameter)) return labels[parameter];
  return Object.hasOwn(FORM_LABELS, parameter) ? FORM_LABELS[parameter] : undefined;
}

/** Inputs that have no value, as on most pages, are rendered once. */
const plainInputs = new LRUCache<string, Html>({ max: 200 });

export function filterInput(name: FilterField, input: FilterInput, page: FilterFields): Html {
  const isPlain = input.url.get(name) === undefined && input.errors.length === 0;
  if (!isPlain) return renderInput(name, input, page);
  const key = name === 'roles' ? `roles ${page.relation} ${page.roles?.join()}` : name;
  const known = plainInputs.get(key);
  if (known !== undefined) return known;
  const rendered = renderInput(name, input, page).compact();
  plainInputs.set(key, rendered);
  return rendered;
}

function renderInput(name: FilterField, input: FilterInput, page: FilterFields): Html {
  const { label, hint, options, choices } = filterRow(name);
  if (choices !== undefined) {
    const selected = input.url.get(name) ?? choices[0]?.[0] ?? '';
    return html`<div class="field">${select(name, label, choices, selected, input)}</div>`;
  }
  return options === undefined
    ? html`<div class="field">${textInput(name, label, input, hint)}</div>`
    : checkboxes(name, label, options(page), input);
}

export function textInput(name: string, label: string, input: FilterInput, hint?: string): Html {
  const { url } = input;
  return html`
    <label for="f-${name}">${label}</label>
    <input
      id="f-${name}"
      name="${name}"
      type="text"
      value="${url.get(name) ?? ''}"
      autocomplete="off"${inputDescription(name, input, hint !== undefined)}
    >
    ${hint !== undefined && html`<small id="hint-${name}">${hint}</small>`}
    ${errorText(name, input)}`;
}

export function inputDescription(
  name: string,
  input: Pick<FilterInput, 'errors'>,
  hasHint: boolean,
): Html | undefined {
  const isInvalid = isRefused(name, input);
  const ids = [...(hasHint ? [`hint-${name}`] : []), ...(isInvalid ? [`error-${name}`] : [])];
  if (ids.length === 0) return undefined;
  return html` aria-describedby="${ids.join(' ')}"${isInvalid && html` aria-invalid="true"`}`;
}

export function errorText(name: string, { errors }: Pick<FilterInput, 'errors'>): Html | undefined {
  const details = errors.flatMap(({ parameter, detail }) => (parameter === name ? [detail] : []));
  return details.length === 0
    ? undefined
    : html`<p class="error" id="error-${name}" dir="auto">${details.join(' ')}</p>`;
}

function checkboxes(name: string, legend: string, options: readonly Option[], input: FilterInput): Html {
  const checked = (input.url.get(name) ?? '').split(',');
  return html`
    <fieldset class="checkboxes" id="f-${name}"${inputDescription(name, input, false)}>
      <legend>${legend}</legend>
      ${options.map(([value, label]) => checkbox(name, value, label, checked.includes(value)))}
      ${errorText(name, input)}
    </fieldset>`;
}

export function checkbox(name: string, value: string, label: Html | string, isChecked: boolean): Html {
  return html`
    <label class="checkbox">
      <input type="checkbox" name="${name}" value="${value}"${isChecked && html` checked`}> ${label}
    </label>${' '}`;
}

export function select(
  name: string,
  label: string,
  options: readonly Option[],
  selected: string,
  input: Pick<FilterInput, 'errors'>,
): Html {
  return html`
    <label for="f-${name}">${label}</label>
    <select id="f-${name}" name="${name}"${inputDescription(name, input, false)}>
      ${options.map(([value, text]) => {
        return html`<option value="${value}"${value === selected && html` selected`}>${text}</option>`;
      })}
    </select>
    ${errorText(name, input)}`;
}

/** Keeps the state that was requested, as long as the input that shows its instant is not changed. */
export function keptState(
  name: string,
  { url, errors }: Pick<FilterInput, 'url' | 'errors'>,
  state: TimelineView['asOf'],
): Html | undefined {
  const requested = url.get(name);
  if (requested === undefined || isRefused(name, { errors })) return undefined;
  if (errors.length === 0) return shownState(name, state);
  // The state is not looked up for a form that was refused, and an input cannot show its token.
  return INSTANT.test(requested) ? undefined : hiddenState(name, '', requested);
}

const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** @param state whose instant the input shows */
export function shownState(name: string, state: TimelineView['asOf']): Html | undefined {
  return state && hiddenState(name, state.instant.replace(/Z$/, ''), state.token);
}

function hiddenState(name: string, instant: string, token: string): Html {
  return html`<input type="hidden" name="${name}${SHOWN_SUFFIX}" value="${instant} ${token}">`;
}

/** The input has minutes. Once set, its value is as exact as the instant of the state that is shown. */
export function asOfInput(view: Pick<TimelineView, 'url' | 'asOf' | 'errors'>): Html {
  const { url, asOf, errors } = view;
  const requested = url.get('asOf');
  const shown = errors.length > 0 ? localTime(requested) : asOf?.instant.slice(0, -1);
  return html`
    ${keptState('asOf', view, asOf)}
    <label for="f-asOf">Date and time (UTC)</label>
    <input
      id="f-asOf"
      name="asOf"
      type="datetime-local"
      step="any"
      value="${requested === undefined ? '' : (shown ?? '')}"${inputDescription('asOf', view, true)}
    >
    <small id="hint-asOf">Shows what was recorded by then. Leave empty for the present.</small>
    ${errorText('asOf', view)}`;
}

/** Returns what a browser can show of a refused value. */
function localTime(requested: string | undefined): string | undefined {
  return requested?.replace(/Z$/, '');
}
