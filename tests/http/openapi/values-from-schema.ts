import fc from 'fast-check';
import type { OpenApiDocument } from '../../../src/http/openapi/openapi.ts';
import type { JsonSchema } from '../../../src/http/protocol/parameters.ts';

const ITEMS_MAX = 2;
const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    'null',
    'true',
    '*',
    '%',
    '%00',
    '../..',
    'PK',
    'Georgia',
    'China',
    'ß',
    '\u0000',
  ],
  ...[
    '2025-02-30',
    '0000',
    '9999-12-31',
    '../2025',
    '2025-10-13T07:00:00Z',
    '"7"',
    'W/"x"',
    '1.aaaaaaaa.bbbbbbbbbbbb',
  ],
  ...[
    '\ud800',
    '\u202e',
    '𝔘𝔫𝔦',
    "' OR 1=1 --",
    '<script>',
    '[]',
    '{}',
    '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01',
  ],
  ...['mou-ussm-fwo-2025', '__proto__', 'constructor', 'x'.repeat(3_000)],
];

/** Texts that no schema allows for, or only just. */
export const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string(), fc.string({ unit: 'binary' }));

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, [], {}, [[]], { a: { b: [] } }),
);

/** Makes values that a schema of the document allows, as far as it says; many are refused by further rules. */
export class SchemaValues {
  readonly #document: OpenApiDocument;
  /** Schema, as JSON → its values. An actor, for example, is in hundreds of places. */
  readonly #arbitraries = new Map<string, fc.Arbitrary<unknown>>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  of(schema: JsonSchema): fc.Arbitrary<unknown> {
    const key = JSON.stringify(schema);
    const arbitrary = this.#arbitraries.get(key) ?? this.#make(schema);
    this.#arbitraries.set(key, arbitrary);
    return arbitrary;
  }

  #make(schema: JsonSchema): fc.Arbitrary<unknown> {
    const { $ref, oneOf, anyOf, enum: values, const: only, examples } = schema as Keywords;
    if ($ref !== undefined) return this.of(this.#resolve($ref));
    const choices = oneOf ?? anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => this.of(choice)));
    if (only !== undefined) return fc.constant(only);
    if (values !== undefined) return fc.constantFrom(...values);
    const others = this.#ofType(schema as Keywords);
    return examples === undefined ? others : fc.oneof(fc.constantFrom(...examples), others);
  }

  #ofType(schema: Keywords): fc.Arbitrary<unknown> {
    switch (schema.type) {
      case 'object':
        return this.#object(schema);
      case 'array': {
        const minLength = schema.minItems ?? 0;
        return fc.array(this.of(schema.items ?? {}), {
          minLength,
          maxLength: Math.max(minLength, ITEMS_MAX),
        });
      }
      case 'string':
        return textOf(schema);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
      case 'boolean':
        return fc.boolean();
      default:
        return oddValue;
    }
  }

  #object({ properties = {}, required = [], additionalProperties }: Keywords): fc.Arbitrary<unknown> {
    const values = Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, this.of(each)]),
    );
    const object = fc.record(values, { requiredKeys: required.filter((name) => name in values) });
    if (typeof additionalProperties !== 'object') return object;
    const others = fc.dictionary(fc.string(), this.of(additionalProperties), { maxKeys: ITEMS_MAX });
    return fc.tuple(object, others).map(([known, more]) => ({ ...more, ...known }));
  }

  #resolve(reference: string): JsonSchema {
    return this.#document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {};
  }
}

interface Keywords extends JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

function textOf({ pattern, format }: Keywords): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc.oneof(
    fc.constantFrom('PK', 'China', 'USD', 'en', 'Dawn', 'Asia/Karachi'),
    fc.string({ minLength: 1 }),
  );
}

/** Changes values of the arbitrary in one or a few places, often so that no schema allows them any more. */
export function mutated(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({ place: fc.nat(), by: fc.option(oddValue, { nil: undefined }) });
  const changes = fc.oneof(fc.constant([]), fc.array(change, { maxLength: 3 }));
  return fc.tuple(values, changes).map(([value, changes]) => {
    return changes.reduce((current, { place, by }) => replaceAt(current, place, by), value);
  });
}

/** Replaces one of the values inside, the one with this number, or removes it if there is nothing to replace it by. */
function replaceAt(value: unknown, place: number, by: unknown): unknown {
  const copy = structuredClone(value);
  const holders = holdersIn(copy);
  const [holder, key] = holders[place % Math.max(holders.length, 1)] ?? [];
  if (holder === undefined || key === undefined) return by ?? copy;
  if (by === undefined) delete holder[key];
  else holder[key] = by;
  return copy;
}

type Holder = Record<string, unknown>;

function holdersIn(value: unknown): (readonly [Holder, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value as Holder, key] as const,
    ...holdersIn((value as Holder)[key]),
  ]);
}
