import type { RecordForm } from '../../web/forms/form-field.ts';
import {
  type FormValues,
  type PlacedField,
  placedFields,
  shownRows,
  withoutEmptyRows,
  withoutRow,
  withRow,
} from '../../web/forms/form-values.ts';
import type { Problem } from '../protocol/problems.ts';
import { FIELDS_MAX, malformed, tooManyFields } from './form-body.ts';

/** What somebody wants by sending a form. */
export type FormRequest =
  /** `renew`: a preview under another id. */
  | { readonly kind: 'preview' | 'record' | 'renew'; readonly values: FormValues }
  /** The form again, with a row more or less. */
  | { readonly kind: 'edit'; readonly values: FormValues; readonly focus: string | undefined };

export type FormRequestOutcome =
  | { readonly outcome: 'read'; readonly request: FormRequest }
  | { readonly outcome: 'refused'; readonly problem: Problem };

const BUTTONS = ['do', 'add', 'remove'] as const;

/** Sorts the buttons from the fields, and drops nothing that is neither. */
export function parseFormRequest(form: RecordForm, sent: ReadonlyMap<string, string>): FormRequestOutcome {
  const pressed = BUTTONS.filter((button) => sent.has(button));
  const values = new Map([...sent].filter(([name]) => !pressed.includes(name as (typeof BUTTONS)[number])));
  const fields = [...placedFields(form.fields, values)];
  // One name may be that of a far row, and what is shown has all the rows before it.
  if (fields.length > FIELDS_MAX) return tooManyFields();
  const known = new Set(fields.filter(({ field }) => field.kind !== 'rows').map(({ name }) => name));
  const stranger = [...values.keys()].find((name) => name !== '/id' && !known.has(name));
  if (stranger !== undefined) return malformed(`It has no field ${stranger}.`);
  if (pressed.length > 1) return malformed('One button is pressed at a time.');
  const [button = 'do'] = pressed;
  const value = sent.get(button) ?? 'preview';
  const request =
    button === 'do' ? submission(form, value, values) : edit(form, button, value, fields, values);
  return request === undefined
    ? malformed(`There is no button ${button} of ${value}.`)
    : { outcome: 'read', request };
}

/** Pressing Enter in a field comes to the preview. */
function submission(form: RecordForm, kind: string, values: FormValues): FormRequest | undefined {
  if (kind !== 'preview' && kind !== 'record' && kind !== 'renew') return undefined;
  return { kind, values: tidied(form, values) };
}

/** The focus goes to the new row; or, where one is gone, to what there is of the rows. */
function edit(
  form: RecordForm,
  button: 'add' | 'remove',
  value: string,
  fields: readonly PlacedField[],
  values: FormValues,
): FormRequest | undefined {
  const listName = button === 'add' ? value : value.slice(0, value.lastIndexOf('/'));
  const rows = fields.find(({ name }) => name === listName)?.field;
  if (rows?.kind !== 'rows') return undefined;
  const firstField = placedFields(rows.fields, values).next().value?.name ?? '';
  if (button === 'add') {
    const focus = `${listName}/${shownRows(rows, listName, values)}${firstField}`;
    return { kind: 'edit', values: withRow(rows, listName, values), focus };
  }
  return {
    kind: 'edit',
    values: tidied(form, withoutRow(value, values)),
    focus: `${listName}/0${firstField}`,
  };
}

function tidied(form: RecordForm, values: FormValues): FormValues {
  return new Map(withoutEmptyRows(form.fields, values)).set('/id', values.get('/id') ?? '');
}
