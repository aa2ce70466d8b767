import type { OpenApiDocument } from '../../../src/http/openapi/openapi.ts';

/** A request of the API with the permission that it needs. */
export interface DocumentedRequest {
  readonly method: string;
  readonly template: string;
  /** With the examples of the parameters. */
  readonly path: string;
  /** The format that the permission is for, if it is not for all. */
  readonly format?: string;
  /** Undefined if none is needed. */
  readonly permission: string | undefined;
}

/** Returns every request of the route table, which the description of the API is made from. */
export function documentedRequests({ paths }: OpenApiDocument): readonly DocumentedRequest[] {
  return Object.entries(paths).flatMap(([template, item]) =>
    Object.entries(item).flatMap(
      ([method, { parameters, security, 'x-format-permissions': formats = {} }]) => {
        const path = parameters.reduce((url, { name, in: place, example }) => {
          return place === 'path' ? url.replace(`{${name}}`, String(example ?? 'x')) : url;
        }, template);
        const request = { method: method.toUpperCase(), template, path };
        const permission = security?.flatMap(({ key = [] }) => key)[0];
        const ofFormats = Object.entries(formats).map(([format, needed]) => ({
          ...request,
          path: `${path}.${format}`,
          format,
          permission: needed,
        }));
        return [{ ...request, permission }, ...ofFormats];
      },
    ),
  );
}
