import { lowerFirst } from '../text/format-text.ts';
import { valueAt, valuesOf } from './field-values.ts';
import type { FormField, Input, Rows } from './form-field.ts';

/** The name of each field → the text in it. Names in a row begin with that of the row: `/data/parties/0/name`. */
export type FormValues = ReadonlyMap<string, string>;

/** Name of the hidden field with the id of the event. */
export const ID_FIELD = '/id';
/** Name of the hidden field with the draft of the inbox that the form was filled from; empty if there is none. */
export const DRAFT_FIELD = 'draft';
/** Name of the hidden field with the revision of the record that a form was opened for. Other forms have none. */
export const REVISION_FIELD = 'revision';

/** Larger lists have to be sent to the API. */
export const ROWS_MAX = 100;

/** A field at its place in a filled form. */
export interface PlacedField {
  readonly field: Input | Rows;
  /** JSON pointer into the event. */
  readonly name: string;
  /** How messages name the field, with its groups and rows: “Statement 2, text”. */
  readonly path: string;
}

/** Lists every field of a form, those of all shown rows included, in the order of the page. */
export function placedFields(fields: readonly FormField[], values: FormValues): readonly PlacedField[] {
  const placed: PlacedField[] = [];
  placeFields(fields, values, '', '', placed);
  return placed;
}

function placeFields(
  fields: readonly FormField[],
  values: FormValues,
  prefix: string,
  parentPath: string,
  placed: PlacedField[],
): void {
  for (const field of fields) {
    if (field.kind === 'group') {
      const groupPath = field.isCollapsed ? parentPath : joinPath(parentPath, field.legend);
      placeFields(field.fields, values, prefix, groupPath, placed);
      continue;
    }
    const name = prefix + field.pointer;
    const path = joinPath(parentPath, field.kind === 'rows' ? field.legend : field.label);
    placed.push({ field, name, path });
    if (field.kind !== 'rows') continue;
    for (let row = 0; row < shownRowCount(field, name, values); row += 1) {
      const rowPath = joinPath(parentPath, `${field.rowLabel} ${row + 1}`);
      placeFields(field.fields, values, `${name}/${row}`, rowPath, placed);
    }
  }
}

function joinPath(parent: string, label: string): string {
  return parent === '' ? label : `${parent}, ${lowerFirst(label)}`;
}

/** Returns the number of rows that the form shows: those sent, and at least one. */
export function shownRowCount({ rowsMin = 0 }: Rows, name: string, values: FormValues): number {
  return Math.max(sentRowCount(name, values), rowsMin, 1);
}

export function sentRowCount(name: string, values: FormValues): number {
  let count = 0;
  for (const sent of values.keys()) {
    if (!sent.startsWith(`${name}/`)) continue;
    const index = /^\d{1,2}(?=\/|$)/.exec(sent.slice(name.length + 1))?.[0];
    if (index !== undefined) count = Math.max(count, Number(index) + 1);
  }
  return count;
}

/** Returns the values with one more row, unless there are `ROWS_MAX` already. */
export function withRow(rows: Rows, name: string, values: FormValues): FormValues {
  return new Map(values).set(`${name}/${shownRowCount(rows, name, values)}`, '');
}

/** Empties a row. `withoutEmptyRows` removes it. */
export function withoutRow(row: string, values: FormValues): FormValues {
  return new Map([...values].filter(([name]) => !name.startsWith(`${row}/`)));
}

/** Removes empty rows and renumbers the others, so that each row has the index of its item in the event. */
export function withoutEmptyRows(fields: readonly FormField[], values: FormValues): FormValues {
  return new Map(renumbered(fields, values, '', ''));
}

function* renumbered(
  fields: readonly FormField[],
  values: FormValues,
  from: string,
  to: string,
): Generator<readonly [string, string]> {
  for (const field of fields) {
    if (field.kind === 'group') {
      yield* renumbered(field.fields, values, from, to);
      continue;
    }
    const name = field.pointer;
    const value = values.get(from + name);
    if (field.kind === 'rows') yield* renumberedRows(field, values, from + name, to + name);
    else if (value !== undefined) yield [to + name, value];
  }
}

function* renumberedRows(
  rows: Rows,
  values: FormValues,
  from: string,
  to: string,
): Generator<readonly [string, string]> {
  let kept = 0;
  for (let row = 0; row < sentRowCount(from, values); row += 1) {
    const typed = [...renumbered(rows.fields, values, `${from}/${row}`, `${to}/${kept}`)];
    if (typed.every(([, value]) => value.trim() === '')) continue;
    yield* typed;
    kept += 1;
  }
}

/** A list takes this much of a form at most, so that the server accepts the form with its other fields. */
const FIELDS_OF_LIST_MAX = 3_000;
const ENCODED_CHARS_OF_LIST_MAX = 600_000;

/** Removes the lists that are too long in an event to be changed by a form. */
export function withoutLongLists(fields: readonly FormField[], event: object): readonly FormField[] {
  return fields.flatMap((field): readonly FormField[] => {
    if (field.kind === 'group') return [{ ...field, fields: withoutLongLists(field.fields, event) }];
    if (field.kind !== 'rows') return [field];
    return fits(field, event) ? [field] : [];
  });
}

function fits(field: Rows, event: object): boolean {
  const items = valueAt(event, field.pointer);
  if (!Array.isArray(items)) return true;
  if (items.length > ROWS_MAX) return false;
  const values = valuesOf([field], event);
  const encoded = String(new URLSearchParams([...values]));
  return (
    encoded.length <= ENCODED_CHARS_OF_LIST_MAX && placedFields([field], values).length <= FIELDS_OF_LIST_MAX
  );
}
