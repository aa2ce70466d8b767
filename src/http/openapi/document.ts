import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { eventTypes } from '../../domain/event-types/registry.ts';
import { jsonSchemaOf } from '../../domain/events/json-schema.ts';
import { eventSchemaId } from '../events/descriptions.ts';
import { AREAS, type EndpointDescription } from '../protocol/description.ts';
import { SESSION_COOKIE } from '../protocol/host-cookie.ts';
import type { JsonSchema, QueryParameter } from '../protocol/parameters.ts';
import { type DescribedRoute, pathParametersOf } from '../protocol/router.ts';
import {
  METHODS,
  type Method,
  mediaTypes,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type PathItem,
  type SchemaOf,
} from './openapi.ts';
import { COMPONENT_HEADERS, problemSchema, ResponseDescriber } from './responses.ts';

const DESCRIPTION = `Append events, read timelines. The [manual](/docs/http-api) explains the concepts.

- \`HEAD\` works wherever \`GET\` does, with the same headers and without the body.
- Unknown and repeated query parameters are refused with \`invalid-query\`, never ignored.
- \`Accept\` chooses the format of an answer, or a suffix of the path, as in \`/countries/PK.csv\`.
- Errors are problem details (RFC 9457). Their codes are stable; \`/problems/{code}\` explains each.
- Answers may get further members. Clients must ignore those that they do not know.`;

/** Describes the routes as an OpenAPI 3.1 document. */
export function openApiDocument(routes: readonly DescribedRoute[]): OpenApiDocument {
  const { schemas, schemaOf } = collectSchemas(routes);
  const describer = new ResponseDescriber(schemaOf);
  const items = routes.map((route) => [pathTemplate(route.pattern), pathItem(route, schemaOf, describer)]);
  return {
    openapi: '3.1.1',
    info: { title: 'Chancery', version: programVersion(), description: DESCRIPTION, license: LICENSE },
    servers: [{ url: '/' }],
    tags: Object.entries(AREAS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(items),
    components: {
      schemas: { ...schemas, ...eventSchemas(), Problem: problemSchema },
      headers: COMPONENT_HEADERS,
      responses: describer.shared,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** Replaces what was collected, as conversion drops the examples. */
function eventSchemas(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    eventTypes().map((type) => {
      const { $schema, ...schema } = jsonSchemaOf(type);
      return [eventSchemaId(type), schema];
    }),
  );
}

/** A server without keys asks for none of them. */
const SECURITY_SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A [key](/docs/access), or a token of the identity provider.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE.secureName,
    description: 'Of a browser that has signed in.',
  },
};

const LICENSE = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

/** `/events/:id` → `/events/{id}`. */
function pathTemplate(pattern: string): string {
  return pattern.replace(/[:*](\w+)/g, '{$1}');
}

function pathItem(
  { pattern, description }: DescribedRoute,
  schemaOf: SchemaOf,
  describer: ResponseDescriber,
): PathItem {
  const path = pathParametersOf(pattern).map((name): Parameter => {
    const { description: text = '', example } = description.path?.[name] ?? {};
    const schema = { type: 'string' };
    const shown = example !== undefined && { example };
    return { name, in: 'path', description: text, required: true, schema, ...shown };
  });
  const described = METHODS.flatMap((method) => {
    const endpoint = description[method];
    return endpoint === undefined
      ? []
      : [[method, operationOf(method, endpoint, path, schemaOf, describer)] as const];
  });
  return Object.fromEntries(described);
}

function operationOf(
  method: Method,
  endpoint: EndpointDescription,
  path: readonly Parameter[],
  schemaOf: SchemaOf,
  describer: ResponseDescriber,
): Operation {
  const { id, area, summary, description, query = [], body, bodyExample } = endpoint;
  return {
    operationId: id,
    tags: [area],
    summary,
    ...(description !== undefined && { description }),
    ...securityOf(endpoint),
    parameters: [...path, ...query.map(queryParameter), ...headerParameters(endpoint)],
    ...(body && { requestBody: { required: true, content: mediaTypes(body, schemaOf, bodyExample) } }),
    responses: describer.describe(method, endpoint, path.length > 0),
  };
}

function securityOf({
  permission,
  formatPermissions,
}: EndpointDescription): Pick<Operation, 'security' | 'x-format-permissions'> {
  return {
    ...(permission !== 'none' && { security: [{ key: [permission] }, { session: [permission] }] }),
    ...(formatPermissions && { 'x-format-permissions': formatPermissions }),
  };
}

function queryParameter({ name, description, schema, isRequired, example }: QueryParameter): Parameter {
  const isList = schema['type'] === 'array';
  const typed = schema['type'] === 'integer' ? Number(example) : example;
  return {
    name,
    in: 'query',
    description,
    required: isRequired ?? false,
    schema,
    ...(isList && ({ style: 'form', explode: false } as const)),
    ...(example !== undefined && { example: isList ? [example] : typed }),
  };
}

const READ_CONDITIONS = [
  { name: 'If-None-Match', description: 'Entity tags; 304 if the present one is among them.' },
  { name: 'If-Match', description: 'Entity tags; 412 if the present one is not among them.' },
] as const;

function headerParameters({ requestHeaders = [], isConditional }: EndpointDescription): readonly Parameter[] {
  return [...requestHeaders, ...(isConditional ? READ_CONDITIONS : [])].map(({ name, description }) => ({
    name,
    in: 'header',
    description,
    required: false,
    schema: { type: 'string' },
  }));
}

interface CollectedSchemas {
  /** Those that have an id, by it. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly schemaOf: SchemaOf;
}

/** Converts all schemas at once, so that those with an id are defined once and referred to elsewhere. */
function collectSchemas(routes: readonly DescribedRoute[]): CollectedSchemas {
  const endpoints = routes.flatMap(({ description }) =>
    METHODS.flatMap((method) => description[method] ?? []),
  );
  const contents = endpoints.flatMap(({ body = {}, answers }) => [
    body,
    ...Object.values(answers).map(({ content = {} }) => content),
  ]);
  const [first, ...others] = [...new Set(contents.flatMap((content) => Object.values(content)))];
  if (first === undefined) throw new RangeError('There are no schemas to describe.');
  const options = { io: 'input', unrepresentable: 'any' } as const;
  const converted = z.toJSONSchema(z.tuple([first, ...others]), options) as unknown as {
    readonly prefixItems: readonly JsonSchema[];
    readonly $defs: Readonly<Record<string, JsonSchema>>;
  };
  const { prefixItems, $defs } = inComponents(converted);
  const bySchema = new Map([first, ...others].map((schema, index) => [schema, prefixItems[index] ?? {}]));
  return { schemas: $defs, schemaOf: (schema) => bySchema.get(schema) ?? {} };
}

/** Lets references lead to the components of the document. */
function inComponents<Converted>(converted: Converted): Converted {
  const json = JSON.stringify(converted, (key, value) => {
    return key === '$ref' ? String(value).replace('#/$defs/', '#/components/schemas/') : value;
  });
  return JSON.parse(json) as Converted;
}

/** The build is one folder deeper than the sources. */
function programVersion(): string {
  const path = import.meta.url.endsWith('.ts') ? '../../../package.json' : '../../../../package.json';
  const manifest = readFileSync(new URL(path, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
