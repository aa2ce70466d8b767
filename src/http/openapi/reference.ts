import { isDeepStrictEqual } from 'node:util';
import { mouSigned } from '../../domain/event-types/mou.ts';
import { exampleOf } from '../../domain/events/json-schema.ts';
import type {
  ApiAnswerView,
  ApiAreaLinkView,
  ApiAreaView,
  ApiFieldView,
  ApiObjectsView,
  ApiOperationView,
} from '../../web/components/api-reference.ts';
import type { JsonSchemaView } from '../../web/components/schema-type.ts';
import type { MediaTypes, Method, OpenApiDocument, Operation, Parameter, ResponseObject } from './openapi.ts';

export const REFERENCE_URL = '/docs/api';

/** Returns the areas of the API for the index of the reference. */
export function areaLinks(document: OpenApiDocument): readonly ApiAreaLinkView[] {
  return document.tags.map(({ name, description }) => ({
    id: areaId(name),
    url: `${REFERENCE_URL}/${areaId(name)}`,
    name,
    description,
    operations: operationsOf(document, name).map(({ path, method, operation }) => {
      return { id: operation.operationId, method: method.toUpperCase(), path, summary: operation.summary };
    }),
  }));
}

/**
 * Returns the area with this name in its URL; undefined if there is none.
 *
 * @param origin of the server, for the commands
 */
export function areaOf(document: OpenApiDocument, id: string, origin: string): ApiAreaView | undefined {
  const tag = document.tags.find(({ name }) => areaId(name) === id);
  if (tag === undefined) return undefined;
  const views = operationsOf(document, tag.name).map((each) => operationView(document, origin, each));
  const errors = commonErrors(views);
  const operations = views.map((view) => ({
    ...view,
    answers: view.answers.filter((answer) => !errors.some((each) => isDeepStrictEqual(each, answer))),
  }));
  return { ...tag, operations, commonErrors: errors };
}

/** Returns the errors that all of several operations answer with. */
function commonErrors([first, ...others]: readonly ApiOperationView[]): readonly ApiAnswerView[] {
  if (first === undefined || others.length === 0) return [];
  const isCommon = (answer: ApiAnswerView): boolean =>
    others.every(({ answers }) => answers.some((each) => isDeepStrictEqual(each, answer)));
  return first.answers.filter((answer) => Number(answer.status) >= 400 && isCommon(answer));
}

/** Returns the objects that bodies consist of. Event types have a page of their own. */
export function objectsOf({ components }: OpenApiDocument): ApiObjectsView {
  const objects = Object.entries(components.schemas).filter(([name]) => !name.startsWith('Event.'));
  return Object.fromEntries(objects) as ApiObjectsView;
}

interface PathOperation {
  readonly path: string;
  readonly method: Method;
  readonly operation: Operation;
}

function operationsOf({ paths }: OpenApiDocument, area: string): readonly PathOperation[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method as Method, operation })),
  );
  return all.filter(({ operation }) => operation.tags[0] === area);
}

function areaId(area: string): string {
  return area.toLowerCase().replaceAll(' ', '-');
}

function operationView(
  document: OpenApiDocument,
  origin: string,
  { path, method, operation }: PathOperation,
): ApiOperationView {
  const { operationId, summary, description, parameters, requestBody } = operation;
  const url = exampleUrl(path, parameters);
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    return answerView(status, '$ref' in response ? sharedResponse(document, response.$ref) : response);
  });
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    summary,
    description,
    parameters: parameters.map(({ name, in: place, description: text, required, schema }) => {
      return { name, place, description: text, isRequired: required, schema: schema as JsonSchemaView };
    }),
    bodies: bodiesOf(requestBody?.content),
    answers,
    command: commandOf(`${origin}${url}`, method, operation),
    trial: isTriable(method, url, operation) ? { url, fields: fieldsOf(parameters) } : undefined,
  };
}

function sharedResponse({ components }: OpenApiDocument, reference: string): ResponseObject {
  return components.responses[reference.split('/').at(-1) ?? ''] ?? { description: '' };
}

function answerView(status: string, { description, content, headers = {} }: ResponseObject): ApiAnswerView {
  return { status, description, bodies: bodiesOf(content), headers: Object.keys(headers) };
}

function bodiesOf(content: MediaTypes = {}): ApiOperationView['bodies'] {
  return Object.entries(content).map(([mediaType, { schema }]) => {
    return { mediaType, schema: schema as JsonSchemaView };
  });
}

function exampleUrl(path: string, parameters: readonly Parameter[]): string {
  return parameters.reduce((url, { name, in: place, example }) => {
    const isKnown = place === 'path' && example !== undefined;
    return isKnown ? url.replace(`{${name}}`, () => encodeURIComponent(String(example))) : url;
  }, path);
}

/** A form sends all of its fields, so it has those that are required or have a value by default. */
function fieldsOf(parameters: readonly Parameter[]): readonly ApiFieldView[] {
  return parameters.flatMap(({ name, in: place, required, schema, example }) => {
    const value = schema['default'] ?? (required || name === 'q' ? example : undefined);
    if (place !== 'query' || value === undefined) return [];
    return [{ name, value: String(value), choices: schema['enum'] as readonly string[] | undefined }];
  });
}

/** A browser can follow a link to what exists on every server, and shows it at once. */
function isTriable(method: Method, url: string, operation: Operation): boolean {
  return method === 'get' && !url.includes('{') && !isStream(operation);
}

function isStream({ responses }: Operation): boolean {
  const { 200: answer } = responses;
  const [first] = Object.keys((answer !== undefined && 'content' in answer && answer.content) || {});
  return first === 'text/event-stream';
}

/** Forms are sent by browsers. */
function commandOf(url: string, method: Method, operation: Operation): string | undefined {
  if (operation.tags.includes('Forms')) return undefined;
  const required = operation.parameters.filter(({ in: place, required }) => place === 'query' && required);
  const query = required
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
    .join('&');
  const target = query === '' ? url : `${url}?${query}`;
  if (method === 'get') return `curl -s${isStream(operation) ? ' -N' : ''} '${target}'`;
  if (operation.requestBody === undefined) return `curl -s -X ${method.toUpperCase()} '${target}'`;
  const example = operation.requestBody.content['application/json']?.example;
  const isAppend = example === undefined;
  const body = JSON.stringify(example ?? exampleOf(mouSigned), null, 2).replaceAll("'", "'\\''");
  // The dry run records nothing.
  const request = method === 'post' ? `'${target}${isAppend ? '?dryRun=true' : ''}'` : `-X PATCH '${target}'`;
  return `curl -s ${request} -H 'Content-Type: application/json' -d '${body}'`;
}
