import type { JsonValue } from '../../domain/values/json.ts';
import {
  type FormField,
  type Input,
  type ItemList,
  isNeeded,
  nameOf,
  type RecordForm,
} from './form-field.ts';
import { type FormValues, placedFields, sentRows } from './form-values.ts';

/** A form as the event that it sends, and the way back from what is said of that event to the fields. */
export interface ParsedForm {
  readonly event: object;
  /** Name of the field to which a JSON pointer into the event leads; undefined where it is no field's. */
  fieldAt(pointer: string): string | undefined;
}

/**
 * Makes the event and judges nothing. What has to be there is there even when nothing was typed, as an object without
 * its fields, so that what is missing is told at the fields themselves.
 *
 * @param values without empty rows
 */
export function parseForm(form: RecordForm, values: FormValues): ParsedForm {
  const type = typeOf(form, values);
  const event: Container = { id: values.get('/id') ?? '', ...(type !== undefined && { type }), data: {} };
  const fieldsOfItems = new Map<string, string>();
  fill(form.fields, '', { values, type, event, fieldsOfItems });
  const table = fieldTable(form, values, fieldsOfItems);
  return { event, fieldAt: (pointer) => fieldAt(table, pointer) };
}

export function typeOf({ type }: RecordForm, values: FormValues): string | undefined {
  return type ?? (values.get('/type') || undefined);
}

// biome-ignore lint/suspicious/noExplicitAny: objects and lists that are being filled, walked by pointer
type Container = Record<string, any>;

interface Filling {
  readonly values: FormValues;
  readonly type: string | undefined;
  readonly event: Container;
  /** JSON pointer of an item of a list → name of the field in which it was typed. */
  readonly fieldsOfItems: Map<string, string>;
}

function fill(fields: readonly FormField[], within: string, filling: Filling): void {
  const { values, type, event } = filling;
  for (const field of fields) {
    if (field.kind === 'group') {
      fill(field.fields, within, filling);
    } else if (field.kind !== 'rows') {
      fillInput(field, within, filling);
    } else {
      const name = within + field.at;
      const needed = isNeeded(field.need, type) ? (field.min ?? 1) : 0;
      for (let row = 0; row < Math.max(sentRows(name, values), needed); row += 1) {
        Object.assign(reach(event, `${name}/${row}`), field.given?.(row + 1));
        fill(field.fields, `${name}/${row}`, filling);
      }
    }
  }
}

function fillInput(field: Input, within: string, { values, type, event, fieldsOfItems }: Filling): void {
  const pointer = within + field.at;
  const slash = pointer.lastIndexOf('/');
  const [parent, last] = [pointer.slice(0, slash), pointer.slice(slash + 1)];
  const typed = values.get(within + nameOf(field)) ?? '';
  if (typed.trim() === '') {
    if (isNeeded(field.need, type)) reach(event, parent);
  } else if (field.kind === 'list') {
    const items = itemsOf(field, typed);
    if (items === undefined) return;
    const before: readonly JsonValue[] = reach(event, parent)[last] ?? [];
    reach(event, parent)[last] = [...before, ...items];
    items.forEach((_, at) => {
      fieldsOfItems.set(`${pointer}/${before.length + at}`, within + nameOf(field));
    });
  } else if (field.kind === 'text') {
    reach(event, parent)[last] = typed;
  } else {
    reach(event, parent)[last] = field.json?.(typed.trim()) ?? typed.trim();
  }
}

/** Names with a comma in them can be told apart by semicolons. Undefined: commas alone say nothing. */
function itemsOf({ item, emptyWord }: ItemList, typed: string): readonly JsonValue[] | undefined {
  const texts = typed
    .split(typed.includes(';') ? ';' : /[,،、]/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length === 0) return undefined;
  if (texts.length === 1 && texts[0]?.toLowerCase() === emptyWord) return [];
  return texts.map((text) => item?.(text) ?? text);
}

/** What a pointer leads to; objects and lists on the way come into being. */
function reach(event: Container, pointer: string): Container {
  let place = event;
  const [, ...steps] = pointer.split('/');
  for (const [at, step] of steps.entries()) {
    place[step] ??= /^\d+$/.test(steps[at + 1] ?? '') ? [] : {};
    place = place[step];
  }
  return place;
}

function fieldTable(form: RecordForm, values: FormValues, items: ReadonlyMap<string, string>) {
  const table = new Map(items);
  for (const { pointer, name } of placedFields(form.fields, values)) {
    if (!table.has(pointer)) table.set(pointer, name);
  }
  return table;
}

/** The field that says this, or that this is a part of, or else the first that is a part of it; of the whole, none. */
function fieldAt(table: ReadonlyMap<string, string>, pointer: string): string | undefined {
  if (pointer === '') return undefined;
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const name = table.get(part);
    if (name !== undefined) return name;
  }
  return [...table].find(([below]) => below.startsWith(`${pointer}/`))?.[1];
}
