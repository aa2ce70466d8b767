import type { JsonValue } from '../../domain/values/json.ts';
import {
  type FormField,
  fieldName,
  type Input,
  type ItemList,
  type RecordForm,
  type Rows,
} from './form-field.ts';
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
  const builder = new EventBuilder(form.type ?? (values.get('/type') || undefined), values);
  builder.add(form.fields, '');
  const placed = placedFields(form.fields, values);
  const fields = fieldsByPointer(placed, builder.itemNames);
  return { event: builder.event, fieldAt: (pointer) => fieldAt(fields, pointer) };
}

// biome-ignore lint/suspicious/noExplicitAny: objects and lists of every shape, filled by pointer
type Container = Record<string, any>;

class EventBuilder {
  readonly event: Container;
  /** JSON pointer of a list item → name of the field in which it was typed. */
  readonly itemNames = new Map<string, string>();
  readonly #values: FormValues;

  constructor(type: string | undefined, values: FormValues) {
    this.event = { id: values.get(ID_FIELD) ?? '', ...(type !== undefined && { type }), data: {} };
    this.#values = values;
  }

  add(fields: readonly FormField[], prefix: string): void {
    for (const field of fields) {
      if (field.kind === 'group') this.add(field.fields, prefix);
      else if (field.kind === 'rows') this.#addRows(field, prefix + field.pointer);
      else this.#addInput(field, prefix + field.pointer, prefix + fieldName(field));
    }
  }

  #addRows({ required, rowDefaults, fields }: Rows, name: string): void {
    const countMin = required ? 1 : 0;
    const count = Math.max(sentRowCount(name, this.#values), countMin);
    for (let row = 0; row < count; row += 1) {
      Object.assign(containerAt(this.event, `${name}/${row}`), rowDefaults?.(row + 1));
      this.add(fields, `${name}/${row}`);
    }
  }

  #addInput(field: Input, pointer: string, name: string): void {
    const typed = this.#values.get(name) ?? '';
    const slash = pointer.lastIndexOf('/');
    const [parent, member] = [pointer.slice(0, slash), pointer.slice(slash + 1)];
    if (typed.trim() === '') {
      if (field.required) containerAt(this.event, parent);
    } else if (field.kind === 'list') {
      this.#addItems(field, typed, pointer, name);
    } else if (field.kind === 'text') {
      containerAt(this.event, parent)[member] = typed;
    } else {
      containerAt(this.event, parent)[member] = field.toJson?.(typed.trim()) ?? typed.trim();
    }
  }

  #addItems(field: ItemList, typed: string, pointer: string, name: string): void {
    const items = itemsOf(field, typed);
    if (items === undefined) return;
    const list = containerAt(this.event, pointer, []) as JsonValue[];
    for (const item of items) {
      this.itemNames.set(`${pointer}/${list.length}`, name);
      list.push(item);
    }
  }
}

/** Semicolons separate items that contain commas. Returns undefined if there are only separators. */
function itemsOf({ toItem, emptyKeyword }: ItemList, typed: string): readonly JsonValue[] | undefined {
  const texts = typed
    .split(typed.includes(';') ? ';' : /[,،、]/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length === 0) return undefined;
  if (texts.length === 1 && texts[0]?.toLowerCase() === emptyKeyword) return [];
  return texts.map((text) => toItem?.(text) ?? text);
}

/** Returns the object or list at a pointer. It is created with its parents if it is missing. */
function containerAt(event: Container, pointer: string, missing: Container = {}): Container {
  let container = event;
  const [, ...steps] = pointer.split('/');
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (next === undefined) container[step] ??= missing;
    else container[step] ??= /^\d+$/.test(next) ? [] : {};
    container = container[step];
  }
  return container;
}

/** Items of lists come first: several fields may add to one list. */
function fieldsByPointer(
  placed: readonly PlacedField[],
  itemNames: ReadonlyMap<string, string>,
): ReadonlyMap<string, PlacedField> {
  const byName = new Map(placed.map((field) => [field.name, field]));
  const byPointer = new Map<string, PlacedField>();
  for (const [pointer, name] of itemNames) {
    const field = byName.get(name);
    if (field !== undefined) byPointer.set(pointer, field);
  }
  for (const field of placed) {
    if (!byPointer.has(field.pointer)) byPointer.set(field.pointer, field);
  }
  return byPointer;
}

function fieldAt(fields: ReadonlyMap<string, PlacedField>, pointer: string): PlacedField | undefined {
  if (pointer === '') return undefined;
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const field = fields.get(part);
    if (field !== undefined) return field;
  }
  return [...fields].find(([below]) => below.startsWith(`${pointer}/`))?.[1];
}
