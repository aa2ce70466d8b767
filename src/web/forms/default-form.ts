import { z } from 'zod';
import { type ContentEventType, fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { fieldKindOf, fieldTitle, unwrapped } from '../../domain/fields/field-kind.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { limits } from '../../domain/values/limits.ts';
import { capitalize } from '../text/format-text.ts';
import type { FormField, Input, RecordForm } from './form-field.ts';
import {
  actorFields,
  attributionRows,
  countryField,
  dateGroup,
  languageField,
  optionsOf,
  placeFields,
  recordField,
  sourceRows,
} from './shared-fields.ts';

/** Makes the form of a type that has none of its own from the schema of its payload. */
export function defaultForm(type: ContentEventType): RecordForm {
  const { name, label, description, category } = type;
  const data = Object.entries(fieldsOf(type)).flatMap(([field, schema]) => fieldFor(schema, '/data', field));
  return {
    path: name.replace(/\B[A-Z]/g, '-$&').toLowerCase(),
    title: `Add an event: ${label}`,
    lead: description,
    type: name,
    fields: [
      dateGroup,
      { kind: 'group', legend: label, fields: [...data, recordField(`${category}-1`)] },
      sourceRows,
    ],
  };
}

/** Returns no field where another field of the form has the value, or where no value is accepted. */
function fieldFor(optional: z.ZodType, parent: string, name: string): readonly FormField[] {
  const schema = unwrapped(optional);
  const pointer = `${parent}/${name}`;
  const label = fieldTitle(schema, name);
  const required = schema === optional ? (true as const) : undefined;
  const description = schema.meta()?.description;
  const hint = description !== undefined && { hint: description };
  const parts = { pointer, label, ...(required && { required }), ...hint };
  switch (fieldKindOf(schema)) {
    case 'date-note':
      return [];
    case 'actor':
      return [{ kind: 'group', legend: label, fields: actorFields(pointer, required) }];
    case 'attribution':
      return [{ ...attributionRows, pointer, legend: label }];
    case 'country':
      return [countryField(pointer, label, required)];
    case 'language':
      return [{ ...languageField(pointer, required), label }];
    case 'place':
      return [{ kind: 'group', legend: label, fields: placeFields(pointer) }];
    default:
      return fieldByShape(schema, name, parts);
  }
}

type Parts = Pick<Input, 'pointer' | 'label' | 'hint' | 'required'>;

function fieldByShape(schema: z.ZodType, name: string, parts: Parts): readonly FormField[] {
  const { pointer, label } = parts;
  if (schema instanceof z.ZodEnum) {
    return [{ ...parts, kind: 'choice', options: optionsOf(schema) }];
  }
  if (schema instanceof z.ZodBoolean) {
    const options = [['true', 'yes'] as const, ['false', 'no'] as const];
    return [{ ...parts, kind: 'choice', options, toJson: (value) => value === 'true' }];
  }
  if (schema instanceof z.ZodRecord) {
    const hint = withHint(parts.hint, 'For example en: Rare earths; zh: 稀土');
    return [{ ...parts, kind: 'line', hint, toJson: toNames }];
  }
  if (schema instanceof z.ZodNumber) return [{ ...parts, kind: 'line', toJson: toNumber }];
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).flatMap(([inner, field]) => fieldFor(field, pointer, inner));
    return [{ kind: 'group', legend: label, fields }];
  }
  if (schema instanceof z.ZodArray) return listField(schema.element as z.ZodType, name, parts);
  const isLong = schema instanceof z.ZodString && (schema.maxLength ?? 0) > limits.lineCharsMax;
  return [{ ...parts, kind: isLong ? 'text' : 'line' }];
}

/** A list of objects gets rows; any other list is one line. */
function listField(element: z.ZodType, name: string, list: Parts): readonly FormField[] {
  const { pointer, label, hint, required } = list;
  const parts = { pointer, ...(hint !== undefined && { hint }), ...(required && { required }) };
  if (!(element instanceof z.ZodObject)) {
    return [{ ...parts, kind: 'list', label, hint: withHint(hint, 'Separated by commas') }];
  }
  const fields =
    fieldKindOf(element) === 'actor'
      ? actorFields('', true)
      : Object.entries(element.shape).flatMap(([inner, field]) => fieldFor(field as z.ZodType, '', inner));
  return [{ ...parts, kind: 'rows', legend: label, rowLabel: singular(fieldTitle(element, name)), fields }];
}

function withHint(description: string | undefined, format: string): string {
  return description === undefined ? format : `${description} ${format}`;
}

function singular(plural: string): string {
  return capitalize(plural.replace(/s$/, ''));
}

/**
 * Parses “en: Rare earths; zh: 稀土”. A text without a language gets an empty one, and a text that repeats a language
 * stays as it is, so that validation refuses them.
 */
function toNames(text: string): JsonValue {
  const pairs = text.split(/[;；](?=\s*[A-Za-z][\w-]*\s*[:：])/).map((pair) => {
    const [, tag = '', name = pair] = /^\s*([A-Za-z][\w-]*)\s*[:：]\s*(.*?)[\s;；]*$/s.exec(pair) ?? [];
    return [tag, name] as const;
  });
  const names = Object.fromEntries(pairs);
  return Object.keys(names).length < pairs.length ? text : names;
}

/** Other texts are left to validation. */
function toNumber(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
