import { z } from 'zod';
import { type ContentEventType, fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { fieldKindOf, fieldTitle, labelsOf, unwrapped } from '../../domain/fields/field-kind.ts';
import { limits } from '../../domain/values/limits.ts';
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

/** The form for a type that has none of its own, made from the schema of its payload. */
export function defaultForm(type: ContentEventType): RecordForm {
  const { name, label, description, category } = type;
  const data = Object.entries(fieldsOf(type)).flatMap(([field, schema]) => fieldFor(schema, '/data', field));
  return {
    path: name.replace(/\B[A-Z]/g, '-$&').toLowerCase(),
    title: `Record: ${label}`,
    lead: description,
    type: name,
    fields: [
      dateGroup,
      { kind: 'group', legend: label, fields: [...data, recordField(`${category}-1`)] },
      sourceRows,
    ],
  };
}

/** Returns no field for what other fields of the form ask for, and for what is never accepted. */
function fieldFor(optional: z.ZodType, parent: string, name: string): readonly FormField[] {
  const schema = unwrapped(optional);
  const at = `${parent}/${name}`;
  const label = fieldTitle(schema, name);
  const need = schema === optional ? ('always' as const) : undefined;
  const description = schema.meta()?.description;
  const parts = { at, label, ...(need && { need }), ...(description !== undefined && { hint: description }) };
  switch (fieldKindOf(schema)) {
    case 'date-note':
    case 'refused':
      return [];
    case 'actor':
      return [{ kind: 'group', legend: label, fields: actorFields(at, need) }];
    case 'attribution':
      return [{ ...attributionRows, at, legend: label }];
    case 'country':
      return [countryField(at, label, need)];
    case 'language':
      return [{ ...languageField(at, need), label }];
    case 'place':
      return [{ kind: 'group', legend: label, fields: placeFields(at, need) }];
    default:
      return fieldByShape(schema, name, parts);
  }
}

type Parts = Pick<Input, 'at' | 'label' | 'hint' | 'need'>;

function fieldByShape(schema: z.ZodType, name: string, parts: Parts): readonly FormField[] {
  const { at, label } = parts;
  if (schema instanceof z.ZodEnum) {
    return [{ ...parts, kind: 'choice', options: optionsOf(schema.options as string[], labelsOf(schema)) }];
  }
  if (schema instanceof z.ZodBoolean) {
    const options = [['true', 'yes'] as const, ['false', 'no'] as const];
    return [{ ...parts, kind: 'choice', options, json: (value) => value === 'true' }];
  }
  if (schema instanceof z.ZodNumber) return [{ ...parts, kind: 'line', json: numberOf }];
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).flatMap(([inner, field]) => fieldFor(field, at, inner));
    return [{ kind: 'group', legend: label, fields }];
  }
  if (schema instanceof z.ZodArray) return listField(schema.element as z.ZodType, name, parts);
  const isLong = schema instanceof z.ZodString && (schema.maxLength ?? 0) > limits.lineCharsMax;
  return [{ ...parts, kind: isLong ? 'text' : 'line' }];
}

/** Texts share one line, with commas between them; anything else gets rows. */
function listField(element: z.ZodType, name: string, { at, label, hint, need }: Parts): readonly FormField[] {
  const parts = { at, ...(hint !== undefined && { hint }), ...(need && { need }) };
  if (!(element instanceof z.ZodObject)) {
    return [{ ...parts, kind: 'list', label, hint: hint ?? 'Separate them with commas.' }];
  }
  const fields =
    fieldKindOf(element) === 'actor'
      ? actorFields('', 'always')
      : Object.entries(element.shape).flatMap(([inner, field]) => fieldFor(field as z.ZodType, '', inner));
  return [{ ...parts, kind: 'rows', legend: label, one: singular(fieldTitle(element, name)), fields }];
}

function singular(plural: string): string {
  return plural.slice(0, 1).toUpperCase() + plural.slice(1).replace(/s$/, '');
}

function numberOf(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
