import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../src/http/app.ts';
import type {
  Method,
  OpenApiDocument,
  Operation,
  ResponseObject,
  SchemaReference,
} from '../../../src/http/openapi/openapi.ts';
import { splitSuffix } from '../../../src/http/protocol/formats.ts';
import { stubDependencies } from './stub-server.ts';

let document: Promise<OpenApiDocument> | undefined;

/** Reads the API description from a server of its own, as a test may count the requests to the one that it tests. */
export function apiDocument(): Promise<OpenApiDocument> {
  document ??= fetchDocument();
  return document;
}

async function fetchDocument(): Promise<OpenApiDocument> {
  const server = createServer(createApp(stubDependencies())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/openapi.json`);
  const fetched = (await response.json()) as OpenApiDocument;
  server.close();
  server.closeAllConnections();
  return fetched;
}

/**
 * Finds the operation of a request. A path without parameters counts before one with some, and one that ends like the
 * suffix of a format is that of the resource, if it is no resource itself.
 */
export function findOperation(
  { paths }: OpenApiDocument,
  method: string,
  path: string,
): { readonly template: string; readonly operation: Operation | undefined } | undefined {
  const stem = splitSuffix(path)?.path;
  const ofStem = stem === undefined ? undefined : templateOf(paths, stem);
  const hasFormats = ofStem !== undefined && paths[ofStem]?.get?.responses[406] !== undefined;
  const template = hasFormats ? ofStem : templateOf(paths, path);
  if (template === undefined) return undefined;
  const name = (method === 'HEAD' ? 'get' : method.toLowerCase()) as Method;
  return { template, operation: paths[template]?.[name] };
}

function templateOf(paths: OpenApiDocument['paths'], path: string): string | undefined {
  const templates = Object.keys(paths).filter((template) => patternOf(template).test(path));
  return templates.find((each) => !each.includes('{')) ?? templates[0];
}

/** The router takes paths in upper and lower case, with and without a slash at the end. */
function patternOf(template: string): RegExp {
  const pattern = template.replace(/[.$]/g, '\\$&').replace(/\{(\w+)\}/g, (_match, name) => {
    return template === '/docs/{page}' && name === 'page' ? '.+' : '[^/]+';
  });
  return new RegExp(`^${pattern}/?$`, 'i');
}

export function responseOf(
  document: OpenApiDocument,
  { responses }: Operation,
  status: number,
): ResponseObject | undefined {
  const response = responses[String(status)];
  if (response === undefined || !('$ref' in response)) return response as ResponseObject | undefined;
  return document.components.responses[(response as SchemaReference).$ref.split('/').at(-1) ?? ''];
}
