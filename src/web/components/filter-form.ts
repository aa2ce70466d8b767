import { countryName } from '../../domain/countries/countries.ts';
import { contentTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { ROLES } from '../../domain/fields/role.ts';
import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { speechActLabel, topicLabel, typeLabel } from '../text/vocabulary.ts';
import type { TimelineView } from './timeline-view.ts';

/** What a timeline can be filtered by beside time, by the names of the parameters. */
export type FilterField =
  | 'types'
  | 'roles'
  | 'countries'
  | 'topics'
  | 'speechActs'
  | 'speechAct'
  | 'speaker'
  | 'country';

export interface FilterFields {
  readonly fields: readonly FilterField[];
  /** Of two countries, whose roles are told apart. */
  readonly pair?: readonly string[];
}

/** A form whose address, once sent, is that of the view. */
export function filterForm(view: TimelineView, { fields, pair }: FilterFields): Html {
  const { address } = view;
  return html`${activeList(view)}<details class="filter"><summary>Filter, order, and what was known when</summary>
<form method="get" action="${address.path}">
<fieldset><legend>Time of the events</legend>
${textField('from', 'From', address, 'A year, a month or a day: 2025, 2025-09, 2025-09-08')}
${textField('to', 'To', address)}
<label class="check"><input type="checkbox" name="certain" value="true"${address.get('certain') === 'true' && html` checked`}> only what lies in it for certain</label>
</fieldset>
<fieldset><legend>As known on</legend>
${asOfField(view)}
</fieldset>
<fieldset><legend>List</legend>
${select(
  'order',
  'Order',
  [
    ['asc', 'oldest first'],
    ['desc', 'newest first'],
  ],
  view.filter.order,
)}
${select(
  'limit',
  'On a page',
  ['25', '50', '100', '200'].map((count) => [count, count]),
  String(view.filter.limit),
)}
</fieldset>
${fields.map((field) => fieldset(field, view, pair))}
<p class="actions"><button type="submit">Show</button> <a href="${address.path}">Show everything</a></p>
</form></details>`;
}

function fieldset(field: FilterField, view: TimelineView, pair: readonly string[] | undefined): Html {
  const { address } = view;
  switch (field) {
    case 'types':
      return checks(
        'types',
        'Kinds of event',
        contentTypes().map(({ name, label }) => [name, label]),
        address,
      );
    case 'roles':
      return checks('roles', 'Roles', roleOptions(pair), address);
    case 'speechActs':
      return checks('speechActs', 'What is done in speech', actOptions(), address);
    case 'speechAct':
      return checks('speechAct', 'What is done in speech', actOptions(), address);
    case 'countries':
      return lone(
        textField(
          'countries',
          'Also concerns',
          address,
          'Countries by name or code, with commas between them',
        ),
      );
    case 'topics':
      return lone(textField('topics', 'On topics', address, 'Such as rare-earths, with commas between them'));
    case 'country':
      return lone(textField('country', 'Said by, or of', address, 'A country by name or code'));
    case 'speaker':
      return lone(textField('speaker', 'Speaker', address, 'A person or an institution, by the whole name'));
  }
}

function lone(field: Html): Html {
  return html`<div class="field">${field}</div>`;
}

function roleOptions(pair: readonly string[] | undefined): readonly (readonly [string, string])[] {
  const own = ROLES.map((role) => [role, role] as const);
  if (pair === undefined) return own;
  return pair.flatMap((code) =>
    own.map(([role, words]) => [`${code}:${role}`, `${countryName(code)}: ${words}`] as const),
  );
}

function actOptions(): readonly (readonly [string, string])[] {
  return Object.entries(SPEECH_ACTS);
}

function textField(name: string, label: string, address: PageUrl, hint?: string): Html {
  const described = hint !== undefined && html` aria-describedby="hint-${name}"`;
  return html`<label for="f-${name}">${label}</label> <input id="f-${name}" name="${name}" type="text" value="${address.get(name) ?? ''}" autocomplete="off"${described}>${hint !== undefined && html` <small id="hint-${name}">${hint}</small>`}`;
}

function checks(
  name: string,
  legend: string,
  options: readonly (readonly [string, string])[],
  address: PageUrl,
): Html {
  const chosen = (address.get(name) ?? '').split(',');
  return html`<fieldset class="checks"><legend>${legend}</legend>
${options.map(
  ([
    value,
    words,
  ]) => html`<label class="check"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) && html` checked`}> ${words}</label>
`,
)}</fieldset>`;
}

function select(name: string, label: string, options: readonly (readonly string[])[], chosen: string): Html {
  return html`<label for="f-${name}">${label}</label> <select id="f-${name}" name="${name}">${options.map(([value = '', words = value]) => html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`)}</select>`;
}

/** To the minute, or, once it is set, as exactly as the moment that is shown. */
function asOfField({ address, shown }: TimelineView): Html {
  const value = address.get('asOf') === undefined ? '' : (shown?.instant.slice(0, -1) ?? '');
  return html`<label for="f-asOf">Date and time (UTC)</label> <input id="f-asOf" name="asOf" type="datetime-local" step="any" value="${value}" aria-describedby="hint-asOf"> <small id="hint-asOf">The record as it stood then; empty: as it stands now</small>`;
}

/** One filter that is set, and the view without it. */
interface ActiveFilter {
  readonly words: string;
  readonly without: string;
}

const LIST_WORDS: Readonly<Record<FilterField, (value: string) => string>> = {
  types: (value) => typeLabel(value),
  roles: (value) => roleWords(value),
  countries: countryName,
  topics: topicLabel,
  speechActs: (value) => speechActLabel(value),
  speechAct: (value) => speechActLabel(value),
  speaker: (value) => value,
  country: countryName,
};

const LIST_NAMES: Readonly<Record<FilterField, string>> = {
  types: 'kind',
  roles: 'role',
  countries: 'also concerns',
  topics: 'on',
  speechActs: 'speech act',
  speechAct: 'speech act',
  speaker: 'speaker',
  country: 'said by, or of',
};

function roleWords(value: string): string {
  const [code, role] = value.split(':');
  return role === undefined ? value : `${countryName(code ?? '')} as ${role}`;
}

function activeFilters({ address }: TimelineView): readonly ActiveFilter[] {
  const active: ActiveFilter[] = [];
  const add = (name: string, words: (value: string) => string): void => {
    const value = address.get(name);
    if (value !== undefined)
      active.push({ words: words(value), without: address.with({ [name]: undefined }) });
  };
  add('from', (value) => `from ${value}`);
  add('to', (value) => `to ${value}`);
  add('certain', () => 'only what is certain');
  for (const [name, words] of Object.entries(LIST_WORDS)) {
    const label = LIST_NAMES[name as FilterField];
    add(name, (value) => `${label}: ${value.split(',').map(words).join(' or ')}`);
  }
  return active;
}

function activeList(view: TimelineView): Html | undefined {
  const active = activeFilters(view);
  if (active.length === 0) return undefined;
  return html`<ul class="active" aria-label="Filters that are set">${active.map(
    ({ words, without }) =>
      html`<li><bdi>${words}</bdi> <a href="${without}" aria-label="Take away the filter: ${words}">take away</a></li>`,
  )}</ul>`;
}
