import { z } from 'zod';
import { ACTOR_KINDS, actor, attribution } from './actor.ts';
import { amount } from './amount.ts';
import {
  contentHash,
  country,
  date,
  dateNotes,
  instant,
  language,
  reference,
  stream,
  topic,
  url,
  zonedDateTime,
} from './field-schemas.ts';
import { goods } from './goods.ts';
import { place } from './place.ts';
import { quantity } from './quantity.ts';

/** What the values of a field are, for code that shows or checks payloads without knowing their type. */
export type FieldKind =
  | 'actor'
  | 'amount'
  | 'attribution'
  | 'content-hash'
  | 'country'
  | 'date'
  | 'date-note'
  | 'good'
  | 'index'
  | 'instant'
  | 'language'
  | 'place'
  | 'quantity'
  | 'question'
  | 'reference'
  | 'topic'
  | 'url'
  | 'zoned-date-time'
  | 'signatory'
  | 'commitment'
  | 'transcript'
  | 'speaker'
  | 'statement'
  | 'text';

/** Schemas derived from a registered one (by `.meta()`, `.check()`, `.min()`) keep its kind. */
const kinds = z.registry<{ kind: FieldKind }>();

/** Value code → label, for enumerations. */
const labels = z.registry<{ labels: Readonly<Record<string, string>> }>();

/** Registers the kind of a schema and returns the schema. */
export function ofKind<Schema extends z.ZodType>(kind: FieldKind, schema: Schema): Schema {
  kinds.add(schema, { kind });
  return schema;
}

/** An enumeration of the given codes, each with the label that pages show. */
export function labelled<const Labels extends Readonly<Record<string, string>>>(values: Labels) {
  type Code = keyof Labels & string;
  const schema = z.enum(Object.keys(values) as [Code, ...Code[]]);
  labels.add(schema, { labels: values });
  return schema;
}

/** The schema without the wrapper that makes a field optional. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}

ofKind('actor', actor);
ofKind('amount', amount);
ofKind('attribution', attribution);
ofKind('content-hash', contentHash);
ofKind('country', country);
ofKind('date', date);
ofKind('good', goods.element);
ofKind('instant', instant);
ofKind('language', language);
ofKind('place', place);
ofKind('quantity', quantity);
ofKind('reference', reference);
ofKind('reference', stream);
ofKind('topic', topic);
ofKind('url', url);
ofKind('zoned-date-time', zonedDateTime);
labels.add(actor.shape.kind, { labels: ACTOR_KINDS });
for (const note of Object.values(dateNotes)) ofKind('date-note', unwrapped(note));

/** Undefined for plain texts, numbers, lists and objects, and for enumerations. */
export function fieldKindOf(schema: z.ZodType): FieldKind | undefined {
  return kinds.get(unwrapped(schema))?.kind;
}

/** The labels of an enumeration made by `labelled`. */
export function labelsOf(schema: z.ZodType): Readonly<Record<string, string>> {
  return labels.get(unwrapped(schema))?.labels ?? {};
}

/** What pages call a field: its title, or the name given. */
export function fieldTitle(schema: z.ZodType | undefined, name: string): string {
  return (schema && unwrapped(schema).meta()?.title) ?? name;
}
