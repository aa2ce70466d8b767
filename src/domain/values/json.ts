/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [name: string]: JsonValue };

/** Matches printable ASCII without characters to escape, as most names and codes are. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Serialises a value canonically (RFC 8785): no white space, members sorted by UTF-16 code units, numbers as ECMAScript
 * writes them. `undefined` members are omitted. The caller bounds the depth.
 *
 * @throws RangeError on a number that is not finite and on a string with an unpaired surrogate
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`JSON cannot represent ${value}`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member: JsonValue | undefined = value[name];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${canonicalString(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RangeError('JSON cannot represent an unpaired surrogate');
  return JSON.stringify(text);
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Gives a field another name and changes its value. An object that lacks the field, or has both, stays as it is. */
export function moveField(
  object: JsonObject,
  from: string,
  to: string,
  change: (value: JsonValue) => JsonValue = (value) => value,
): JsonObject {
  const { [from]: value, ...others } = object;
  return value === undefined || to in object ? object : { ...others, [to]: change(value) };
}

/** Changes the value of a field, if the object has it. */
export function changeField(
  object: JsonObject,
  name: string,
  change: (value: JsonValue) => JsonValue,
): JsonObject {
  const { [name]: value } = object;
  return value === undefined ? object : { ...object, [name]: change(value) };
}

/** Changes the objects of a list. Other items, and values that are no list, stay as they are. */
export function mapObjects(
  list: JsonValue,
  change: (item: JsonObject, index: number) => JsonObject,
): JsonValue {
  if (!isArray(list)) return list;
  return list.map((item, index) => (isObject(item) ? change(item, index) : item));
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}
