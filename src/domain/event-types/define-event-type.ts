import type { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import type { Role } from '../fields/role.ts';
import type { Day } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';

/** Names of those through whom a claim came, in order. */
export type Attribution = readonly string[];

/** What events of a type say, for the timelines. Each takes the payload as it reads after its corrections. */
export interface EventSummary<Data, Details> {
  /** One line; `Details` is the payload laid over that of the record's opening when the type inherits. */
  headline(details: Details): string;
  /** Where the headline ends with somebody's own words: the words before them, and their language (BCP 47). */
  quote?(details: Details): { readonly before: string; readonly language: string } | undefined;
  /** A country may come several times, also in one role. */
  roles(data: Data): readonly (readonly [CountryCode, Role])[];
  topics(data: Data): readonly string[];
  speechActs?(data: Data): readonly string[];
  attribution?(data: Data): readonly Attribution[];
  /** Records of memoranda that this carries out; undefined when nothing is said about it. */
  implements?(data: Data): readonly string[] | undefined;
}

/** Brings a payload from one schema version to the next. */
export interface Upcast {
  /**
   * Pure. The payload was checked when it was recorded; in a history that is being restored it is checked only
   * afterwards, so what is not as expected is handed on as it is.
   */
  readonly payload: (older: JsonObject) => JsonObject;
  /** Fields that go elsewhere, by JSON pointer into the payload; what lies under a field goes with it. */
  readonly moved?: Readonly<Record<string, string>>;
}

interface EventTypeParts<Name extends string, Category extends string, Schema extends z.ZodType> {
  readonly name: Name;
  /** First part of the names of the streams that it is recorded on. */
  readonly category: Category;
  /** Of the payload; it grows by one when stored payloads need upcasting. */
  readonly schemaVersion: number;
  /** From version 1 to 2, from 2 to 3 and so on up to the present one; absent on a type that has one version only. */
  readonly upcasts?: readonly Upcast[];
  readonly data: Schema;
}

/** A type that says what happened. */
export interface ContentEventType<
  Name extends string = string,
  Category extends string = string,
  Schema extends z.ZodType = z.ZodType,
  Details = z.infer<Schema>,
> extends EventTypeParts<Name, Category, Schema> {
  /** True for a later step of a record, which takes over what it does not say itself from the record's first event. */
  readonly inherits: boolean;
  /** The day that the payload itself gives for the event; it has to be one that `occurred` allows. */
  startsOn?(data: z.infer<Schema>): Day | undefined;
  readonly summary: EventSummary<z.infer<Schema>, Details>;
}

/** A type that changes how other events of its record read. */
export type CurationEventType<
  Name extends string = string,
  Schema extends z.ZodType = z.ZodType,
> = EventTypeParts<Name, 'curation', Schema>;

/** What every type says, be it of what happened or of curation. */
export type AnyEventType = EventTypeParts<string, string, z.ZodType>;

/** Throws a RangeError when an upcast is missing, or one too many. */
export function defineEventType<
  const Name extends string,
  const Category extends string,
  Schema extends z.ZodType,
  Details extends z.infer<Schema>,
>(
  definition: ContentEventType<Name, Category, Schema, Details>,
): ContentEventType<Name, Category, Schema, Details> {
  return withEveryUpcast(definition);
}

/** Throws as `defineEventType` does. */
export function defineCurationType<const Name extends string, Schema extends z.ZodType>(
  definition: Omit<CurationEventType<Name, Schema>, 'category'>,
): CurationEventType<Name, Schema> {
  return withEveryUpcast({ ...definition, category: 'curation' });
}

function withEveryUpcast<Type extends AnyEventType>(type: Type): Type {
  const [needed, given] = [type.schemaVersion - 1, type.upcasts?.length ?? 0];
  if (needed === given) return type;
  throw new RangeError(
    `${type.name} needs ${needed} upcasts for its ${type.schemaVersion} versions, not ${given}`,
  );
}
