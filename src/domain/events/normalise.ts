import { z } from 'zod';
import { eraMismatch } from '../countries/countries.ts';
import { type AnyEventType, fieldsOf } from '../event-types/define-event-type.ts';
import { type FieldError, pointerOf } from '../fields/field-error.ts';
import { fieldKindOf, unwrapped } from '../fields/field-kind.ts';
import { sources } from '../fields/source.ts';
import { type DateSpan, parseDay, spansOverlap } from '../values/edtf.ts';

/** JSON pointer into the event → the text as sent, for each text that is recorded in another form. */
export type Verbatim = Readonly<Record<string, string>>;

export interface NormalisedPayload {
  readonly errors: readonly FieldError[];
  /** Undefined when everything is recorded as sent. */
  readonly verbatim: Verbatim | undefined;
}

/**
 * Compares what was sent with what the schemas made of it, and returns the texts that were replaced and the errors of
 * countries that did not exist within the span. Both values have the same shape, as no schema adds or drops a field.
 */
export function normalisePayload(
  type: AnyEventType,
  sent: unknown,
  recorded: unknown,
  span: DateSpan,
  at = '',
): NormalisedPayload {
  const errors: FieldError[] = [];
  let verbatim: Record<string, string> | undefined;
  const { countries } = traitsOf(type);
  forEachText(sent, recorded, [], (path, from, to) => {
    if (from !== to) {
      verbatim ??= {};
      verbatim[at + pointerOf(path)] = from;
    }
    if (!countries.has(fieldNameOf(path))) return;
    const detail = eraMismatch(to, span);
    if (detail !== undefined) {
      errors.push({ pointer: at + pointerOf(path), code: 'country-out-of-time', detail });
    }
  });
  return { errors, verbatim };
}

/** What the checks need to know of a type's fields. Finding it out walks the schema, so it is kept. */
interface FieldTraits {
  /** Names of the fields, nested ones included, that hold countries. */
  readonly countries: ReadonlySet<PropertyKey>;
  /** Names of the payload's fields that hold a local time with its zone. */
  readonly localTimes: readonly string[];
}

const traitsByType = new WeakMap<AnyEventType, FieldTraits>();

function traitsOf(type: AnyEventType): FieldTraits {
  const known = traitsByType.get(type);
  if (known !== undefined) return known;
  const countries = new Set<string>();
  collectCountryFields(sources, '', countries);
  collectCountryFields(type.data, '', countries);
  const fields = Object.entries(fieldsOf(type));
  const localTimes = fields
    .filter(([, schema]) => fieldKindOf(schema) === 'zoned-date-time')
    .map(([name]) => name);
  const traits = { countries, localTimes };
  traitsByType.set(type, traits);
  return traits;
}

function collectCountryFields(optional: z.ZodType, name: string, names: Set<string>): void {
  const schema = unwrapped(optional);
  if (fieldKindOf(schema) === 'country') names.add(name);
  else if (schema instanceof z.ZodArray) collectCountryFields(schema.element as z.ZodType, name, names);
  else if (schema instanceof z.ZodObject) {
    for (const [field, inner] of Object.entries(schema.shape)) collectCountryFields(inner, field, names);
  }
}

/** Returns the errors of local times in the payload whose day `occurred` does not allow. */
export function checkLocalDays(
  type: AnyEventType,
  data: unknown,
  span: DateSpan,
  at: string,
): readonly FieldError[] {
  return traitsOf(type).localTimes.flatMap((name) => {
    const { local } = ((data as Fields)[name] ?? {}) as { local?: string };
    const day = parseDay(local?.slice(0, 10) ?? '');
    if (day === undefined || spansOverlap(span, { earliest: day, latest: day })) return [];
    const detail = `The event is dated otherwise; occurred has to allow ${day}, the local day at its place.`;
    return [{ pointer: `${at}/${name}/local`, code: 'date-mismatch' as const, detail }];
  });
}

/** The name of the field that a path leads to, or of the list that it leads into. */
function fieldNameOf(path: readonly PropertyKey[]): PropertyKey {
  const last = path.at(-1) ?? '';
  return typeof last === 'number' ? (path.at(-2) ?? '') : last;
}

type Visit = (path: readonly PropertyKey[], sent: string, recorded: string) => void;

/**
 * Visits every text. `path` is reused between visits. The payload of a correction, which its schema passes through
 * unread, is the same object on both sides and is skipped.
 */
function forEachText(sent: unknown, recorded: unknown, path: PropertyKey[], visit: Visit): void {
  if (typeof recorded === 'string') {
    visit(path, sent as string, recorded);
    return;
  }
  if (typeof recorded !== 'object' || recorded === null || recorded === sent) return;
  if (Array.isArray(recorded)) {
    for (let index = 0; index < recorded.length; index++) {
      path.push(index);
      forEachText((sent as readonly unknown[])[index], recorded[index], path, visit);
      path.pop();
    }
    return;
  }
  for (const field of Object.keys(recorded)) {
    path.push(field);
    forEachText((sent as Fields)[field], (recorded as Fields)[field], path, visit);
    path.pop();
  }
}

type Fields = Readonly<Record<string, unknown>>;
