import type { FieldError } from '../../domain/fields/field-error.ts';
import type { JsonObject, JsonValue } from '../../domain/values/json.ts';

/* The binary content mode of the HTTP Protocol Binding for CloudEvents 1.0.2: §3.1. */

export type BinaryCloudEvent =
  /** In the JSON format. Whether its attributes are right is not checked. */
  | { readonly outcome: 'read'; readonly cloudEvent: JsonObject }
  | { readonly outcome: 'refused'; readonly errors: readonly FieldError[] };

/** Headers by their names in lower case, each with all of its values. */
type Headers = Readonly<Record<string, readonly string[] | undefined>>;

const PREFIX = 'ce-';
/** What the body and `Content-Type` say. */
const NO_HEADERS: readonly string[] = ['data', 'data_base64', 'datacontenttype'];

/** Returns true for a request whose headers have the attributes of a CloudEvent, and whose body is its data. */
export function isBinaryCloudEvent(headers: { readonly [name: string]: unknown }): boolean {
  return headers[`${PREFIX}specversion`] !== undefined;
}

/** Reads the CloudEvent that headers and data make. */
export function readBinaryCloudEvent(headers: Headers, data: JsonValue): BinaryCloudEvent {
  const errors: FieldError[] = [];
  const attributes: [string, JsonValue][] = [];
  for (const [header, values = []] of Object.entries(headers)) {
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const value = values.length === 1 ? decodeValue(values[0] ?? '') : undefined;
    if (NO_HEADERS.includes(name)) {
      const detail = 'It is no header: Content-Type has the type of the data, and the body is the data.';
      errors.push({ pointer: `/${name}`, code: 'unknown-field', detail });
    } else if (value === undefined) {
      const detail = `Send ${header} once, percent-encoded in UTF-8, such as Caf%C3%A9.`;
      errors.push({ pointer: `/${name}`, code: 'unknown-value', detail });
    } else attributes.push([name, typed(name, value)]);
  }
  if (errors.length > 0) return { outcome: 'refused', errors };
  const datacontenttype = headers['content-type']?.[0] ?? '';
  return { outcome: 'read', cloudEvent: { ...Object.fromEntries(attributes), datacontenttype, data } };
}

/** Returns undefined unless the value is percent-encoded UTF-8, between quotation marks if the producer likes them. */
function decodeValue(sent: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(sent)) return undefined;
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(sent) ?? [];
  try {
    return decodeURIComponent(quoted?.replaceAll(/\\(.)/g, '$1') ?? sent);
  } catch {
    return undefined;
  }
}

/** Headers are text. `revision` is the only attribute that is a number. */
function typed(name: string, value: string): JsonValue {
  return name === 'revision' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}
