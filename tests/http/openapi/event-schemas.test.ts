import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { eventTypes } from '../../../src/domain/event-types/registry.ts';
import { exampleOf, jsonSchemaOf } from '../../../src/domain/events/json-schema.ts';
import { parseEvent } from '../../../src/domain/events/parse.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { ask } from '../support/client.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { mutated, SchemaValues } from './values-from-schema.ts';

const numRuns = fuzzRounds(300);
const types = eventTypes();

/** Unknown keywords and formats are errors, so that the schemas have none. */
function validatorOf(schema: object) {
  const ajv = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

describe('/schemas/{type}', () => {
  test.each(types.map((type) => [type.name, type] as const))(
    '%s accepts the example of the type',
    async (name, type) => {
      const { status, headers, text } = await ask(chancery.url, `/schemas/${name}`);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/schema+json');
      const schema = JSON.parse(text);
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: type.label,
      });
      const validate = validatorOf(schema);
      expect([validate(exampleOf(type)), validate.errors]).toEqual([true, null]);
    },
  );

  test.each([
    ['a field that there is not', { colour: 'red' }],
    ['an id that is no UUID', { id: '17' }],
    ['a record of another category', { stream: 'shipment-1' }],
    ['no source', { sources: [] }],
    ['a source with another kind of URL', { sources: [{ outlet: 'Dawn', url: 'ftp://dawn.com' }] }],
  ])('refuses %s', (_what, changes) => {
    const [type] = types.filter(({ name }) => name === 'MouSigned');
    if (type === undefined) throw new Error('There is no such type.');
    expect(validatorOf(jsonSchemaOf(type))({ ...exampleOf(type), ...changes })).toBe(false);
  });

  test('answers 404 for a type that there is not, and names those that there are', async () => {
    const { status, json } = await ask(chancery.url, '/schemas/Nothing');
    expect([status, json.detail]).toEqual([404, expect.stringContaining('MouSigned')]);
  });

  test('is not sent again to a client that has it', async () => {
    const { headers } = await ask(chancery.url, '/schemas/MouSigned');
    const again = { headers: { 'if-none-match': String(headers.etag) } };
    expect((await ask(chancery.url, '/schemas/MouSigned', again)).status).toBe(304);
  });
});

describe('the schema of a type', () => {
  /** A payload of an earlier version is accepted although its schema is gone. */
  const current = types.filter(({ version }) => version === 1);

  test.each(current.map((type) => [type.name, type] as const))(
    'allows every %s that is accepted',
    async (name, type) => {
      const document = await apiDocument();
      const schema = document.components.schemas[`Event.${name}`] ?? {};
      const validate = validatorOf(jsonSchemaOf(type));
      fc.assert(
        fc.property(mutated(new SchemaValues(document).of(schema)), (event) => {
          if (parseEvent(event).outcome === 'parsed' && !validate(event)) {
            throw new Error(JSON.stringify(validate.errors));
          }
        }),
        { numRuns },
      );
    },
  );
});
