import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenApiDocument, Operation } from '../../../src/http/openapi/openapi.ts';
import { healthDescription } from '../../../src/http/operations/descriptions.ts';
import { PROBLEM_TYPES } from '../../../src/http/protocol/problem-types.ts';
import { Router } from '../../../src/http/protocol/router.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';
import { idleRouterContext } from '../support/stub-server.ts';

let chancery: Harness;
let document: OpenApiDocument;

beforeAll(async () => {
  chancery = await startHarness();
  document = (await ask(chancery.url, '/openapi.json')).json;
});
afterAll(() => chancery.close());

const operations = (): readonly Operation[] =>
  Object.values(document.paths).flatMap((item) => Object.values(item));

describe('/openapi.json', () => {
  test('is a valid OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate((await ask(chancery.url, '/openapi.json')).json);
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.1');
  });

  test('describes every URL that / links to', async () => {
    const { links } = (await ask(chancery.url, '/')).json;
    const paths = Object.values<string>(links).map((link) => link.replace(/\{\?.*\}$/, ''));
    const known = Object.keys(document.paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
    expect(paths.filter((path) => !known.includes(path.replace(/\{\w+\}/g, '{}')))).toEqual([]);
  });

  test('gives each operation a name of its own', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('refers only to what it contains', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    const missing = references.filter((path) => {
      let found: unknown = document;
      for (const part of path.split('/')) found = (found as Record<string, unknown> | undefined)?.[part];
      return found === undefined;
    });
    expect(references.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  test('mentions every problem that a handler can answer with', () => {
    const text = JSON.stringify(document);
    // Node.js refuses what is no HTTP before a URL is known, and only a URL without a route has another method.
    const elsewhere = ['unknown-method', 'method-not-allowed'];
    const codes = Object.keys(PROBLEM_TYPES).filter((code) => !elsewhere.includes(code));
    expect(codes.filter((code) => !text.includes(`"/problems/${code}"`))).toEqual([]);
  });

  test('has the limits and values that the handlers check', () => {
    const parameters = document.paths['/countries/{code}']?.get?.parameters ?? [];
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 50,
    });
    expect(parameters.find(({ name }) => name === 'order')?.schema).toMatchObject({ enum: ['asc', 'desc'] });
  });

  test('is not sent again to a client that has it', async () => {
    const { headers } = await ask(chancery.url, '/openapi.json');
    const again = await ask(chancery.url, '/openapi.json', {
      headers: { 'if-none-match': String(headers.etag) },
    });
    expect(again.status).toBe(304);
  });
});

describe('a route', () => {
  const handlers = { get: () => {} };

  test('cannot be registered without a description of each method and parameter', () => {
    const router = new Router(idleRouterContext(), () => {});
    const describing = (path: object, methods = handlers) =>
      router.register('/things/:id', methods, { ...path, get: healthDescription });
    expect(() => describing({})).toThrow(/\/things\/:id.* id/);
    expect(() => describing({ path: { id: { description: 'Id.', example: '1' } } })).not.toThrow();
    expect(() => describing({ path: { key: { description: 'Key.', example: '1' } } })).toThrow(RangeError);
    expect(() =>
      router.register('/others', { ...handlers, post: () => {} }, { get: healthDescription }),
    ).toThrow(/post/);
  });
});
