import { z } from 'zod';
import { type AnyEventType, fieldsOf } from '../event-types/define-event-type.ts';
import {
  SPEECH_ACTS,
  type Statement,
  speechActOf,
  statement as statementSchema,
} from '../event-types/statement.ts';
import { type Actor, areNamedAlike, normalizedNames } from '../fields/actor.ts';
import { type FieldKind, fieldKindOf, unwrapped } from '../fields/field-kind.ts';
import type { Source } from '../fields/source.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import { normalizeName } from '../values/text.ts';
import { typeOf } from './inheritance.ts';
import type { RecordVersion } from './record-version.ts';
import { issuerOf, statementsOf } from './statements.ts';

/* What an event is found by, although its entry may not show it. */

/** Adds every text of a value. */
type Reader = (value: unknown, texts: Set<string>) => void;

type Shape = Readonly<Record<string, z.ZodType>>;

/** Kinds of fields that are no text: codes, dates, numbers and addresses. */
const NOT_SEARCHED: ReadonlySet<FieldKind | undefined> = new Set<FieldKind>([
  'amount',
  'content-hash',
  'country',
  'date',
  'instant',
  'language',
  'quantity',
  'reference',
  'url',
  'zoned-date-time',
]);

/**
 * Returns the distinct texts of the payload in all languages, the outlets and titles of the sources, and the speech
 * acts. Texts of other events of the record are not among them: their corrections would change an entry that looks the
 * same.
 */
export function searchableTextsOf(version: RecordVersion): readonly string[] {
  const texts = new Set<string>();
  payloadReader(typeOf(version))(version.data, texts);
  addSources(version.sources, texts);
  for (const said of statementsOf(version)) addSpeechAct(said, texts);
  return [...texts];
}

/** The same of one statement, with the names of who issued it. */
export function searchableTextsIn(version: RecordVersion, statement: Statement): readonly string[] {
  const texts = new Set<string>();
  readStatement(statement, texts);
  const issuer = issuerOf(version);
  if (issuer !== undefined) addNames(issuer, texts);
  addSources(version.sources, texts);
  addSpeechAct(statement, texts);
  return [...texts];
}

/** Returns the names of the outlets of the sources, in the form that `normalizeName` returns. */
export function outletsOf({ sources }: RecordVersion): readonly string[] {
  return [...new Set(sources.map(({ outlet }) => normalizeName(outlet)))];
}

/**
 * Returns the names of those who relayed the statements, in the same form: whoever stands in a chain of attribution
 * behind the speaker, outlets included.
 *
 * @param statements those of the event, or one of them
 */
export function relaysOf(version: RecordVersion, statements = statementsOf(version)): readonly string[] {
  const relays: Actor[] = [];
  for (const { speaker, attribution = [] } of statements) {
    for (const link of attribution) if (!areNamedAlike(link, speaker)) relays.push(link);
  }
  for (const { attribution = [] } of version.sources) relays.push(...attribution.slice(1));
  return [...new Set(relays.flatMap(normalizedNames))];
}

/** A name as it is written, and what its actor is mainly called there. */
export interface WrittenName {
  readonly name: string;
  readonly mainName: string;
}

/** Returns the names of speakers, issuers and relays, each by the form that `normalizeName` returns. */
export function writtenNames(version: RecordVersion): ReadonlyMap<string, WrittenName> {
  const issuer = issuerOf(version);
  const actors = [
    ...statementsOf(version).flatMap(({ speaker, attribution = [] }) => [speaker, ...attribution]),
    ...version.sources.flatMap(({ attribution = [] }) => attribution),
    ...(issuer === undefined ? [] : [issuer]),
  ];
  const others = actors.flatMap(({ name: mainName, names = {} }) =>
    Object.values(names).map((name) => ({ name, mainName })),
  );
  const main = actors.map(({ name }) => ({ name, mainName: name }));
  return byNormalizedName([...others, ...main]);
}

/** The same of the outlets, which have no other names. */
export function writtenOutlets({ sources }: RecordVersion): ReadonlyMap<string, WrittenName> {
  return byNormalizedName(sources.map(({ outlet }) => ({ name: outlet, mainName: outlet })));
}

function byNormalizedName(names: readonly WrittenName[]): ReadonlyMap<string, WrittenName> {
  return new Map(names.map((written) => [normalizeName(written.name), written]));
}

function addSources(sources: readonly Source[], texts: Set<string>): void {
  for (const { outlet, title, attribution = [] } of sources) {
    texts.add(outlet);
    if (title !== undefined) texts.add(title);
    for (const link of attribution) addNames(link, texts);
  }
}

/** Adds the label and the key, `denies` and `deny`. Most statements only state, which tells none from the others. */
function addSpeechAct(statement: Statement, texts: Set<string>): void {
  const act = speechActOf(statement);
  if (act !== 'state') texts.add(SPEECH_ACTS[act]).add(act);
}

function addNames({ name, names = {} }: Actor, texts: Set<string>): void {
  for (const each of [name, ...Object.values(names)]) texts.add(each);
}

const payloadReader = memoizeBy((type: AnyEventType): Reader => objectReader(fieldsOf(type)));
const readStatement = objectReader(statementSchema.shape);

/** Returns undefined for a schema that has no texts. */
function readerOf(optional: z.ZodType): Reader | undefined {
  const schema = unwrapped(optional);
  if (NOT_SEARCHED.has(fieldKindOf(schema))) return undefined;
  if (schema instanceof z.ZodString) return addText;
  if (schema instanceof z.ZodArray) return itemsReader(readerOf(schema.element as z.ZodType));
  if (schema instanceof z.ZodRecord) return itemsReader(readerOf(schema.valueType as z.ZodType));
  if (schema instanceof z.ZodObject) return objectReader(schema.shape);
  if (!(schema instanceof z.ZodUnion)) return undefined;
  return allOf(schema.options.map((option) => readerOf(option as z.ZodType)));
}

function addText(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value);
}

function itemsReader(item: Reader | undefined): Reader | undefined {
  if (item === undefined) return undefined;
  return (items, texts) => {
    if (typeof items !== 'object' || items === null) return;
    for (const each of Object.values(items)) item(each, texts);
  };
}

/** Leaves out keys, which only tell the items of a list apart. */
function objectReader(shape: Shape): Reader {
  const readers = Object.entries(shape).flatMap(([field, schema]) => {
    const read = field === 'key' ? undefined : readerOf(schema);
    return read === undefined ? [] : [[field, read] as const];
  });
  return (value, texts) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [field, read] of readers) read((value as Readonly<Record<string, unknown>>)[field], texts);
  };
}

function allOf(readers: readonly (Reader | undefined)[]): Reader {
  return (value, texts) => {
    for (const read of readers) read?.(value, texts);
  };
}
