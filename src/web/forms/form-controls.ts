import { type Html, html } from '../shell/html.ts';
import { describeDate, readDate } from '../text/read-date.ts';
import type { FormField, Group, Input, Rows } from './form-field.ts';
import { type FormValues, ROWS_MAX, shownRowCount } from './form-values.ts';

/** The content of a form that was sent, and what is wrong with it. */
export interface FormState {
  readonly values: FormValues;
  /** Name of a field → its error messages. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
  /** Name of the field that gets the focus. */
  readonly focus?: string | undefined;
}

/** Returns the id of a control, or of a group of rows. */
export function fieldId(name: string): string {
  return `f${name}`;
}

export function formFields(fields: readonly FormField[], state: FormState): Html {
  return html`${fields.map((field) => renderField(field, '', state, 'top'))}`;
}

/** Groups at the top have headings. */
type Level = 'top' | 'inner';

/** @param prefix name of the row that contains the field, or empty */
function renderField(field: FormField, prefix: string, state: FormState, level: Level): Html {
  switch (field.kind) {
    case 'group':
      return field.isCollapsed
        ? renderCollapsedGroup(field, prefix, state, level)
        : renderGroup(field, prefix, state, level);
    case 'rows':
      return renderRows(field, prefix + field.pointer, state, level);
    default:
      return renderInput(field, prefix + field.pointer, state);
  }
}

function renderFields(fields: readonly FormField[], prefix: string, state: FormState): Html {
  return html`<div class="inputs">${fields.map((field) => renderField(field, prefix, state, 'inner'))}</div>`;
}

function renderGroup({ legend, hint, fields }: Group, prefix: string, state: FormState, level: Level): Html {
  return html`
    <fieldset class="${level}">
      ${renderLegend(legend, level)}
      ${hint !== undefined && html`<p class="note">${hint}</p>`}
      ${renderFields(fields, prefix, state)}
    </fieldset>`;
}

function renderCollapsedGroup(group: Group, prefix: string, state: FormState, level: Level): Html {
  const { legend, fields } = group;
  return html`
    <details class="collapsible ${level}"${isInUse(group, prefix, state) && html` open`}>
      <summary>${legend}</summary>
      ${renderFields(fields, prefix, state)}
    </details>`;
}

/** True if any field of the group has text, an error or the focus. */
function isInUse(group: Group, prefix: string, { values, errors, focus }: FormState): boolean {
  const typed = [...values].filter(([, text]) => text.trim() !== '').map(([name]) => name);
  const namesInUse = [...typed, ...errors.keys(), ...(focus === undefined ? [] : [focus])];
  const namesOfGroup = namesIn(group).map((name) => prefix + name);
  return namesOfGroup.some((name) => namesInUse.some((used) => used === name || used.startsWith(`${name}/`)));
}

/** Names of the fields of a group. Fields in its rows have names below these. */
function namesIn({ fields }: Group): readonly string[] {
  return fields.flatMap((field) => (field.kind === 'group' ? namesIn(field) : [field.pointer]));
}

function renderRows(field: Rows, name: string, state: FormState, level: Level): Html {
  const { legend, hint, rowLabel, required } = field;
  const count = shownRowCount(field, name, state.values);
  const errors = state.errors.get(name) ?? [];
  const describedBy = errors.length > 0 && html` aria-describedby="${fieldId(name)}.error"`;
  const notes = [hint, required === undefined ? 'Optional; empty rows are ignored.' : undefined]
    .filter((note) => note !== undefined)
    .join(' ');
  const rows = Array.from({ length: count }, (_, row) => renderRow(field, name, row, count, state));
  return html`
    <fieldset class="rows ${level}" id="${fieldId(name)}" tabindex="-1"${describedBy}>
      ${renderLegend(legend, level, required)}
      ${notes !== '' && html`<p class="note">${notes}</p>`}
      ${renderErrors(name, errors)}
      ${rows}
      <p class="add">
        ${
          count < ROWS_MAX
            ? html`<button class="plain" name="add" value="${name}">Add ${rowLabel.toLowerCase()}</button>`
            : `A form takes at most ${ROWS_MAX} rows. Use the API for more.`
        }
      </p>
    </fieldset>`;
}

function renderRow(field: Rows, name: string, row: number, count: number, state: FormState): Html {
  const { rowLabel, rowsMin = 1, fields } = field;
  const rowName = `${name}/${row}`;
  return html`
    <fieldset class="row">
      <legend>${rowLabel} ${row + 1}</legend>
      ${renderFields(fields, rowName, state)}
      <p class="remove"${count <= Math.max(rowsMin, 1) && html` hidden`}>
        <button class="plain" name="remove" value="${rowName}">
          Remove ${rowLabel.toLowerCase()} ${row + 1}
        </button>
      </p>
    </fieldset>`;
}

function renderLegend(text: string, level: Level, required?: true): Html {
  const legend = html`${text}${renderRequired(required)}`;
  return html`<legend>${level === 'top' ? html`<h2>${legend}</h2>` : legend}</legend>`;
}

function renderRequired(required: true | undefined): Html | undefined {
  return required && html` <span class="required">required</span>`;
}

function renderInput(field: Input, name: string, state: FormState): Html {
  const { label, hint, required } = field;
  const errors = state.errors.get(name) ?? [];
  const id = fieldId(name);
  const isWide = field.kind === 'text' || (field.kind === 'line' && field.isWide === true);
  const classes = `field${isWide ? ' wide' : ''}${errors.length > 0 ? ' invalid' : ''}`;
  return html`
    <div class="${classes}">
      <label for="${id}">${label}${renderRequired(required)}</label>
      ${renderControl(field, name, state)}
      ${field.kind === 'line' && field.isDate && renderReading(id, state.values.get(name) ?? '')}
      ${renderErrors(name, errors)}
      ${hint !== undefined && html`<small id="${id}.hint">${hint}</small>`}
    </div>`;
}

/** How a date is understood. A script keeps it up to date while somebody types. */
function renderReading(id: string, typed: string): Html {
  const reading = typed.trim() === '' ? undefined : readDate(typed);
  const text = reading?.outcome === 'read' ? describeDate(reading.edtf) : '';
  return html`<output class="reading" id="${id}.reading" for="${id}" dir="auto">${text}</output>`;
}

function renderErrors(name: string, errors: readonly string[]): Html | undefined {
  if (errors.length === 0) return undefined;
  return html`
    <p class="error" id="${fieldId(name)}.error" dir="auto">
      <span class="visually-hidden">Error: </span>${errors.join(' ')}
    </p>`;
}

function renderControl(field: Input, name: string, { values, errors, focus }: FormState): Html {
  const id = fieldId(name);
  const value = values.get(name) ?? '';
  const isInvalid = errors.has(name);
  const isDate = field.kind === 'line' && field.isDate === true;
  const descriptions = [
    isInvalid && `${id}.error`,
    isDate && `${id}.reading`,
    field.hint !== undefined && `${id}.hint`,
  ];
  const describedBy = descriptions.filter((description) => description !== false).join(' ');
  const attributes = [
    html` id="${id}" name="${name}"`,
    describedBy !== '' && html` aria-describedby="${describedBy}"`,
    isInvalid && html` aria-invalid="true"`,
    name === focus && html` autofocus`,
    isDate && html` data-date`,
    field.suggests !== undefined && html` data-suggests="${field.suggests}"`,
    field.kind === 'list' && html` data-list`,
  ];
  if (field.kind === 'choice') return renderSelect(field, values.get(name), attributes);
  if (!hasLines(field, value)) {
    return html`<input${attributes} type="text" value="${value}" autocomplete="off" dir="auto">`;
  }
  // A parser drops the first line break in a textarea, and would drop one that was typed.
  return html`<textarea${attributes} rows="4" autocomplete="off" dir="auto">${'\n'}${value}</textarea>`;
}

/** Browsers remove line breaks from the text of an `input`. */
function hasLines(field: Input, value: string): boolean {
  if (field.kind === 'text' || (field.kind === 'list' && field.separator === 'line')) return true;
  return value.includes('\n');
}

function renderSelect(
  { options }: Extract<Input, { kind: 'choice' }>,
  sent: string | undefined,
  attributes: readonly (Html | false)[],
): Html {
  const all = [['', ''] as const, ...options];
  return html`
    <select${attributes}>
      ${all.map(([value, label]) => {
        return html`<option value="${value}"${value === (sent ?? '') && html` selected`}>${label}</option>`;
      })}
    </select>`;
}
