import fc from 'fast-check';
import type { MediaTypes, Operation, Parameter } from '../../../src/http/openapi/openapi.ts';
import type { Sent } from '../support/client.ts';
import { mutated, oddText, type SchemaValues } from './values-from-schema.ts';

export interface FuzzedRequest extends Sent {
  readonly path: string;
}

interface FuzzedOperation {
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
}

/** Makes requests for an operation that are partly as it is documented and partly not. */
export function requestsOf(
  { method, template, operation }: FuzzedOperation,
  values: SchemaValues,
): fc.Arbitrary<FuzzedRequest> {
  const of = (place: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === place);
  return fc
    .record({
      path: pathsOf(template, of('path')),
      query: queriesOf(of('query'), values),
      headers: headersOf(of('header')),
      body: bodiesOf(operation.requestBody?.content, values),
    })
    .map(({ path, query, headers, body }) => ({
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...headers, ...body?.headers },
      ...(body && { body: body.text }),
    }));
}

function pathsOf(template: string, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const values = parameters.map(({ example }) => mostly(fc.constant(String(example)), oddText));
  return fc.tuple(...values).map((chosen) => {
    return parameters.reduce((path, { name }, index) => {
      return path.replace(`{${name}}`, () => encoded(chosen[index] ?? '') || '_');
    }, template);
  });
}

/** Like `encodeURIComponent`, which throws at unpaired surrogates. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function queriesOf(parameters: readonly Parameter[], values: SchemaValues): fc.Arbitrary<string> {
  const known = parameters.map(({ name, schema, example }) => {
    const documented =
      example === undefined ? values.of(schema) : fc.oneof(values.of(schema), fc.constant(example));
    return mostly(documented.map(String), oddText).map((value) => [name, value] as const);
  });
  const unknown = fc.tuple(oddText, oddText);
  const chosen = fc.subarray(known).chain((pairs) => fc.tuple(...pairs));
  return fc
    .tuple(chosen, mostly<[string, string][]>(fc.constant([]), fc.array(unknown, { maxLength: 2 })))
    .map(([pairs, others]) => {
      const all: (readonly [string, string])[] = [...pairs, ...others];
      return all.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
    });
}

const ACCEPTED = [
  'application/json',
  'text/html',
  '*/*',
  'text/csv',
  'application/json;q=0.1, text/html',
  ';',
];
/** Node.js sends no other characters in a header. */
const headerText = oddText.map((text) => text.replace(/[^\x20-\x7e]/g, '').slice(0, 200));

function headersOf(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const documented = Object.fromEntries(
    parameters.map(({ name }) => [name, fc.oneof(fc.constantFrom('*', '"7"', '"x", W/"y"'), headerText)]),
  );
  const headers = Object.entries({ ...documented, accept: fc.constantFrom(...ACCEPTED) });
  return fc.subarray(headers, { maxLength: 1 }).chain((chosen) => fc.record(Object.fromEntries(chosen)));
}

interface Body {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

function bodiesOf(content: MediaTypes | undefined, values: SchemaValues): fc.Arbitrary<Body | undefined> {
  if (content === undefined) return fc.constant(undefined);
  const json = content['application/json']?.schema;
  const documented = Object.entries(content).map(([mediaType, { schema }]) => {
    // Lines of NDJSON are like JSON bodies.
    const value = mutated(values.of(mediaType === 'application/x-ndjson' ? (json ?? schema) : schema));
    return value.map((each) => ({ text: textOf(mediaType, each), headers: { 'content-type': mediaType } }));
  });
  const other = fc.record({
    text: oddText,
    headers: fc.record({ 'content-type': fc.constantFrom('text/plain', ...Object.keys(content)) }),
  });
  return mostly<Body>(fc.oneof(...documented), other);
}

function textOf(mediaType: string, value: unknown): string {
  if (mediaType !== 'application/x-www-form-urlencoded') return JSON.stringify(value);
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return fields.map(([name, each]) => `${encoded(name)}=${encoded(String(each))}`).join('&');
}

function mostly<Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ arbitrary: usual, weight: 3 }, { arbitrary: other, weight: 1 });
}
