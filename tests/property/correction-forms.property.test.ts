import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { fieldsOf } from '../../src/domain/event-types/define-event-type.ts';
import { contentTypes } from '../../src/domain/event-types/registry.ts';
import { type FieldKind, fieldKindOf, unwrapped } from '../../src/domain/fields/field-kind.ts';
import { fieldChanges } from '../../src/domain/record/field-changes.ts';
import { Correction } from '../../src/web/forms/correction.ts';
import { buildFormEvent } from '../../src/web/forms/form-event.ts';
import { type FormValues, placedFields, withoutEmptyRows } from '../../src/web/forms/form-values.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const ID = '0199c000-0000-7000-8000-000000000001';
const ROUNDS = fuzzRounds(40);

type Payload = ConstructorParameters<typeof Correction>[2]['data'];

/** Returns what a correction says whose form is sent with these values. */
function sentWith(correction: Correction, values: FormValues) {
  const { form } = correction;
  const { event } = buildFormEvent(form, withoutEmptyRows(form.fields, values));
  return (correction.complete(event) as { data: { occurred?: string; data: object } }).data;
}

const oneOf = fc.constantFrom<unknown[]>;

/** Texts that a form has to treat with care: white space at the ends, line breaks, separators. */
const text = fc
  .oneof(
    oneOf(
      'none',
      ' padded ',
      'a, b; c',
      'two\nlines',
      '\nled by a break',
      'carriage\r\nreturn',
      'en: x; zh: y',
    ),
    fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  )
  .filter((value) => String(value).trim() !== '' && String(value).isWellFormed());

const VALUES: Partial<Record<FieldKind, fc.Arbitrary<unknown>>> = {
  country: oneOf('PK', 'US', 'CN'),
  date: oneOf('2025-10', '2025-10~', '../2025-10-13', '[2010-07-13,2010-07-31]', '1985/'),
  'content-hash': fc.constant(`sha256:${'0a'.repeat(32)}`),
  instant: oneOf('2025-10-13T07:00:00Z', '2025-10-13T07:00:00.123+05:00'),
  language: oneOf('en', 'zh-Hans', 'ur'),
  reference: oneOf(ID, 'mou-ussm-fwo-2025', 'briefing-a.b_c'),
  topic: oneOf('rare-earths', 'قرضہ'),
  url: oneOf('https://example.org/a?b=c,d;e', 'http://example.org/'),
};

/** Values that have the shape of a schema. They need not keep its other rules: a form does not know them. */
function valuesFor(schema: z.ZodType): fc.Arbitrary<unknown> {
  const kind = fieldKindOf(schema);
  const known = kind && VALUES[kind];
  if (known !== undefined) return known;
  if (schema instanceof z.ZodObject) return objectsFor(schema.shape);
  if (schema instanceof z.ZodArray) {
    return fc.array(valuesFor(schema.element as z.ZodType).filter(saysSomething), { maxLength: 3 });
  }
  if (schema instanceof z.ZodEnum) return oneOf(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return fc.nat(9);
  if (schema instanceof z.ZodRecord) return fc.dictionary(oneOf('en', 'zh') as fc.Arbitrary<string>, text);
  return text;
}

/** A form has no row for an item without any value. The item is kept all the same. */
function saysSomething(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.values(value).some(saysSomething);
}

function objectsFor(shape: Readonly<Record<string, z.ZodType>>): fc.Arbitrary<object> {
  const fields = Object.entries(shape);
  const required = fields.filter(([, schema]) => unwrapped(schema) === schema).map(([name]) => name);
  const values = Object.fromEntries(fields.map(([name, schema]) => [name, valuesFor(unwrapped(schema))]));
  return fc.record(values, { requiredKeys: required, noNullPrototype: true });
}

describe.each(contentTypes().map((type) => [type.name, type] as const))(
  'The form that corrects a %s',
  (_name, type) => {
    const payloads = objectsFor(fieldsOf(type));

    test('changes nothing if nothing is changed in it', () => {
      fc.assert(
        fc.property(payloads, (data) => {
          const stated = { occurred: '2025-10~', data: data as Payload };
          const correction = new Correction(type, ID, stated);
          const { occurred, data: corrected } = sentWith(correction, correction.values);
          expect({ occurred, corrected }).toEqual({ occurred: undefined, corrected: data });
        }),
        { numRuns: ROUNDS },
      );
    });

    test('shows everything, so that it keeps nothing aside', () => {
      fc.assert(
        fc.property(payloads, (data) => {
          expect(new Correction(type, ID, { occurred: '2025', data: data as Payload }).kept).toEqual([]);
        }),
        { numRuns: ROUNDS },
      );
    });

    test('changes one field, and nothing else', () => {
      fc.assert(
        fc.property(payloads, fc.nat(), (data, choice) => {
          const correction = new Correction(type, ID, { occurred: '2025-10~', data: data as Payload });
          const filled = placedFields(correction.form.fields, correction.values).filter(
            ({ name, field }) =>
              field.kind !== 'rows' && correction.values.has(name) && name.startsWith('/data/data/'),
          );
          const changed = filled[choice % filled.length];
          if (changed === undefined) return;
          const { data: corrected } = sentWith(
            correction,
            new Map(correction.values).set(changed.name, 'changed'),
          );
          const pointers = fieldChanges(data, corrected).map(({ pointer }) => `/data/data${pointer}`);
          expect(pointers.length).toBeGreaterThan(0);
          for (const pointer of pointers) expect(`${pointer}/`).toContain(`${changed.name}/`);
        }),
        { numRuns: ROUNDS },
      );
    });

    test('corrects the date alone', () => {
      const data = type.data.parse(type.example.data) as Payload;
      const correction = new Correction(type, ID, { occurred: type.example.occurred, data });
      const sent = sentWith(correction, new Map(correction.values).set('/data/occurred', '2025-01'));
      expect(sent).toEqual({ data, occurred: '2025-01' });
    });
  },
);
