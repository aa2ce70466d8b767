import type { IncomingHttpHeaders } from 'node:http';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument, ResponseObject } from '../../../src/http/openapi/openapi.ts';
import { apiDocument, findOperation, responseOf } from './openapi-document.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body. On a page, references to characters beyond ASCII are decoded. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of any response
  readonly json: any;
}

/** Headers of HTTP itself, which every answer may have. */
const HTTP_HEADERS = new Set(
  'allow connection content-length content-type date keep-alive transfer-encoding'.split(' '),
);

/** Throws if the answer is not one of those that the API description has for the request. */
export async function requireDocumented(method: string, path: string, answer: Answer): Promise<void> {
  // A preflight of CORS is a matter of browsers.
  if (method === 'OPTIONS' && answer.status === 204) return;
  const document = await apiDocument();
  const found = findOperation(document, method, pathnameOf(path));
  const complain = (problem: string): never => {
    throw new Error(`${method} ${path} → ${answer.status}: ${problem}\n${answer.text.slice(0, 2_000)}`);
  };
  if (found?.operation === undefined) {
    const error = schemaError(document, { $ref: 'openapi#/components/schemas/Problem' }, answer.json);
    if (answer.status < 400 && method !== 'HEAD') complain('no such operation is documented');
    if (answer.json !== undefined && error !== undefined) complain(error);
    return;
  }
  const response = responseOf(document, found.operation, answer.status);
  if (response === undefined) return complain('the status is not documented');
  const error = headerError(answer, response) ?? bodyError(document, answer, response);
  if (error !== undefined) complain(error);
}

/** The path as the router sees it, which takes a backslash for a slash in URLs with a fragment. */
function pathnameOf(url: string): string {
  const path = url.includes('#') ? url.replaceAll('\\', '/') : url;
  return path.replace(/^http:\/\/[^/]+/, '').replace(/[?#].*$/, '');
}

function headerError({ headers }: Answer, response: ResponseObject): string | undefined {
  const documented = new Set(Object.keys(response.headers ?? {}).map((name) => name.toLowerCase()));
  const unknown = Object.keys(headers).filter((name) => !HTTP_HEADERS.has(name) && !documented.has(name));
  return unknown.length === 0 ? undefined : `the headers ${unknown.join(', ')} are not documented`;
}

function bodyError(
  document: OpenApiDocument,
  { headers, text, json }: Answer,
  { content = {} }: ResponseObject,
): string | undefined {
  if (text === '') return undefined;
  const mediaType = headers['content-type']?.split(';')[0] ?? '';
  const schema = content[mediaType]?.schema;
  if (schema === undefined) return `the media type ${mediaType} is not documented`;
  return json === undefined ? undefined : schemaError(document, schema, json);
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, validateFormats: false });
const validators = new Map<string, ValidateFunction>();

function schemaError(document: OpenApiDocument, schema: AnySchemaObject, value: unknown): string | undefined {
  if (ajv.getSchema('openapi') === undefined) ajv.addSchema(closed(document) as AnySchemaObject, 'openapi');
  const key = JSON.stringify(schema);
  const absolute = JSON.parse(key.replaceAll('"#/components', '"openapi#/components')) as AnySchemaObject;
  const validate = validators.get(key) ?? ajv.compile(closed(absolute) as AnySchemaObject);
  validators.set(key, validate);
  return validate(value) ? undefined : ajv.errorsText(validate.errors?.slice(0, 5));
}

/**
 * Clients must ignore members that they do not know, so the schemas of the document allow others. Here each one must be
 * documented, except those of problems, which depend on the code.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'Problem' ? value : closed(value),
  ]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const isOpen = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
