/** Any value that JSON text can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [name: string]: JsonValue };

/** Printable ASCII with nothing to escape: most names and codes. */
const PLAIN = /^[ !#-[\]-~]*$/;
/**
 * The one text of a value, by RFC 8785: no white space, members in the order of their UTF-16 code units, numbers as
 * ECMAScript writes them. Members that are `undefined` are left out. Throws a RangeError on what JSON cannot hold: a
 * number that is not finite, a string with an unpaired surrogate. The depth is the caller's to bound.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON cannot hold ${value}`);
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
  if (!text.isWellFormed()) throw new RangeError('JSON cannot hold an unpaired surrogate');
  return JSON.stringify(text);
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
