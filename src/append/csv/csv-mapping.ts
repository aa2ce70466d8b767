import { z } from 'zod';
import { isCountryCode } from '../../domain/countries/countries.ts';
import { eventCorrected } from '../../domain/event-types/correction.ts';
import { findEventType } from '../../domain/event-types/registry.ts';
import { type FieldError, fieldErrorsOf, issue } from '../../domain/fields/field-error.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { parseJsonStrictly } from '../json/strict-json.ts';
import { compileDateFormat } from './cell-date.ts';
import { ENCODINGS } from './decode.ts';

const EVENTS_PER_ROW_MAX = 20;
const FIELDS_MAX = 200;
const COLUMNS_MAX = 1_000;

const column = z.string().min(1);

/** A JSON pointer (RFC 6901) to a part of the event that a client sets, other than what the mapping makes itself. */
const pointer = z.string().check((field) => {
  const isPointer =
    /^\/(occurred$|(data|sources)\/.)/.test(field.value) && !/~(?![01])|__proto__/.test(field.value);
  if (isPointer) return;
  const detail = 'Expected a JSON pointer: /occurred, or one that begins with /data/ or /sources/.';
  field.issues.push(issue(field.value, 'unknown-field', detail));
});

const ofColumn = z.strictObject({
  column,
  as: z.enum(['text', 'date', 'number', 'countries']).default('text'),
  /** Between the items of a list. */
  split: z.string().min(1).exactOptional(),
  /** What an item becomes; `{}` in a text stands for the item. */
  each: z.json().exactOptional(),
  /** Cells, or items, that become other values. */
  values: z.record(z.string(), z.json()).exactOptional(),
});

const field = z.union(
  [
    column,
    ofColumn,
    z.strictObject({ text: z.string().min(1) }),
    z.strictObject({ value: z.json(), when: column.exactOptional() }),
  ],
  {
    error: () =>
      'Expected the name of a column, or an object with column (as, split, each, values), text, or value (when).',
  },
);

const dateFormat = z.string().check((format) => {
  if (compileDateFormat(format.value) !== undefined) return;
  const detail = 'Expected a format such as DD/MM/YYYY, made of YYYY, MM, M, MMM, MMMM, DD and D.';
  format.issues.push(issue(format.value, 'unknown-value', detail));
});

const fieldMap = z.record(pointer, field).check((map) => {
  if (Object.keys(map.value).length <= FIELDS_MAX) return;
  map.issues.push(issue(map.value, 'too-many', `At most ${FIELDS_MAX} fields are allowed.`));
});

const eventMapping = z.strictObject({
  type: z.string().check((type) => {
    if (findEventType(type.value) !== undefined) return;
    type.issues.push(issue(type.value, 'unknown-type', `There is no event type ${type.value.slice(0, 60)}.`));
  }),
  /** Tells events of one type in one row apart. */
  name: column.exactOptional(),
  /** A column without which the row has no such event. */
  when: column.exactOptional(),
  fields: fieldMap.default({}),
});

const countryCode = z.string().check((code) => {
  if (isCountryCode(code.value)) return;
  code.issues.push(issue(code.value, 'unknown-country', 'Expected the code of a country, such as GE.'));
});

const { shape: correction } = eventCorrected.data;

const csvMapping = z
  .strictObject({
    dataSet: z
      .string()
      .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'Expected a name such as investment-treaties.')
      .max(60),
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/u, 'Expected one character.')
      .default(','),
    quotes: z.boolean().default(true),
    encoding: z.enum(ENCODINGS).default('utf-8'),
    /** The columns of a file without a header. */
    columns: z.array(z.string()).min(1).max(COLUMNS_MAX).exactOptional(),
    key: z.array(column).min(1).max(20),
    /** Makes the name of the record; `{column}` stands for a cell. */
    stream: z.string().min(1).exactOptional(),
    dates: z
      .union([dateFormat.transform((format) => [format]), z.array(dateFormat).min(1).max(10)])
      .exactOptional(),
    aliases: z.record(z.string(), countryCode).default({}),
    /** Of every event. */
    fields: fieldMap.default({}),
    events: z.array(eventMapping).min(1).max(EVENTS_PER_ROW_MAX),
    /** Of the corrections that a later edition makes. */
    correction: z
      .strictObject({
        reason: correction.reason.exactOptional(),
        kind: correction.kind,
        occurred: correction.occurred,
      })
      .default({}),
  })
  .check(({ value, issues }) => {
    const names = value.events.map(nameOf);
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      const detail = 'An earlier event has this name. Give each event of one type a name of its own.';
      issues.push(issue(name, 'duplicate-key', detail, ['events', index, 'name']));
    });
    value.events.forEach(({ fields }, index) => {
      const pointers = Object.keys({ ...value.fields, ...fields });
      const inner = pointers.find((each) => pointers.some((outer) => each.startsWith(`${outer}/`)));
      if (inner === undefined) return;
      const detail = `${inner} is a part of a field that is mapped as a whole.`;
      issues.push(issue(inner, 'unknown-field', detail, ['events', index, 'fields']));
    });
  });

/** How the rows of a CSV file become events. */
export type CsvMapping = z.infer<typeof csvMapping>;
export type MappedField = z.infer<typeof field>;
export type EventMapping = CsvMapping['events'][number];

export type MappingOutcome =
  | { readonly outcome: 'parsed'; readonly mapping: CsvMapping }
  | { readonly outcome: 'refused'; readonly errors: readonly MappingError[] };

/** `pointer` is into the mapping. */
export interface MappingError extends Pick<FieldError, 'pointer' | 'detail'> {
  readonly code: string;
}

/** Parses a mapping file. Its columns are compared with those of the file when that is read. */
export function parseMapping(bytes: Uint8Array): MappingOutcome {
  const json = parseJsonStrictly(bytes);
  if (json.outcome === 'refused') {
    const { code, detail, line, column, pointer = '' } = json.error;
    return { outcome: 'refused', errors: [{ pointer, code, detail: `${line}:${column}: ${detail}` }] };
  }
  const parsed = csvMapping.safeParse(json.value);
  if (parsed.success) return { outcome: 'parsed', mapping: parsed.data };
  return { outcome: 'refused', errors: fieldErrorsOf(parsed.error.issues, json.value) };
}

export function nameOf({ name, type }: Pick<EventMapping, 'name' | 'type'>): string {
  return name ?? type;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Returns the columns of a template, such as `URL` of `https://example.org{URL}`. */
export function columnsOfTemplate(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, column = '']) => column);
}

export function fillTemplate(template: string, cellOf: (column: string) => string): string {
  return template.replace(PLACEHOLDER, (_placeholder, column: string) => cellOf(column));
}

/** Puts the item into the texts of a value, at `{}`. */
export function fillItem(value: JsonValue, item: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll('{}', () => item);
  if (Array.isArray(value)) return value.map((each: JsonValue) => fillItem(each, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillItem(each, item)]));
}

/** Returns every column that the mapping names, with the place in the mapping. */
export function mappedColumns(
  mapping: CsvMapping,
): readonly { readonly column: string; readonly at: string }[] {
  const { key, stream, fields, events } = mapping;
  const at = (place: string) => (column: string) => ({ column, at: place });
  return [
    ...key.map((column, index) => ({ column, at: `/key/${index}` })),
    ...columnsOfTemplate(stream ?? '').map(at('/stream')),
    ...columnsOfFields(fields, '/fields'),
    ...events.flatMap((event, index) => [
      ...(event.when === undefined ? [] : [{ column: event.when, at: `/events/${index}/when` }]),
      ...columnsOfFields(event.fields, `/events/${index}/fields`),
    ]),
  ];
}

function columnsOfFields(fields: CsvMapping['fields'], at: string) {
  return Object.entries(fields).flatMap(([pointer, field]) => {
    const place = `${at}/${pointer.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return columnsOfField(field).map((column) => ({ column, at: place }));
  });
}

export function columnsOfField(field: MappedField): readonly string[] {
  if (typeof field === 'string') return [field];
  if ('column' in field) return [field.column];
  if ('text' in field) return columnsOfTemplate(field.text);
  return field.when === undefined ? [] : [field.when];
}
