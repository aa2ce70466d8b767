import { type Html, html } from '../shell/html.ts';
import { type FormField, type Group, type Input, type Need, nameOf, type Rows } from './form-field.ts';
import { type FormValues, placedFields, ROWS_MAX, shownRows } from './form-values.ts';

/** What a form shows beside its fields. */
export interface FormState {
  readonly values: FormValues;
  /** Name of a field → what is wrong there. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
  /** Name of the field that takes the focus. */
  readonly focus?: string | undefined;
}

/** Of a control, or of the group of its rows. */
export function fieldId(name: string): string {
  return `f${name}`;
}

export function formFields(fields: readonly FormField[], state: FormState): Html {
  return html`${fields.map((field) => part(field, '', state, 'top'))}`;
}

/** Those at the top have headings. */
type Level = 'top' | 'inner';

function part(field: FormField, within: string, state: FormState, level: Level): Html {
  switch (field.kind) {
    case 'group':
      return field.isFolded ? folded(field, within, state, level) : group(field, within, state, level);
    case 'rows':
      return rows(field, within + field.at, state, level);
    default:
      return input(field, within + nameOf(field), state);
  }
}

function inputs(fields: readonly FormField[], within: string, state: FormState): Html {
  return html`<div class="inputs">${fields.map((field) => part(field, within, state, 'inner'))}</div>`;
}

function group({ legend, hint, fields }: Group, within: string, state: FormState, level: Level): Html {
  return html`<fieldset class="${level}">${legendOf(legend, level)}${hint && html`<p class="note">${hint}</p>`}
${inputs(fields, within, state)}</fieldset>
`;
}

/** Open as soon as something is in it, or wrong with it. */
function folded({ legend, fields }: Group, within: string, state: FormState, level: Level): Html {
  const isOpen = [...placedFields(fields, state.values, within)].some(
    ({ name }) =>
      (state.values.get(name) ?? '').trim() !== '' || state.errors.has(name) || name === state.focus,
  );
  return html`<details class="folded ${level}"${isOpen && html` open`}><summary>${legend}</summary>
${inputs(fields, within, state)}</details>
`;
}

function rows(field: Rows, name: string, state: FormState, level: Level): Html {
  const { legend, hint = '', one, min = 0, need } = field;
  const count = shownRows(field, name, state.values);
  const errors = state.errors.get(name) ?? [];
  const described = errors.length > 0 && html` aria-describedby="${fieldId(name)}.error"`;
  const isRemovable = count > Math.max(min, 1);
  const list = Array.from({ length: count }, (_, row) => {
    const remove = html`<p class="remove"><button class="plain" name="remove" value="${name}/${row}">Remove ${one.toLowerCase()} ${row + 1}</button></p>`;
    return html`<fieldset class="row"><legend>${one} ${row + 1}</legend>
${inputs(field.fields, `${name}/${row}`, state)}${isRemovable && remove}</fieldset>
`;
  });
  const add =
    count < ROWS_MAX
      ? html`<button class="plain" name="add" value="${name}">Add another ${one.toLowerCase()}</button>`
      : html`More than ${ROWS_MAX} are for the API.`;
  return html`<fieldset class="rows ${level}" id="${fieldId(name)}" tabindex="-1"${described}>${legendOf(legend, level, need)}<p class="note">${hint}${need === undefined && ' What is left empty is not there.'}</p>${errorText(name, errors)}
${list}<p class="add">${add}</p></fieldset>
`;
}

function legendOf(words: string, level: Level, need?: Need): Html {
  const text = html`${words}${needWords(need)}`;
  return html`<legend>${level === 'top' ? html`<h2>${text}</h2>` : text}</legend>`;
}

function needWords(need: Need | undefined): Html | undefined {
  if (need === undefined) return undefined;
  return html` <span class="need">required${need !== 'always' && ` ${need.words}`}</span>`;
}

function input(field: Input, name: string, state: FormState): Html {
  const errors = state.errors.get(name) ?? [];
  const { label, hint, need } = field;
  const id = fieldId(name);
  const isWide = field.kind === 'text';
  return html`<div class="field${isWide && ' wide'}${errors.length > 0 && ' wrong'}"><label for="${id}">${label}${needWords(need)}</label>
${control(field, name, state)}${errorText(name, errors)}${hint !== undefined && html`<small id="${id}.hint">${hint}</small>`}</div>
`;
}

function errorText(name: string, errors: readonly string[]): Html | undefined {
  if (errors.length === 0) return undefined;
  return html`<p class="error" id="${fieldId(name)}.error" dir="auto"><span class="unseen">Error: </span>${errors.join(' ')}</p>`;
}

function control(field: Input, name: string, { values, errors, focus }: FormState): Html {
  const id = fieldId(name);
  const value = values.get(name) ?? '';
  const isWrong = errors.has(name);
  const described = [isWrong && `${id}.error`, field.hint !== undefined && `${id}.hint`].filter(
    (part) => part !== false,
  );
  const attributes = html` id="${id}" name="${name}"${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}${isWrong && html` aria-invalid="true"`}${name === focus && html` autofocus`}`;
  switch (field.kind) {
    case 'choice':
      return select(field, values.get(name), attributes);
    case 'text':
      return html`<textarea${attributes} rows="4" autocomplete="off" dir="auto">
${value}</textarea>`;
    default:
      return html`<input${attributes} type="text" value="${value}" autocomplete="off" dir="auto">`;
  }
}

function select(
  { options, preset }: Extract<Input, { kind: 'choice' }>,
  sent: string | undefined,
  attributes: Html,
): Html {
  const chosen = sent ?? preset ?? '';
  const all = preset === undefined ? [['', ''] as const, ...options] : options;
  return html`<select${attributes}>${all.map(([value, words]) => html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`)}</select>`;
}
