import type { RecordForm } from '../../web/forms/form-field.ts';
import {
  DRAFT_FIELD,
  type FormValues,
  ID_FIELD,
  type PlacedField,
  placedFields,
  REVISION_FIELD,
  shownRowCount,
  withoutEmptyRows,
  withoutRow,
  withRow,
} from '../../web/forms/form-values.ts';
import type { Problem } from '../protocol/problems.ts';
import { FIELDS_MAX, malformed, tooManyFields } from './form-body.ts';

/** What a button of a form asks for. */
export type FormRequest =
  /** `renew` is a preview with a new event id. */
  | { readonly kind: 'preview' | 'record' | 'renew'; readonly values: FormValues }
  /** Shows the form again, with a row more or less. `focus` names the field that gets the focus. */
  | { readonly kind: 'edit'; readonly values: FormValues; readonly focus: string | undefined };

export type FormRequestOutcome =
  | { readonly outcome: 'parsed'; readonly request: FormRequest }
  | { readonly outcome: 'refused'; readonly problem: Problem };

const BUTTONS = ['do', 'add', 'remove'] as const;
const HIDDEN: readonly string[] = [ID_FIELD, DRAFT_FIELD, REVISION_FIELD];

/** Separates the pressed button from the fields. Names that are neither are refused. */
export function parseFormRequest(form: RecordForm, sent: ReadonlyMap<string, string>): FormRequestOutcome {
  const pressed = BUTTONS.filter((button) => sent.has(button));
  const values = new Map([...sent].filter(([name]) => !pressed.includes(name as (typeof BUTTONS)[number])));
  const fields = placedFields(form.fields, values);
  // A single name with a high row number makes the form show all rows before it.
  if (fields.length > FIELDS_MAX) return tooManyFields();
  const known = new Set(fields.filter(({ field }) => field.kind !== 'rows').map(({ name }) => name));
  const unknown = [...values.keys()].find((name) => !HIDDEN.includes(name) && !known.has(name));
  if (unknown !== undefined) return malformed(`The form has no field ${unknown}.`);
  if (pressed.length > 1) return malformed('Only one button can be pressed at a time.');
  const [button = 'do'] = pressed;
  // Pressing Enter in a field sends no button, which shows the preview.
  const value = sent.get(button) ?? 'preview';
  const request =
    button === 'do' ? sendRequest(form, value, values) : editRequest(form, button, value, fields, values);
  return request === undefined
    ? malformed(`The form has no button ${button} with the value ${value}.`)
    : { outcome: 'parsed', request };
}

function sendRequest(form: RecordForm, kind: string, values: FormValues): FormRequest | undefined {
  if (kind !== 'preview' && kind !== 'record' && kind !== 'renew') return undefined;
  return { kind, values: withoutEmpty(form, values) };
}

/** The focus moves to the new row or, after a removal, to the first row. */
function editRequest(
  form: RecordForm,
  button: 'add' | 'remove',
  value: string,
  fields: readonly PlacedField[],
  values: FormValues,
): FormRequest | undefined {
  const listName = button === 'add' ? value : value.slice(0, value.lastIndexOf('/'));
  const rows = fields.find(({ name }) => name === listName)?.field;
  if (rows?.kind !== 'rows') return undefined;
  const firstField = placedFields(rows.fields, values)[0]?.name ?? '';
  if (button === 'add') {
    const focus = `${listName}/${shownRowCount(rows, listName, values)}${firstField}`;
    return { kind: 'edit', values: withRow(rows, listName, values), focus };
  }
  return {
    kind: 'edit',
    values: withoutEmpty(form, withoutRow(value, values)),
    focus: `${listName}/0${firstField}`,
  };
}

function withoutEmpty(form: RecordForm, values: FormValues): FormValues {
  const hidden = HIDDEN.map((name) => [name, values.get(name) ?? ''] as const);
  return new Map([...withoutEmptyRows(form.fields, values), ...hidden]);
}
