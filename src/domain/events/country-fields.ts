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

/** A country in a payload, while it is visited: each visit gets the same object. */
export interface CountryValue {
  readonly code: string;
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
  if (fields !== undefined) new CountryWalk(visit).visitBelow({ value }, 'value', fields);
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
  forEachCountry(schema, copy, (country) => {
    if (isReusedCode(country.code)) country.replace(readReusedCode(country.code, span));
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

type Container = Record<PropertyKey, unknown>;

/** Walks a value, and is itself the country that it has come to, so that none needs an object of its own. */
class CountryWalk implements CountryValue {
  readonly path: PropertyKey[] = [];
  isMentioned = false;
  readonly #visit: Visit;
  #container: Container = {};
  #key: PropertyKey = '';

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  get code(): string {
    return this.#container[this.#key] as string;
  }

  replace(code: CountryCode): void {
    this.#container[this.#key] = code;
  }

  visitBelow(container: Container, key: PropertyKey, fields: CountryFields): void {
    const value = container[key];
    if (typeof value === 'string' && fields.kind === 'country') {
      this.#container = container;
      this.#key = key;
      this.#visit(this);
    } else if (typeof value === 'object' && value !== null && fields.kind !== 'country') {
      const wasMentioned = this.isMentioned;
      this.isMentioned ||= (value as Container)['role'] === 'mentioned';
      this.#visitParts(value as Container, fields);
      this.isMentioned = wasMentioned;
    }
  }

  #visitParts(value: Container, fields: Exclude<CountryFields, { kind: 'country' }>): void {
    if (fields.kind === 'object') {
      for (const [name, inner] of fields.fields) this.#visitPart(value, name, inner);
      return;
    }
    const { length } = value as unknown as readonly unknown[];
    for (let index = 0; index < length; index += 1) this.#visitPart(value, index, fields.item);
  }

  #visitPart(value: Container, key: PropertyKey, fields: CountryFields): void {
    if (value[key] === undefined) return;
    this.path.push(key);
    this.visitBelow(value, key, fields);
    this.path.pop();
  }
}
