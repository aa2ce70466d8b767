import type { JsonValue } from '../../domain/values/json.ts';
import type { FormField, Input, ItemList } from './form-field.ts';

/*
 * The value of an event that the text in a field stands for, and the text for a value. A text that is not understood is
 * kept as it is, so that validation refuses it at its field.
 */

export function toBoolean(choice: string): JsonValue {
  return ({ true: true, false: false } as Readonly<Record<string, boolean>>)[choice] ?? choice;
}

export function toNumber(text: string): JsonValue {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/**
 * Parses “en: Rare earths; zh: 稀土”. A text without a language gets an empty one, and a text that repeats a language
 * stays as it is, so that validation refuses them.
 */
export function toNames(text: string): JsonValue {
  const pairs = text.split(/[;；](?=\s*[A-Za-z][\w-]*\s*[:：])/).map((pair) => {
    const [, tag = '', name = pair] = /^\s*([A-Za-z][\w-]*)\s*[:：]\s*(.*?)[\s;；]*$/s.exec(pair) ?? [];
    return [tag, name] as const;
  });
  const names = Object.fromEntries(pairs);
  return Object.keys(names).length < pairs.length ? text : names;
}

/** Turns a date and time to the minute into an instant in UTC. */
export function toUtcInstant(text: string): JsonValue {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)Z?$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}:00Z`;
}

const REFERENCE_URL = /^https?:\/\/[^/]+\/(?:events|streams|mous)\/([^/?#]+)(?:[?#].*)?$/i;

/** Takes the id or the name from the URL of a page, which is what people copy. */
export function toReference(text: string): JsonValue {
  return REFERENCE_URL.exec(text)?.[1] ?? text;
}

/** Typed into a list to say that it is empty. */
const NONE = 'none';

/** Semicolons separate items that contain commas. Returns undefined if there are only separators. */
export function toItems(
  { separator }: Pick<ItemList, 'separator'>,
  typed: string,
): readonly string[] | undefined {
  const commas = typed.includes(';') ? ';' : /[,،、]/;
  const items = typed
    .split(separator === 'line' ? '\n' : commas)
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) return undefined;
  return items.length === 1 && items[0]?.toLowerCase() === NONE ? [] : items;
}

/** Fills the fields of a form with what an event has, also with one that is not valid. */
export function valuesOf(fields: readonly FormField[], event: object): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  fill(fields, event, '', values);
  return values;
}

function fill(
  fields: readonly FormField[],
  event: object,
  prefix: string,
  values: Map<string, string>,
): void {
  for (const field of fields) {
    if (field.kind === 'group') {
      fill(field.fields, event, prefix, values);
      continue;
    }
    const name = prefix + field.pointer;
    const value = valueAt(event, name);
    if (field.kind === 'rows') {
      const count = Array.isArray(value) ? value.length : 0;
      for (let row = 0; row < count; row += 1) fill(field.fields, event, `${name}/${row}`, values);
    } else if (value !== undefined) values.set(name, textOf(field, value));
  }
}

/** @param pointer whose steps need no escaping */
export function valueAt(value: unknown, pointer: string): JsonValue | undefined {
  let part = value as JsonValue | undefined;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) return undefined;
    part = (part as Readonly<Record<string, JsonValue>>)[step];
  }
  return part;
}

/** Line breaks are those of a form that was sent. */
function textOf(field: Input, value: JsonValue): string {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (typeof value !== 'object' || value === null) return String(value);
  if (field.kind === 'list' && Array.isArray(value)) return itemsText(field, value);
  return Object.entries(value)
    .map(([language, name]) => `${language}: ${name}`)
    .join('; ');
}

function itemsText({ separator }: ItemList, items: readonly JsonValue[]): string {
  if (items.length === 0) return NONE;
  if (separator === 'line') return items.join('\n');
  return items.join(items.some((item) => /[,،、]/.test(String(item))) ? '; ' : ', ');
}
