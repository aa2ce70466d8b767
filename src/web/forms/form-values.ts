import { type FormField, type Input, nameOf, type Rows } from './form-field.ts';

/** What was typed, by the names of the fields. Those of a row begin with its name, `/data/parties/0`. */
export type FormValues = ReadonlyMap<string, string>;

/** More rows are for the API. */
export const ROWS_MAX = 100;

/** A field where it stands in the form. */
export interface PlacedField {
  readonly field: Input | Rows;
  readonly name: string;
  /** JSON pointer into the event. */
  readonly pointer: string;
  /** In words, with the groups and rows that it stands in: “Statement 2, text”. */
  readonly path: string;
}

/** Every field, those of all rows that are shown among them, in the order of the page. */
export function* placedFields(
  fields: readonly FormField[],
  values: FormValues,
  within = '',
  path = '',
): Generator<PlacedField> {
  for (const field of fields) {
    if (field.kind === 'group') {
      const groupPath = field.isFolded ? path : pathTo(path, field.legend);
      yield* placedFields(field.fields, values, within, groupPath);
      continue;
    }
    const name = within + nameOf(field);
    const label = field.kind === 'rows' ? field.legend : field.label;
    yield { field, name, pointer: within + field.at, path: pathTo(path, label) };
    if (field.kind !== 'rows') continue;
    for (let row = 0; row < shownRows(field, name, values); row += 1) {
      yield* placedFields(field.fields, values, `${name}/${row}`, pathTo(path, `${field.one} ${row + 1}`));
    }
  }
}

function pathTo(path: string, label: string): string {
  return path === '' ? label : `${path}, ${label.slice(0, 1).toLowerCase()}${label.slice(1)}`;
}

/** As many as were sent, and an empty one where there are none. */
export function shownRows({ min = 0 }: Rows, name: string, values: FormValues): number {
  return Math.max(sentRows(name, values), min, 1);
}

export function sentRows(name: string, values: FormValues): number {
  let count = 0;
  for (const sent of values.keys()) {
    if (!sent.startsWith(`${name}/`)) continue;
    const index = /^\d{1,2}(?=\/|$)/.exec(sent.slice(name.length + 1))?.[0];
    if (index !== undefined) count = Math.max(count, Number(index) + 1);
  }
  return count;
}

/** The values with one more row, if there is room. */
export function withRow(rows: Rows, name: string, values: FormValues): FormValues {
  return new Map(values).set(`${name}/${shownRows(rows, name, values)}`, '');
}

/** The values without what was typed in a row; the row itself goes with the other empty ones. */
export function withoutRow(row: string, values: FormValues): FormValues {
  return new Map([...values].filter(([name]) => !name.startsWith(`${row}/`)));
}

/** The values without the rows that say nothing: the others move up, so that they are where the event has them. */
export function withoutEmptyRows(fields: readonly FormField[], values: FormValues): FormValues {
  return new Map(moved(fields, values, '', ''));
}

function* moved(
  fields: readonly FormField[],
  values: FormValues,
  from: string,
  to: string,
): Generator<readonly [string, string]> {
  for (const field of fields) {
    if (field.kind === 'group') yield* moved(field.fields, values, from, to);
    else if (field.kind === 'rows') yield* movedRows(field, values, from + nameOf(field), to + nameOf(field));
    else {
      const value = values.get(from + nameOf(field));
      if (value !== undefined) yield [to + nameOf(field), value];
    }
  }
}

function* movedRows(
  rows: Rows,
  values: FormValues,
  from: string,
  to: string,
): Generator<readonly [string, string]> {
  let kept = 0;
  for (let row = 0; row < sentRows(from, values); row += 1) {
    const typed = [...moved(rows.fields, values, `${from}/${row}`, `${to}/${kept}`)];
    if (typed.every(([, value]) => value.trim() === '')) continue;
    yield* typed;
    kept += 1;
  }
}
