import { countryName } from '../../domain/countries/countries.ts';
import { entryTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { ROLES } from '../../domain/fields/role.ts';
import { speechActLabel, topicLabel, typeLabel } from '../text/vocabulary.ts';

/** A value with its label. */
export type Option = readonly [value: string, label: string];

/** How a page names the values of a filter that is set. */
export interface ActiveFilter {
  readonly label: string;
  /** True if the value is a list, separated by commas. */
  readonly isList: boolean;
  /** What pages call a value, after the label. */
  readonly textOf: (value: string) => string;
  /** The filter is refused unless one of these filters is set, too. */
  readonly needs?: readonly string[];
}

/** One row of the form that filters a timeline. Its name is that of the query parameter. */
interface FilterRow extends ActiveFilter {
  /** Shown with a text input. */
  readonly hint?: string;
  /** Boxes to tick; absent for a text input. */
  readonly options?: (page: FilterFields) => readonly Option[];
  /** Values of which one is chosen; the first is that of an absent parameter. */
  readonly choices?: readonly Option[];
}

export const COUNTRIES_HINT = 'By name or code, separated by commas';
export const DATE_HINT = 'A year, month or day: 2025, 2025-09 or 2025-09-08';

const text = { isList: false, textOf: String } as const;
const list = { isList: true } as const;

const STATEMENT_ROLES: readonly Option[] = [
  ['any', 'said it, or it is about it'],
  ['said', 'said it'],
  ['about', 'is what it is about'],
];

const ROWS = {
  countries: {
    ...list,
    label: 'Also involves',
    hint: 'Countries by name or code, separated by commas',
    textOf: countryName,
  },
  country: { ...text, label: 'Said by or about', hint: 'A country by name or code', textOf: countryName },
  about: { ...text, label: 'About', hint: 'The name of a record or the id of an event' },
  speaker: { ...text, label: 'Speaker', hint: 'The full name of a person or institution' },
  institution: { ...text, label: 'Institution', hint: 'The full name of the institution that spoke' },
  q: { ...text, label: 'Words', hint: 'All of them; “in quotes” a phrase, begin* a beginning' },
  relay: { ...text, label: 'Relayed by', hint: 'The full name of a person, institution or outlet' },
  outlet: { ...text, label: 'Reported by', hint: 'The full name of an outlet' },
  role: {
    ...text,
    label: 'The country',
    choices: STATEMENT_ROLES,
    textOf: statementRole,
    needs: ['country', 'countries'],
  },
  topics: {
    ...list,
    label: 'Topics',
    hint: 'Separated by commas, for example rare earths',
    textOf: topicLabel,
  },
  types: {
    ...list,
    label: 'Event types',
    options: () => entryTypes().map(({ name, label }) => [name, label] as const),
    textOf: typeLabel,
  },
  speechActs: { ...list, label: 'Speech acts', options: speechActs, textOf: speechActLabel },
  speechAct: { ...list, label: 'Speech acts', options: speechActs, textOf: speechActLabel },
  roles: { ...list, label: 'Roles', options: roleOptions, textOf: roleText },
} as const satisfies Readonly<Record<string, FilterRow>>;

/** What a timeline can be filtered by besides time. */
export type FilterField = keyof typeof ROWS;

/** What the form of a page offers. */
export interface FilterFields {
  readonly fields: readonly FilterField[];
  /** Whether the page shows all entries as one whole, so that they have neither a range nor an order. */
  readonly isWhole?: true;
  /** The two countries of a relation, each of which has roles of its own. */
  readonly relation?: readonly string[];
  /** The roles to choose from; those of a country if absent. */
  readonly roles?: readonly string[];
}

export function filterRow(name: FilterField): FilterRow {
  return ROWS[name];
}

/** Dates are inputs of their own in the form. */
const DATE_ROWS: Readonly<Record<string, ActiveFilter>> = {
  from: { ...text, label: 'From' },
  to: { ...text, label: 'To' },
  certain: { isList: false, label: 'Dates', textOf: () => 'certainly in the range' },
};

/** Everything that narrows a timeline, by the name of the parameter. */
export const FILTER_ROWS: Readonly<Record<string, ActiveFilter>> = { ...DATE_ROWS, ...ROWS };

/** Labels of fields on pages that are about no country. On timelines, `countries` are others than their own. */
export const LIST_LABELS = { countries: 'Countries' } as const;

/** What their entries can be filtered by, besides dates and countries. */
export const LIST_FIELDS = ['q', 'topics', 'types', 'speechActs', 'relay', 'outlet'] as const;

/** The inputs of their forms. */
export const LIST_INPUTS: readonly string[] = ['countries', 'from', 'to', 'asOf', ...LIST_FIELDS];

/** Everything that narrows a list of entries on such a page. */
export function listFilterRows(fields: readonly FilterField[]): Readonly<Record<string, ActiveFilter>> {
  return {
    ...DATE_ROWS,
    countries: { ...filterRow('countries'), label: LIST_LABELS.countries },
    ...Object.fromEntries(fields.map((name) => [name, filterRow(name)])),
  };
}

function statementRole(value: string): string {
  return STATEMENT_ROLES.find(([role]) => role === value)?.[1] ?? value;
}

function speechActs(): readonly Option[] {
  return Object.entries(SPEECH_ACTS);
}

function roleOptions({ relation, roles = ROLES }: FilterFields): readonly Option[] {
  if (relation === undefined) return roles.map((role) => [role, role.replaceAll('-', ' ')]);
  return relation.flatMap((code) =>
    ROLES.map((role) => [`${code}:${role}`, `${countryName(code)}: ${role}`] as const),
  );
}

/** @param role `host`, or on the page of a relation `CN:host` */
function roleText(role: string): string {
  const [code = '', name] = role.split(':');
  return name === undefined ? role : `${countryName(code)} as ${name}`;
}
