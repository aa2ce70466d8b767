import type { JsonValue } from '../../domain/values/json.ts';

/** A part of a form. The names of fields are unique in their form, or in their row. */
export type FormField = Input | Rows | Group;

export type Input = Line | LongText | Choice | ItemList;

/** What a field can suggest while somebody types. */
export type SuggestionKind = 'countries' | 'topics' | 'actors' | 'records';

interface InputBase {
  /** The name of the field: a JSON pointer into the event or, for the fields of a row, into the item of the row. */
  readonly pointer: string;
  readonly label: string;
  readonly hint?: string;
  /** Absent if the field is optional. Fields of an empty row are not required. */
  readonly required?: true;
  readonly suggests?: SuggestionKind;
}

/** A single line, whose leading and trailing white space is ignored. */
export interface Line extends InputBase {
  readonly kind: 'line';
  /** True for a text of up to a paragraph, such as a title. */
  readonly isWide?: true;
  /** True for a date, which is read as people write it. */
  readonly isDate?: true;
  /** Converts the text to the value in the event. By default it is the text. */
  readonly toJson?: (text: string) => JsonValue;
}

/** Several lines, taken exactly as typed. */
export interface LongText extends InputBase {
  readonly kind: 'text';
}

export interface Choice extends InputBase {
  readonly kind: 'choice';
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly toJson?: (value: string) => JsonValue;
}

/** Several items. If `none` is typed instead, the list is empty rather than absent. */
export interface ItemList extends InputBase {
  readonly kind: 'list';
  /** Commas suit codes and names, lines suit all other texts. */
  readonly separator: 'comma' | 'line';
}

/** A list of items with the same fields. Empty rows are ignored. */
export interface Rows {
  readonly kind: 'rows';
  readonly pointer: string;
  readonly legend: string;
  readonly hint?: string;
  /** Names one row: “Party”. */
  readonly rowLabel: string;
  /** Rows shown at first; one by default. A required list needs one. */
  readonly rowsMin?: number;
  readonly required?: true;
  readonly fields: readonly FormField[];
  /** True if each item has a `key` of its own. Items without one get the first free number. */
  readonly isKeyed?: true;
}

/** Fields under a common legend. */
export interface Group {
  readonly kind: 'group';
  readonly legend: string;
  readonly hint?: string;
  /** True for fields that are rarely needed. They stay collapsed while they are empty. */
  readonly isCollapsed?: true;
  readonly fields: readonly FormField[];
}

/** A form that adds an event. */
export interface RecordForm {
  /** What follows `/record/` in its URL. */
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  readonly type: string;
  /** What it adds, such as an event or a correction. */
  readonly noun: string;
  readonly fields: readonly FormField[];
}
