import { z } from 'zod';
import { type FieldKind, fieldKindOf, fieldTitle, unwrapped } from '../../domain/fields/field-kind.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { limits } from '../../domain/values/limits.ts';
import { enumerate } from '../../domain/values/text.ts';
import { capitalize, lowerFirst } from '../text/format-text.ts';
import { toBoolean, toNames, toNumber, toReference, toUtcInstant } from './field-values.ts';
import type { FormField, Input, Rows, SuggestionKind } from './form-field.ts';
import { optionsOf } from './options.ts';

/*
 * Derives the fields of a form from the schema of a payload. Every value of a payload has a field, but for unions and
 * values of any type.
 */

/** Names of fields, at any depth, that are shown at once although they are optional and have parts. */
export type ShownFields = ReadonlySet<string>;

interface Place {
  /** JSON pointer of the object that has the field. */
  readonly parent: string;
  /** Whether the object must be there. */
  readonly isRequired: boolean;
  readonly shown: ShownFields;
}

/** A field with its title, and whether it is shown only when it is asked for. */
export interface DerivedField {
  readonly title: string;
  readonly field: FormField;
  readonly isFolded: boolean;
}

/** Returns the fields of an object, in the order of its schema, without those whose values no form can show. */
export function deriveFields(
  shape: Readonly<Record<string, z.ZodType>>,
  place: Place,
): readonly DerivedField[] {
  return Object.entries(shape)
    .toSorted(keyLast)
    .flatMap(([name, schema]) => {
      const derived = fieldFor(schema, name, place);
      if (derived === undefined) return [];
      const isActorName = name === 'name' && 'identifiers' in shape && derived.kind === 'line';
      const field: FormField = isActorName ? { ...derived, suggests: 'actors' } : derived;
      const isFolded = isExtensive(field, schema) && unwrapped(schema) !== schema && !place.shown.has(name);
      return [{ title: titleOf(schema, name), field, isFolded }];
    });
}

/** A group of a few inputs takes no more room than they do. */
const SMALL_GROUP_MAX = 3;

function isExtensive(field: FormField, schema: z.ZodType): boolean {
  if (field.kind === 'rows' || unwrapped(schema) instanceof z.ZodRecord) return true;
  if (field.kind !== 'group') return false;
  return (
    field.fields.length > SMALL_GROUP_MAX ||
    field.fields.some(({ kind }) => kind === 'rows' || kind === 'group')
  );
}

type Entry = readonly [name: string, schema: unknown];

/** A form numbers the items of a list, so people rarely care for their keys. */
function keyLast([a]: Entry, [b]: Entry): number {
  return Number(a === 'key') - Number(b === 'key');
}

/** Returns the fields with those that are rarely needed in one group after the others. */
export function foldedFields(derived: readonly DerivedField[]): readonly FormField[] {
  const [shown, folded] = [false, true].map((isFolded) =>
    derived.filter((each) => each.isFolded === isFolded),
  ) as [DerivedField[], DerivedField[]];
  const fields = shown.map(({ field }) => field);
  if (folded.length === 0) return fields;
  const legend = capitalize(
    enumerate(
      folded.map(({ title }) => lowerFirst(title)),
      folded.length,
    ),
  );
  return [...fields, { kind: 'group', legend, isCollapsed: true, fields: folded.map(({ field }) => field) }];
}

function fieldFor(optional: z.ZodType, name: string, place: Place): FormField | undefined {
  const schema = unwrapped(optional);
  const isRequired = place.isRequired && schema === optional && name !== 'key';
  const pointer = `${place.parent}/${name}`;
  const parts = {
    pointer,
    label: titleOf(schema, name),
    ...(isRequired && { required: true as const }),
    ...hintOf(schema, name),
  };
  const kind = fieldKindOf(schema);
  // Notes on the date stand beside the date.
  if (kind === 'date-note') return undefined;
  const line = kind && LINES[kind];
  if (line !== undefined) return { ...parts, kind: 'line', ...line };
  if (schema instanceof z.ZodObject) {
    const fields = deriveFields(schema.shape, { ...place, parent: pointer, isRequired });
    return { kind: 'group', legend: parts.label, fields: foldedFields(fields) };
  }
  if (schema instanceof z.ZodArray) return listField(schema, parts, place.shown);
  return scalarField(schema, parts);
}

type Parts = Pick<Input, 'pointer' | 'label' | 'hint' | 'required'>;

function scalarField(schema: z.ZodType, parts: Parts): FormField | undefined {
  if (schema instanceof z.ZodEnum) return { ...parts, kind: 'choice', options: optionsOf(schema) };
  if (schema instanceof z.ZodBoolean) {
    return { ...parts, kind: 'choice', options: YES_OR_NO, toJson: toBoolean };
  }
  if (schema instanceof z.ZodNumber) return { ...parts, kind: 'line', toJson: toNumber };
  if (schema instanceof z.ZodRecord) return { ...parts, kind: 'line', toJson: toNames };
  if (!(schema instanceof z.ZodString)) return undefined;
  const { maxLength } = schema;
  if ((maxLength ?? 0) > limits.lineCharsMax) return { ...parts, kind: 'text' };
  return { ...parts, kind: 'line', ...(maxLength === limits.lineCharsMax && { isWide: true }) };
}

const YES_OR_NO = [['true', 'yes'] as const, ['false', 'no'] as const];

/** How a single value of a kind is typed. Other kinds are typed as their shape says. */
const LINES: Partial<
  Record<FieldKind, { suggests?: SuggestionKind; isDate?: true; toJson?: (text: string) => JsonValue }>
> = {
  'content-hash': {},
  country: { suggests: 'countries' },
  date: { isDate: true },
  instant: { toJson: toUtcInstant },
  language: {},
  reference: { suggests: 'records', toJson: toReference },
  topic: { suggests: 'topics' },
  url: {},
};

/** Kinds whose texts have no commas, or can do without. */
const COMMA_SEPARATED: readonly (FieldKind | undefined)[] = ['country', 'language', 'reference', 'topic'];

function listField(schema: z.ZodArray, parts: Parts, shown: ShownFields): FormField | undefined {
  const element = schema.element as z.ZodType;
  if (element instanceof z.ZodObject) return rowsField(schema, element, parts, shown);
  const kind = fieldKindOf(element);
  const isText = element instanceof z.ZodString || element instanceof z.ZodEnum || kind !== undefined;
  if (!isText) return undefined;
  const separator = COMMA_SEPARATED.includes(kind) || element instanceof z.ZodEnum ? 'comma' : 'line';
  const advice = separator === 'comma' ? 'Separated by commas.' : 'One on each line.';
  const none = parts.hint?.includes(EMPTY_LIST) ? '“none” if that is stated.' : undefined;
  const hint = [parts.hint?.replace(EMPTY_LIST_MEANING, ''), advice, none].filter(Boolean).join(' ');
  const suggests = kind && LINES[kind]?.suggests;
  return { ...parts, kind: 'list', separator, hint, ...(suggests && { suggests }) };
}

/** What descriptions say of an empty list, for which forms have a word. */
const EMPTY_LIST = 'An empty list:';
const EMPTY_LIST_MEANING = / ?An empty list:[^.]*\./;

function rowsField(schema: z.ZodArray, element: z.ZodObject, parts: Parts, shown: ShownFields): Rows {
  const { pointer, label, hint, required } = parts;
  const fields = deriveFields(element.shape, { parent: '', isRequired: true, shown });
  return {
    kind: 'rows',
    pointer,
    legend: label,
    rowLabel: rowLabelOf(schema, element, label),
    ...(hint !== undefined && { hint }),
    ...(required && { required }),
    ...('key' in element.shape && { isKeyed: true as const }),
    fields: foldedFields(fields),
  };
}

const ROW_LABELS: Partial<Record<FieldKind, string>> = {
  actor: 'Name',
  good: 'Item',
  signatory: 'Signatory',
  text: 'Text',
};

/** “Parties” has “Party 1”. Of a list called “Witnessed by”, each row is named after its kind. */
function rowLabelOf(schema: z.ZodArray, element: z.ZodObject, legend: string): string {
  if (fieldKindOf(schema) === 'attribution') return 'Link';
  const kind = fieldKindOf(element);
  if (kind !== undefined && kind !== 'actor' && kind in ROW_LABELS) return ROW_LABELS[kind] ?? '';
  if (/^\w+s$/.test(legend)) return legend.replace(/ies$/, 'y').replace(/s$/, '');
  return (kind && ROW_LABELS[kind]) ?? 'Item';
}

/** What forms call fields without a title. Others are called by their names. */
const TITLES: Readonly<Record<string, string>> = {
  contentHash: 'Hash of the document',
  hsCode: 'HS code',
  hsEdition: 'Edition of the HS code',
  imo: 'IMO number',
  lei: 'LEI',
  local: 'Local date and time',
  locode: 'UN/LOCODE',
  names: 'Names in other languages',
  publishedOn: 'Published on',
  qualifier: 'Precision',
  retrievedAt: 'Retrieved at',
  ror: 'ROR id',
  url: 'URL',
  wikidata: 'Wikidata item',
  zone: 'Time zone',
};

function titleOf(schema: z.ZodType, name: string): string {
  return capitalize(fieldTitle(schema, TITLES[name] ?? name));
}

const HINTS: Partial<Record<FieldKind, string>> = {
  instant: 'In UTC, such as 2025-10-13 07:00.',
  attribution: 'In order: who said it, who relayed it, and the outlet that reported it.',
  country: 'A name, in any language, or a code.',
  date: 'Such as 14 October 2025, October 2025 or 2025-10~.',
  language: 'A language tag, such as en, ur or zh-Hans.',
  reference: 'The name of a record, or the id or URL of an event.',
  url: 'In full, with https://.',
};

/** What a description says of the format, for those who write JSON. */
const SAID_BY_HINT = /,? ?EDTF\.$|^The name of a record or the id of an event\.$/;

const WORDS_OF_FORMS: Readonly<Record<string, string>> = { Absent: 'Empty', absent: 'empty', True: 'Yes' };
const WORDS_OF_JSON = /\b[Aa]bsent\b|^True\b/g;

function hintOf(schema: z.ZodType, name: string): { readonly hint?: string } {
  const kind = fieldKindOf(schema);
  const described = schema.meta()?.description;
  const description = described
    ?.replace(SAID_BY_HINT, '')
    .replace(WORDS_OF_JSON, (word) => WORDS_OF_FORMS[word] ?? word);
  const element = schema instanceof z.ZodArray ? fieldKindOf(schema.element as z.ZodType) : undefined;
  const format =
    (kind && HINTS[kind]) ??
    (element && HINTS[element]) ??
    (name === 'key' ? 'Numbered if empty.' : undefined);
  const names = schema instanceof z.ZodRecord ? 'For example en: Rare earths; zh: 稀土.' : undefined;
  const hints = [description && sentence(description.replaceAll('`', '')), format ?? names].filter(Boolean);
  return hints.length === 0 ? {} : { hint: hints.join(' ') };
}

function sentence(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`;
}
