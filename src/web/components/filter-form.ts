import { countryName } from '../../domain/countries/countries.ts';
import { entryTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { ROLES } from '../../domain/fields/role.ts';
import { type Html, html } from '../shell/html.ts';
import { facetsUrl, type PageUrl } from '../text/url.ts';
import { speechActLabel, topicLabel, typeLabel } from '../text/vocabulary.ts';
import type { TimelineView } from './timeline-view.ts';

/** What a timeline can be filtered by besides time. The names are those of the query parameters. */
export type FilterField =
  | 'types'
  | 'roles'
  | 'countries'
  | 'topics'
  | 'speechActs'
  | 'speechAct'
  | 'q'
  | 'speaker'
  | 'relay'
  | 'outlet'
  | 'role'
  | 'institution'
  | 'country'
  | 'about';

export interface FilterFields {
  readonly fields: readonly FilterField[];
  /** The two countries of a relation, each of which has roles of its own. */
  readonly relation?: readonly string[];
  /** The roles to choose from; those of a country if absent. */
  readonly roles?: readonly string[];
}

type Option = readonly [value: string, label: string];

const ORDERS: readonly Option[] = [
  ['asc', 'oldest first'],
  ['desc', 'newest first'],
];
const STATEMENT_ROLES: readonly Option[] = [
  ['any', 'said it, or it is about it'],
  ['said', 'said it'],
  ['about', 'is what it is about'],
];
const LIMITS: readonly Option[] = ['25', '50', '100', '200'].map((count) => [count, count]);

/** The form that filters, sorts and goes back in time. Its action is the page itself. */
export function filterForm(view: TimelineView, parts: FilterFields): Html {
  const { url, filter } = view;
  const isCertain = url.get('certain') === 'true';
  return html`
    ${activeFilters(view)}
    <details class="filter">
      <summary>Filter, sort, as of…</summary>
      <form method="get" action="${url.path}">
        <fieldset>
          <legend>Date of the events</legend>
          ${textInput('from', 'From', url, 'A year, month or day: 2025, 2025-09 or 2025-09-08')}
          ${textInput('to', 'To', url)}
          ${checkbox('certain', 'true', 'only dates certainly in this range', isCertain)}
        </fieldset>
        <fieldset>
          <legend>As of</legend>
          ${asOfInput(view)}
        </fieldset>
        <fieldset>
          <legend>Sort</legend>
          ${select('order', 'Order', ORDERS, filter.order)}
          ${select('limit', 'Entries per page', LIMITS, String(filter.limit))}
        </fieldset>
        ${parts.fields.map((field) => filterInput(field, url, parts))}
        <p class="actions">
          <button type="submit">Apply</button>
          ${' '}<a href="${url.path}">Clear all</a>
          ${' '}<a href="${facetsUrl(url)}">Counts</a>
        </p>
      </form>
    </details>`;
}

function filterInput(field: FilterField, url: PageUrl, parts: FilterFields): Html {
  switch (field) {
    case 'types':
      return checkboxes('types', 'Event types', typeOptions(), url);
    case 'roles':
      return checkboxes('roles', 'Roles', roleOptions(parts), url);
    case 'speechActs':
    case 'speechAct':
      return checkboxes(field, 'Speech acts', Object.entries(SPEECH_ACTS), url);
    case 'countries':
      return block(
        textInput('countries', 'Also involves', url, 'Countries by name or code, separated by commas'),
      );
    case 'topics':
      return block(textInput('topics', 'Topics', url, 'Separated by commas, for example rare earths'));
    case 'country':
      return block(textInput('country', 'Said by or about', url, 'A country by name or code'));
    case 'about':
      return block(textInput('about', 'About', url, 'The name of a record or the id of an event'));
    case 'q':
      return block(textInput('q', 'Words', url, 'All of them; “in quotes” a phrase, begin* a beginning'));
    case 'relay':
      return block(textInput('relay', 'Relayed by', url, 'The full name of a person, institution or outlet'));
    case 'role':
      return block(select('role', 'The country', STATEMENT_ROLES, url.get('role') ?? 'any'));
    case 'institution':
      return block(
        textInput('institution', 'Institution', url, 'The full name of the institution that spoke'),
      );
    case 'outlet':
      return block(textInput('outlet', 'Reported by', url, 'The full name of an outlet'));
    case 'speaker':
      return block(textInput('speaker', 'Speaker', url, 'The full name of a person or institution'));
  }
}

function block(input: Html): Html {
  return html`<div class="field">${input}</div>`;
}

function typeOptions(): readonly Option[] {
  return entryTypes().map(({ name, label }) => [name, label]);
}

function roleOptions({ relation, roles = ROLES }: FilterFields): readonly Option[] {
  if (relation === undefined) return roles.map((role) => [role, role.replaceAll('-', ' ')]);
  return relation.flatMap((code) =>
    ROLES.map((role) => [`${code}:${role}`, `${countryName(code)}: ${role}`] as const),
  );
}

function textInput(name: string, label: string, url: PageUrl, hint?: string): Html {
  const describedBy = hint !== undefined && html` aria-describedby="hint-${name}"`;
  return html`
    <label for="f-${name}">${label}</label>
    <input
      id="f-${name}"
      name="${name}"
      type="text"
      value="${url.get(name) ?? ''}"
      autocomplete="off"${describedBy}
    >
    ${hint !== undefined && html`<small id="hint-${name}">${hint}</small>`}`;
}

function checkboxes(name: string, legend: string, options: readonly Option[], url: PageUrl): Html {
  const checked = (url.get(name) ?? '').split(',');
  return html`
    <fieldset class="checkboxes">
      <legend>${legend}</legend>
      ${options.map(([value, label]) => checkbox(name, value, label, checked.includes(value)))}
    </fieldset>`;
}

function checkbox(name: string, value: string, label: string, isChecked: boolean): Html {
  return html`
    <label class="checkbox">
      <input type="checkbox" name="${name}" value="${value}"${isChecked && html` checked`}> ${label}
    </label>${' '}`;
}

function select(name: string, label: string, options: readonly Option[], selected: string): Html {
  return html`
    <label for="f-${name}">${label}</label>
    <select id="f-${name}" name="${name}">
      ${options.map(([value, text]) => {
        return html`<option value="${value}"${value === selected && html` selected`}>${text}</option>`;
      })}
    </select>`;
}

/** The input has minutes. Once set, its value is as exact as the instant of the state that is shown. */
function asOfInput({ url, asOf }: TimelineView): Html {
  const value = url.get('asOf') === undefined ? '' : (asOf?.instant.slice(0, -1) ?? '');
  return html`
    <label for="f-asOf">Date and time (UTC)</label>
    <input
      id="f-asOf"
      name="asOf"
      type="datetime-local"
      step="any"
      value="${value}"
      aria-describedby="hint-asOf"
    >
    <small id="hint-asOf">Shows the timeline as it was then. Leave empty for the present.</small>`;
}

type FilterName = FilterField | 'from' | 'to' | 'certain';

/** Filter → its text. Timelines have a query parameter of the same name. */
const FILTER_TEXTS: Readonly<Record<FilterName, (value: string) => string>> = {
  from: (day) => `from ${day}`,
  to: (day) => `to ${day}`,
  certain: () => 'only certain dates',
  types: (names) => `type: ${anyOf(names, typeLabel)}`,
  roles: (roles) => `role: ${anyOf(roles, formatRole)}`,
  countries: (codes) => `also involves: ${anyOf(codes, countryName)}`,
  topics: (slugs) => `topic: ${anyOf(slugs, topicLabel)}`,
  speechActs: (acts) => `speech act: ${anyOf(acts, speechActLabel)}`,
  speechAct: (acts) => `speech act: ${anyOf(acts, speechActLabel)}`,
  q: (text) => `words: ${text}`,
  speaker: (name) => `speaker: ${name}`,
  relay: (name) => `relayed by: ${name}`,
  outlet: (name) => `reported by: ${name}`,
  role: (role) => (role === 'said' ? 'said by the country' : 'about the country'),
  institution: (name) => `institution: ${name}`,
  country: (codes) => `said by or about: ${anyOf(codes, countryName)}`,
  about: (name) => `about: ${name}`,
};

function anyOf(values: string, format: (value: string) => string): string {
  return values.split(',').map(format).join(' or ');
}

export const FILTER_NAMES = Object.keys(FILTER_TEXTS) as readonly FilterName[];

/** @param role `host`, or on the page of a relation `CN:host` */
function formatRole(role: string): string {
  const [code = '', name] = role.split(':');
  return name === undefined ? role : `${countryName(code)} as ${name}`;
}

/**
 * Lists the active filters, each with a link that removes it.
 *
 * @param parameterOf returns the query parameter that sets a filter
 */
export function activeFilters(
  { url }: Pick<TimelineView, 'url'>,
  parameterOf: (filter: string) => string = String,
): Html | undefined {
  const items = Object.entries(FILTER_TEXTS).flatMap(([name, textOf]) => {
    const parameter = parameterOf(name);
    const value = url.get(parameter);
    return value === undefined ? [] : [activeFilter(textOf(value), url.with({ [parameter]: undefined }))];
  });
  if (items.length === 0) return undefined;
  return html`<ul class="active-filters" aria-label="Active filters">${items}</ul>`;
}

/** @param without URL of the page without the filter */
function activeFilter(text: string, without: string): Html {
  return html`
    <li>
      <bdi>${text}</bdi>
      ${' '}<a href="${without}" aria-label="Remove the filter: ${text}">remove</a>
    </li>`;
}
