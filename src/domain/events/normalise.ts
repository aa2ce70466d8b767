import type { z } from 'zod';
import { isReusedCode } from '../countries/countries.ts';
import { eraMismatch, resolveReusedCode } from '../countries/eras.ts';
import { type AnyEventType, fieldsOf } from '../event-types/define-event-type.ts';
import { type FieldError, pointerOf } from '../fields/field-error.ts';
import { fieldKindOf } from '../fields/field-kind.ts';
import { sources } from '../fields/source.ts';
import { type DateSpan, parseDay, spansOverlap } from '../values/edtf.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import { type CountryValue, forEachCountry } from './country-fields.ts';

/** JSON pointer into the event → the text as sent, for each text that is recorded in another form. */
export type Verbatim = Readonly<Record<string, string>>;

export interface NormalisedPayload {
  readonly errors: readonly FieldError[];
  /** Undefined when everything is recorded as sent. */
  readonly verbatim: Verbatim | undefined;
}

/** The parts of an event that its type and the sources describe. */
interface EventBody {
  readonly data: unknown;
  readonly sources: unknown;
}

/**
 * Does for the payload and the sources of an event what `normalisePayload` does for a payload. Those who relayed a
 * report may have done so at another time, so the countries in sources are not held against the date.
 */
export function normaliseEvent(
  type: AnyEventType,
  sent: EventBody,
  recorded: EventBody,
  span: DateSpan,
): NormalisedPayload {
  const errors = [
    ...eraErrors(type.data, recorded.data, span, { at: '/data', acts: true }),
    ...eraErrors(sources, recorded.sources, span, { at: '/sources', acts: false }),
  ];
  return { errors, verbatim: replacedTexts(sent, recorded, '') };
}

/**
 * Compares what was sent with what the schema made of it, and returns the texts that were replaced, and the errors of
 * countries that act in the event but did not exist within the span. Both values have the same shape, as no schema adds
 * or drops a field. In `recorded`, `CS` is replaced by the code of the state of that time.
 */
export function normalisePayload(
  type: AnyEventType,
  sent: unknown,
  recorded: unknown,
  span: DateSpan,
  at: string,
): NormalisedPayload {
  const errors = eraErrors(type.data, recorded, span, { at, acts: true });
  return { errors, verbatim: replacedTexts(sent, recorded, at) };
}

interface EraRule {
  /** Pointer to the value. */
  readonly at: string;
  /** Whether the countries in the value act in the event, unless they are only mentioned. */
  readonly acts: boolean;
}

function eraErrors(
  schema: z.ZodType,
  recorded: unknown,
  span: DateSpan,
  rule: EraRule,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  forEachCountry(schema, recorded, (country) => {
    const acts = rule.acts && !country.isMentioned;
    const error = isReusedCode(country.code)
      ? resolveInPlace(country, acts, span)
      : eraError(country, acts, span);
    if (error !== undefined) errors.push({ ...error, pointer: rule.at + pointerOf(country.path) });
  });
  return errors;
}

type EraError = Omit<FieldError, 'pointer'>;

function resolveInPlace(country: CountryValue, acts: boolean, span: DateSpan): EraError | undefined {
  const found = resolveReusedCode(country.code, span);
  if (found.outcome === 'refused') {
    return { code: acts ? 'country-out-of-time' : 'ambiguous-country', detail: found.detail };
  }
  country.replace(found.code);
  return undefined;
}

function eraError({ code }: CountryValue, acts: boolean, span: DateSpan): EraError | undefined {
  const detail = acts ? eraMismatch(code, span) : undefined;
  return detail === undefined ? undefined : { code: 'country-out-of-time', detail };
}

function replacedTexts(sent: unknown, recorded: unknown, at: string): Verbatim | undefined {
  let verbatim: Record<string, string> | undefined;
  forEachText(sent, recorded, [], (path, from, to) => {
    if (from === to) return;
    verbatim ??= {};
    verbatim[at + pointerOf(path)] = from;
  });
  return verbatim;
}

/** Returns the names of the payload's fields that hold a local time with its zone. */
export const localTimesOf = memoizeBy((type: AnyEventType): readonly string[] => {
  const fields = Object.entries(fieldsOf(type));
  return fields.filter(([, schema]) => fieldKindOf(schema) === 'zoned-date-time').map(([name]) => name);
});

/** Returns the errors of local times in the payload whose day `occurred` does not allow. */
export function checkLocalDays(
  type: AnyEventType,
  data: unknown,
  span: DateSpan,
  at: string,
): readonly FieldError[] {
  return localTimesOf(type).flatMap((name) => {
    const { local } = ((data as Fields)[name] ?? {}) as { local?: string };
    const day = parseDay(local?.slice(0, 10) ?? '');
    if (day === undefined || spansOverlap(span, { earliest: day, latest: day })) return [];
    const detail = `The event is dated otherwise; occurred has to allow ${day}, the local day at its place.`;
    return [{ pointer: `${at}/${name}/local`, code: 'date-mismatch' as const, detail }];
  });
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
