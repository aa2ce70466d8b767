import type { QueryParameters } from './query.ts';

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A query parameter of an endpoint, as it is documented. */
export interface QueryParameter {
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  /** A list is an array; its items are separated by commas. */
  readonly schema: JsonSchema;
  readonly isRequired?: true;
  readonly example?: string;
}

/** A parameter that handlers read by the same values that are documented. */
export interface ReadableParameter<Value> extends QueryParameter {
  readonly read: (query: QueryParameters) => Value;
}

export function choiceParameter<const Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: NoInfer<Value>,
  description: string,
): ReadableParameter<Value> {
  const schema = { type: 'string', enum: values, default: fallback };
  return { name, description, schema, read: (query) => query.choice(name, values, fallback) };
}

export interface CountParameter extends ReadableParameter<number> {
  readonly max: number;
  readonly fallback: number;
}

/** A whole number from 1 to `max`. */
export function countParameter(
  name: string,
  max: number,
  fallback: number,
  description: string,
): CountParameter {
  const schema = { type: 'integer', minimum: 1, maximum: max, default: fallback };
  return { name, description, schema, max, fallback, read: (query) => query.count(name, max, fallback) };
}

export function textParameter(name: string, description: string, example?: string): QueryParameter {
  return { name, description, schema: { type: 'string' }, ...(example !== undefined && { example }) };
}

export function namesOf(parameters: readonly QueryParameter[]): readonly string[] {
  return parameters.map(({ name }) => name);
}

export const cursorParameter = textParameter(
  'cursor',
  '`next` of the page before. All pages show the state of the first one.',
);

export const orderParameter = choiceParameter('order', ['asc', 'desc'], 'asc', 'Oldest or newest first.');
