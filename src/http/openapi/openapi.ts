import type { z } from 'zod';
import type { JsonSchema } from '../protocol/parameters.ts';

/** An OpenAPI 3.1 document, a JSON object. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, HeaderObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: Readonly<Record<SecurityScheme, object>>;
  };
}

export type PathItem = Readonly<Partial<Record<Method, Operation>>>;

export const METHODS = ['get', 'post', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /** Alternatives, each with the permission that is needed; absent if none is. */
  readonly security?: readonly Readonly<Partial<Record<SecurityScheme, readonly [permission: string]>>>[];
  /** Permissions that are needed besides, by the name of the format. */
  readonly 'x-format-permissions'?: Readonly<Record<string, string>>;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: MediaTypes };
  readonly responses: Readonly<Record<string, ResponseObject | SchemaReference>>;
}

export type SecurityScheme = 'key' | 'session';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly style?: 'form';
  readonly explode?: false;
  readonly example?: unknown;
}

export type MediaTypes = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: object }>>;

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, SchemaReference>>;
  readonly content?: MediaTypes;
}

/** Finds the JSON Schema of a zod schema. */
export type SchemaOf = (schema: z.ZodType) => JsonSchema;

export interface SchemaReference {
  readonly $ref: string;
}

export interface HeaderObject {
  readonly description: string;
  readonly schema: JsonSchema;
}

/** @param example of a JSON body */
export function mediaTypes(
  content: Readonly<Record<string, z.ZodType>>,
  schemaOf: SchemaOf,
  example?: object,
): MediaTypes {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [
      mediaType,
      { schema: schemaOf(schema), ...(mediaType === 'application/json' && example && { example }) },
    ]),
  );
}
