import { z } from 'zod';
import { type CountryCode, isCountryCode } from '../countries/countries.ts';
import type { Actor } from '../fields/actor.ts';
import { ROLES, type Role } from '../fields/role.ts';
import type { Source } from '../fields/source.ts';
import { type DateSpan, parseEdtf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';
import type { Statement } from './statement.ts';

/** The names of those who relayed a claim, from the speaker to the outlet that was read. */
export type Attribution = readonly string[];

/** A country and what it has to do with an event. */
export type CountryRole = readonly [CountryCode, Role];

/** Brings a payload from one version of its type to the next. */
export interface Upcast {
  /**
   * A pure function. Recorded payloads passed the checks of their time; imported ones are checked only after this, so a
   * payload of another shape than expected must be returned as it is. So must one of the next version: a client may
   * send either.
   */
  readonly payload: (older: JsonObject) => JsonObject;
  /** Old → new JSON pointer into the payload, for fields that moved. Nested fields move along. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** Something that was accepted but deserves a second look. */
export interface Warning {
  /** A stable slug, such as `arrival-without-dispatch`. */
  readonly code: string;
  readonly detail: string;
  /** RFC 6901 pointer into the event; absent when the warning concerns the event as a whole. */
  readonly pointer?: string;
}

/** An event about to be appended, and the record that it goes onto. */
export interface Step<Data> {
  readonly data: Data;
  /** True for the first event of the record. */
  readonly isFirst: boolean;
  /** Whether the record has an event of this type that was not retracted. */
  has(type: string): boolean;
  /** The date of the record's first event of this type that was not retracted. */
  dateOf(type: string): DateSpan | undefined;
}

/** Where in the life of its record an event belongs. Two that cannot both be true are found by it. */
export interface Chronology<Data> {
  /** Events of a record with a lower number happen before it. */
  readonly order: number;
  /** True if two events of the type say when the same happened. Absent: it may happen any number of times. */
  isSame?(a: Data, b: Data): boolean;
  /** EDTF date on which it happened; the date of the event by default. */
  dateOf?(data: Data): string;
  /** Types of events that are not true of a record for which this one is. */
  readonly excludes?: readonly string[];
}

interface EventTypeBase<Name extends string, Category extends string, Schema extends z.ZodType> {
  /** Past tense, in Pascal case: `MouSigned`. */
  readonly name: Name;
  /** The first part of the stream names that the type is recorded on: `mou` of `mou-ussm-fwo-2025`. */
  readonly category: Category;
  /** What pages call an event of this type: “Signing”. */
  readonly label: string;
  /** One or two sentences for the documentation. */
  readonly description: string;
  /** Version of the payload, from 1. It grows by one whenever stored payloads need an upcast. */
  readonly version: number;
  /** One for each version but the first, in order. */
  readonly upcasts?: readonly Upcast[];
  /** The payload: a `z.strictObject` whose fields carry `.meta({ title, description })`. */
  readonly data: Schema;
  /** True if clients cannot send events of the type, as the server records them. */
  readonly isServerRecorded?: boolean;
  /** An event that is accepted, for the documentation and for test builders. */
  readonly example: Example<Schema>;
}

export interface Example<Schema extends z.ZodType> {
  /** EDTF. */
  readonly occurred: string;
  readonly data: z.input<Schema>;
}

/** A type of event that says what happened. All functions are pure and get payloads that passed `data`. */
export interface ContentEventType<
  Name extends string = string,
  Category extends string = string,
  Schema extends z.ZodType = z.ZodType,
  Details = z.infer<Schema>,
> extends EventTypeBase<Name, Category, Schema> {
  /** The lane of the chart on timeline pages: “Agreements”. Lanes appear in the order of the registry. */
  readonly lane: string;
  /** True for a later step of a record: fields that it leaves out are taken from the record's first event. */
  readonly inherits?: boolean;
  /** Fields that are not taken from the first event, such as the reason of a step. */
  readonly ownFields?: readonly string[];
  /** The roles that the countries of the first event keep; all by default. */
  readonly inheritedRoles?: readonly Role[];
  /**
   * One line. `details` is the payload, over that of the record's first event if the type inherits. `forSome` is what
   * `isPartial` returned.
   */
  headline(details: Details, forSome: boolean): string;
  /** If the headline ends with a quotation: the text before it and its language (BCP 47). */
  quote?(details: Details): { readonly before: string; readonly language: string } | undefined;
  /** The countries on whose timelines the event appears. One country may be listed several times. */
  countries(data: z.infer<Schema>): readonly CountryRole[];
  /**
   * True if a later step concerns only those whom it names, such as one party of many. Then it is not on the timelines
   * of the other countries of the record's first event, whose payload is `opening`.
   */
  isPartial?(data: z.infer<Schema>, opening: unknown): boolean;
  /** Defaults to the payload's `topics`. */
  topics?(data: z.infer<Schema>): readonly string[];
  /** The statements that the event consists of, each an entry of the ledger of statements. */
  statements?(data: z.infer<Schema>): readonly Statement[];
  /** Who issued the event's statements. */
  issuer?(data: z.infer<Schema>): Actor;
  /** The agreements that the event carries out; undefined when the payload does not say. */
  implements?(data: z.infer<Schema>): readonly string[] | undefined;
  /** Other events and records that the payload names, besides those that it implements. */
  references?(data: z.infer<Schema>): readonly Reference[];
  warnings?(step: Step<z.infer<Schema>>): readonly Warning[];
  /** Absent: events of the type are never compared with others of their record. */
  readonly chronology?: Chronology<z.infer<Schema>>;
}

/** A type of event that changes how other events of its record read. */
export interface CurationEventType<Name extends string = string, Schema extends z.ZodType = z.ZodType>
  extends EventTypeBase<Name, 'curation', Schema> {
  /** The id of the event or link of its record that it changes, or for a new link the end in its own record. */
  target(data: z.infer<Schema>): string;
  /** Events and records of the whole log that the payload names, with JSON pointers into the payload. */
  references?(data: z.infer<Schema>): readonly Reference[];
  /** True if `data` of the payload is a payload of the target's type, in the version `correctedSchemaVersion`. */
  readonly carriesPayload?: boolean;
}

/** The id of an event or the name of a record, and where a payload mentions it. */
export interface Reference {
  readonly to: string;
  readonly pointer: string;
}

/** Any type of event. */
export type AnyEventType = EventTypeBase<string, string, z.ZodType>;

/** The sources of examples and of events made by test builders. */
export const exampleSources: readonly Source[] = [{ outlet: 'Dawn', url: 'https://www.dawn.com/news/1' }];

/**
 * Declares a type of event. Pages, forms, test builders, JSON Schema and documentation are derived from it.
 *
 * @throws RangeError when a part of the definition is missing or wrong; the message names it.
 */
export function defineEventType<
  const Name extends string,
  const Category extends string,
  Schema extends z.ZodType,
  Details extends z.infer<Schema>,
>(
  definition: ContentEventType<Name, Category, Schema, Details>,
): ContentEventType<Name, Category, Schema, Details> {
  requireWellDefined(definition as unknown as ContentEventType);
  return definition;
}

/** Declares one of the types that the fold of a record knows how to apply. Throws as `defineEventType` does. */
export function defineCurationType<const Name extends string, Schema extends z.ZodType>(
  definition: Omit<CurationEventType<Name, Schema>, 'category'>,
): CurationEventType<Name, Schema> {
  const type = { ...definition, category: 'curation' } as const;
  requireWellFormed(type);
  return type;
}

/**
 * Checks a definition that no compiler has seen, its functions by running them on the example.
 *
 * @throws RangeError
 */
export function requireWellDefined(type: ContentEventType): void {
  requireWellFormed(type);
  const refuse = refusalFor(type);
  if (typeof type.lane !== 'string' || type.lane === '') refuse('needs a lane, such as "Agreements"');
  if (typeof type.headline !== 'function')
    refuse('needs headline(details), a function that returns one line');
  if (typeof type.countries !== 'function') {
    refuse('needs countries(data), a function that returns pairs of a country code and a role');
  }
  const data = exampleData(type);
  if (typeof type.headline(data, false) !== 'string') refuse('needs a headline(details) that returns a text');
  const countries: unknown = type.countries(data);
  if (!Array.isArray(countries) || !countries.every(isCountryRole)) {
    refuse('needs countries(data) to return pairs such as ["PK", "host"]');
  }
}

function requireWellFormed(type: AnyEventType): void {
  const refuse = refusalFor(type);
  if (typeof type.name !== 'string' || !/^[A-Z][A-Za-z0-9]*$/.test(type.name)) {
    refuse('needs a name in Pascal case, such as VisaIssued');
  }
  if (typeof type.category !== 'string' || !/^[a-z]+$/.test(type.category)) {
    refuse('needs a category of lower-case letters, such as "visa"');
  }
  for (const text of ['label', 'description'] as const) {
    if (typeof type[text] !== 'string' || type[text] === '') refuse(`needs a ${text}`);
  }
  if (!Number.isSafeInteger(type.version) || type.version < 1)
    refuse('needs a version, a whole number from 1');
  const [needed, given] = [type.version - 1, type.upcasts?.length ?? 0];
  if (needed !== given) refuse(`needs ${needed} upcasts for its ${type.version} versions, not ${given}`);
  if (!isStrictObject(type.data)) refuse('needs data, a z.strictObject');
  exampleData(type);
}

function refusalFor({ name }: AnyEventType): (problem: string) => void {
  return (problem) => {
    throw new RangeError(
      `Event type ${typeof name === 'string' && name !== '' ? name : '(unnamed)'} ${problem}`,
    );
  };
}

/** The fields of the payload, which the pages, forms and documentation are made from. */
export function fieldsOf({ data }: Pick<AnyEventType, 'data'>): Readonly<Record<string, z.ZodType>> {
  return (data as z.ZodObject).shape as Readonly<Record<string, z.ZodType>>;
}

function isStrictObject(schema: unknown): boolean {
  return schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodNever;
}

/** The payload of the example as it would be recorded. */
function exampleData(type: AnyEventType): unknown {
  const refuse = refusalFor(type);
  if (parseEdtf(String(type.example?.occurred)).outcome === 'refused') {
    refuse('needs an example whose occurred is an EDTF date, such as "2025-09-08"');
  }
  const parsed = type.data.safeParse(type.example.data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`has an example that its data refuses, at /${issue?.path.join('/')}: ${issue?.message}`);
}

function isCountryRole(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && isCountryCode(pair[0]) && ROLES.includes(pair[1]);
}
