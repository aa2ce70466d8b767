import { withdrawnOutOfTime } from '../countries/countries.ts';
import type { ContentEventType } from '../event-types/define-event-type.ts';
import { type FieldError, pointerOf } from '../fields/field-error.ts';
import { type DateSpan, spansOverlap } from '../values/edtf.ts';

/** The fields that hold a country, by name (see the `country` schema). */
const COUNTRY_FIELDS: ReadonlySet<PropertyKey> = new Set(['country', 'host']);

/** JSON pointer into the event → the text as sent, for each that is recorded in another form. */
export type Verbatim = Readonly<Record<string, string>>;

export interface NormalisedPayload {
  readonly errors: readonly FieldError[];
  /** Undefined when everything is recorded as it was sent. */
  readonly verbatim: Verbatim | undefined;
}

/**
 * Compares what was sent with what the schema made of it: tells the texts that were replaced, and the countries that
 * did not exist within the span. Both have the same shape, as no schema adds or drops a field.
 */
export function normalisePayload(
  sent: unknown,
  recorded: unknown,
  span: DateSpan,
  at = '',
): NormalisedPayload {
  const errors: FieldError[] = [];
  let verbatim: Record<string, string> | undefined;
  forEachText(sent, recorded, [], (path, from, to) => {
    if (from !== to) {
      verbatim ??= {};
      verbatim[at + pointerOf(path)] = from;
    }
    if (!COUNTRY_FIELDS.has(path.at(-1) ?? '')) return;
    const detail = withdrawnOutOfTime(to, span);
    if (detail !== undefined)
      errors.push({ pointer: at + pointerOf(path), code: 'country-out-of-time', detail });
  });
  return { errors, verbatim };
}

/** The errors of a payload whose own day lies outside the date of its event. */
export function checkStart(
  type: ContentEventType,
  data: unknown,
  span: DateSpan,
  at: string,
): readonly FieldError[] {
  const day = type.startsOn?.(data);
  if (day === undefined || spansOverlap(span, { earliest: day, latest: day })) return [];
  const detail = `The event is dated otherwise; occurred has to allow ${day}, the local day at its place.`;
  return [{ pointer: `${at}/startsAt/local`, code: 'date-mismatch', detail }];
}

type Visit = (path: readonly PropertyKey[], sent: string, recorded: string) => void;

/**
 * Visits every text; `path` is reused between visits. What a schema passed through without reading it (the payload of
 * a correction) is the same object on both sides, and is left out.
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
