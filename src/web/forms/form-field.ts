import type { JsonValue } from '../../domain/values/json.ts';

/** A part of a form. The names of fields are unique in their form, or in their row. */
export type FormField = Input | Rows | Group;

export type Input = Line | LongText | Choice | ItemList;

interface InputBase {
  /** JSON pointer into the event, or, for the fields of a row, into the item of the row. */
  readonly pointer: string;
  readonly label: string;
  readonly hint?: string;
  /** Absent if the field is optional. Fields of an empty row are not required. */
  readonly required?: true;
}

/** A single line, whose leading and trailing white space is ignored. */
export interface Line extends InputBase {
  readonly kind: 'line';
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
  /** The option selected at first. Without it the choice starts empty, and may stay so. */
  readonly defaultValue?: string;
  readonly toJson?: (value: string) => JsonValue;
}

/** A line of several items, separated by commas. Fields with the same pointer append to one list. */
export interface ItemList extends InputBase {
  readonly kind: 'list';
  /** Distinguishes the name from other fields with the same pointer. */
  readonly suffix?: string;
  readonly toItem?: (text: string) => JsonValue;
  /** If this is typed instead of items, the list is empty rather than absent. */
  readonly emptyKeyword?: string;
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
  /** Returns what each item contains besides its fields. */
  readonly rowDefaults?: (number: number) => Readonly<Record<string, JsonValue>>;
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
  /** Last segment of its URL. */
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  /** The event type; absent if a field of the form chooses it. */
  readonly type?: string;
  readonly fields: readonly FormField[];
}

/** Returns the name of a field within its form or row. */
export function fieldName(field: Input | Rows): string {
  return field.kind === 'list' && field.suffix !== undefined
    ? `${field.pointer}:${field.suffix}`
    : field.pointer;
}

/** Returns the types of the events that a form makes: its own one, or those that its field for the type offers. */
export function typesOf({
  type,
  fields,
}: {
  readonly type?: string;
  readonly fields: readonly FormField[];
}): readonly string[] {
  if (type !== undefined) return [type];
  return fields.flatMap((field) => {
    if (field.kind === 'group') return typesOf(field);
    return field.kind === 'choice' && field.pointer === '/type' ? field.options.map(([name]) => name) : [];
  });
}
