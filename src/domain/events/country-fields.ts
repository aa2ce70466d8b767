import { z } from 'zod';
import { type CountryCode, isReusedCode } from '../countries/countries.ts';
import { readReusedCode } from '../countries/eras.ts';
import { fieldKindOf, unwrapped } from '../fields/field-kind.ts';
import type { DateSpan } from '../values/edtf.ts';
import { memoizeBy } from '../values/memoize-by.ts';

/** Where the values of a schema hold countries. Parts without any are left out, so a walk visits little. */
type CountryFields =
  | { readonly kind: 'country' }
  | { readonly kind: 'list'; readonly item: CountryFields }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, CountryFields])[] };

/** A country in a payload. */
export interface CountryValue {
  readonly code: string;
  /** The same array in every visit. */
  readonly path: readonly PropertyKey[];
  /** True where the role beside the country is `mentioned`. */
  readonly isMentioned: boolean;
  /** Puts another code into the payload. */
  replace(code: CountryCode): void;
}

type Visit = (country: CountryValue) => void;

/** Visits every country of a value that has passed the schema. */
export function forEachCountry(schema: z.ZodType, value: unknown, visit: Visit): void {
  const fields = knownFieldsOf(schema);
  if (fields !== undefined) visitBelow({ value }, 'value', fields, { path: [], isMentioned: false, visit });
}

/**
 * Returns a recorded payload with `CS` as the code of the state that it stood for at the date of the event. Earlier
 * versions recorded `CS`. Returns the payload itself if it has none, as nearly all.
 */
export function withoutReusedCodes<Data>(schema: z.ZodType, data: Data, span: DateSpan): Data {
  let isReused = false;
  forEachCountry(schema, data, ({ code }) => {
    isReused ||= isReusedCode(code);
  });
  if (!isReused) return data;
  const copy = structuredClone(data);
  forEachCountry(schema, copy, ({ code, replace }) => {
    if (isReusedCode(code)) replace(readReusedCode(code, span));
  });
  return copy;
}

const knownFieldsOf = memoizeBy(countryFieldsOf);

/** Returns undefined for a schema without countries. */
function countryFieldsOf(optional: z.ZodType): CountryFields | undefined {
  const schema = unwrapped(optional);
  if (fieldKindOf(schema) === 'country') return { kind: 'country' };
  if (schema instanceof z.ZodArray) {
    const item = countryFieldsOf(schema.element as z.ZodType);
    return item && { kind: 'list', item };
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  const fields = Object.entries(schema.shape).flatMap(([name, field]) => {
    const inner = countryFieldsOf(field as z.ZodType);
    return inner === undefined ? [] : [[name, inner] as const];
  });
  return fields.length === 0 ? undefined : { kind: 'object', fields };
}

interface Walk {
  readonly path: PropertyKey[];
  readonly isMentioned: boolean;
  readonly visit: Visit;
}

type Container = Record<PropertyKey, unknown>;

function visitBelow(container: Container, key: PropertyKey, fields: CountryFields, walk: Walk): void {
  const value = container[key];
  if (typeof value === 'string' && fields.kind === 'country') {
    const replace = (code: CountryCode) => {
      container[key] = code;
    };
    walk.visit({ code: value, path: walk.path, isMentioned: walk.isMentioned, replace });
  } else if (typeof value === 'object' && value !== null && fields.kind !== 'country') {
    visitParts(value as Container, fields, walk);
  }
}

function visitParts(value: Container, fields: Exclude<CountryFields, { kind: 'country' }>, walk: Walk): void {
  const parts =
    fields.kind === 'object'
      ? fields.fields
      : Object.keys(value).map((key) => [Number(key), fields.item] as const);
  const isMentioned = walk.isMentioned || value.role === 'mentioned';
  for (const [key, inner] of parts) {
    walk.path.push(key);
    visitBelow(value, key, inner, { ...walk, isMentioned });
    walk.path.pop();
  }
}
