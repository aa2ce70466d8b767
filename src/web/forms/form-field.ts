import type { JsonValue } from '../../domain/values/json.ts';

/** What a person fills in. The names of fields are unique in their form, or in their row. */
export type FormField = Input | Rows | Group;

export type Input = Line | LongText | Choice | ItemList;

interface InputParts {
  /** JSON pointer to what the field says: into the event, or from its row on. */
  readonly at: string;
  readonly label: string;
  readonly hint?: string;
  /** Where it has to be filled in; absent: nowhere. The event says so itself, and a row that is begun does. */
  readonly need?: Need;
}

/** `types`: for events of these types alone, which `words` call. */
export type Need = 'always' | { readonly types: readonly string[]; readonly words: string };

/** One line; white space around it says nothing. */
export interface Line extends InputParts {
  readonly kind: 'line';
  /** What the event holds of it; absent: the text itself. */
  readonly json?: (text: string) => JsonValue;
}

/** Several lines, as they are. */
export interface LongText extends InputParts {
  readonly kind: 'text';
}

export interface Choice extends InputParts {
  readonly kind: 'choice';
  /** What is chosen and what it is called. */
  readonly options: readonly (readonly [value: string, words: string])[];
  /** Chosen from the start; absent: nothing is, and nothing can be chosen. */
  readonly preset?: string;
  readonly json?: (value: string) => JsonValue;
}

/** One line of several things with commas between them, which follow what another field gave for the same pointer. */
export interface ItemList extends InputParts {
  readonly kind: 'list';
  /** Tells the field from others with the same pointer. */
  readonly part?: string;
  readonly item?: (text: string) => JsonValue;
  /** A word in place of the list which says that there is nothing: the list is empty then, and not absent. */
  readonly emptyWord?: string;
}

/** The same fields again and again. A row without anything in it is none. */
export interface Rows {
  readonly kind: 'rows';
  readonly at: string;
  readonly legend: string;
  readonly hint?: string;
  /** Of one row, such as “Party”. */
  readonly one: string;
  /** As many have to be there, for whom it is needed. */
  readonly min?: number;
  readonly need?: Need;
  readonly fields: readonly FormField[];
  /** What a row says without being asked. */
  readonly given?: (number: number) => Readonly<Record<string, JsonValue>>;
}

/** Fields that belong together. */
export interface Group {
  readonly kind: 'group';
  readonly legend: string;
  readonly hint?: string;
  /** They are needed rarely, and folded away while nothing is in them. */
  readonly isFolded?: true;
  readonly fields: readonly FormField[];
}

/** A form for one kind of event. */
export interface RecordForm {
  /** Last step of its address. */
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  /** Of the event; absent: a field chooses it. */
  readonly type?: string;
  readonly fields: readonly FormField[];
}

export function nameOf(field: Input | Rows): string {
  return field.kind === 'list' && field.part !== undefined ? `${field.at}:${field.part}` : field.at;
}

export function isNeeded(need: Need | undefined, type: string | undefined): boolean {
  return need === 'always' || (need !== undefined && type !== undefined && need.types.includes(type));
}
