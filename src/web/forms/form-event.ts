import type { JsonValue } from '../../domain/values/json.ts';
import { readDate } from '../text/read-date.ts';
import { toItems } from './field-values.ts';
import type { Choice, FormField, Input, Line, RecordForm, Rows } from './form-field.ts';
import { type FormValues, ID_FIELD, type PlacedField, placedFields, sentRowCount } from './form-values.ts';

/** The event that a form sends. */
export interface FormEvent {
  readonly event: object;
  /**
   * Finds the field to blame for an error at a JSON pointer into the event: the field itself, one that contains it, or
   * the first one below it. Returns undefined if no field is about it.
   */
  fieldAt(pointer: string): PlacedField | undefined;
}

/**
 * Builds the event without validating it. Where something is required but nothing was typed, the event has an empty
 * object, so that errors point to the missing fields rather than to their parent.
 *
 * @param values without empty rows
 */
export function buildFormEvent(form: RecordForm, values: FormValues): FormEvent {
  const builder = new EventBuilder(form.type, values);
  builder.add(form.fields, '');
  const fields = new Map(placedFields(form.fields, values).map((field) => [field.name, field]));
  return { event: builder.event, fieldAt: (pointer) => fieldAt(fields, pointer) };
}

// biome-ignore lint/suspicious/noExplicitAny: objects and lists of every shape, filled by pointer
type Container = Record<string, any>;

class EventBuilder {
  readonly event: Container;
  readonly #values: FormValues;

  constructor(type: string, values: FormValues) {
    this.event = { id: values.get(ID_FIELD) ?? '', type, data: {} };
    this.#values = values;
  }

  add(fields: readonly FormField[], prefix: string): void {
    for (const field of fields) {
      if (field.kind === 'group') this.add(field.fields, prefix);
      else if (field.kind === 'rows') this.#addRows(field, prefix + field.pointer);
      else this.#addInput(field, prefix + field.pointer);
    }
  }

  #addRows({ required, isKeyed, fields }: Rows, name: string): void {
    const countMin = required ? 1 : 0;
    const count = Math.max(sentRowCount(name, this.#values), countMin);
    for (let row = 0; row < count; row += 1) {
      containerAt(this.event, `${name}/${row}`);
      this.add(fields, `${name}/${row}`);
    }
    if (isKeyed && count > 0) numberItems(containerAt(this.event, name) as Container[]);
  }

  #addInput(field: Input, pointer: string): void {
    const typed = this.#values.get(pointer) ?? '';
    const slash = pointer.lastIndexOf('/');
    const [parent, member] = [pointer.slice(0, slash), pointer.slice(slash + 1)];
    if (typed.trim() === '') {
      if (field.required) containerAt(this.event, parent);
    } else if (field.kind === 'list') {
      const items = toItems(field, typed);
      if (items !== undefined) containerAt(this.event, parent)[member] = items;
    } else if (field.kind === 'text') {
      containerAt(this.event, parent)[member] = typed;
    } else {
      containerAt(this.event, parent)[member] = inputValue(field, typed.trim());
    }
  }
}

/** A date that is not understood is left to validation, like every other text. */
function inputValue(field: Line | Choice, text: string): JsonValue {
  if (field.kind === 'choice' || field.isDate !== true) return field.toJson?.(text) ?? text;
  const reading = readDate(text);
  return reading.outcome === 'read' ? reading.edtf : text;
}

/** Gives items without a key the first free number, counted from their place in the list. */
function numberItems(items: readonly Container[]): void {
  const keys = new Set(items.map(({ key }) => key));
  for (const [index, item] of items.entries()) {
    if (item['key'] !== undefined) continue;
    let number = index + 1;
    while (keys.has(String(number))) number += 1;
    item['key'] = String(number);
    keys.add(item['key']);
  }
}

/** Returns the object or list at a pointer. It is created with its parents if it is missing. */
function containerAt(event: Container, pointer: string): Container {
  let container = event;
  const [, ...steps] = pointer.split('/');
  for (const [index, step] of steps.entries()) {
    container[step] ??= /^\d+$/.test(steps[index + 1] ?? '') ? [] : {};
    container = container[step];
  }
  return container;
}

function fieldAt(fields: ReadonlyMap<string, PlacedField>, pointer: string): PlacedField | undefined {
  if (pointer === '') return undefined;
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const field = fields.get(part);
    if (field !== undefined) return field;
  }
  return [...fields].find(([below]) => below.startsWith(`${pointer}/`))?.[1];
}
