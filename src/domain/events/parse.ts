import { z } from 'zod';
import type { AnyEventType } from '../event-types/define-event-type.ts';
import {
  type Category,
  type EventData,
  type EventTypeName,
  eventTypes,
  findEventType,
} from '../event-types/registry.ts';
import { type FieldError, fieldErrorsOf } from '../fields/field-error.ts';
import { date, name, stream, streamOf, uuid } from '../fields/field-schemas.ts';
import { sources } from '../fields/source.ts';
import { spanOf } from '../values/edtf.ts';
import { isObject, type JsonObject, type JsonValue } from '../values/json.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import type { EventContent, RedactedPart } from './event.ts';
import { checkLocalDays, normaliseEvent } from './normalise.ts';
import { throughUpcasts } from './upcasting.ts';

export type { FieldError } from '../fields/field-error.ts';

/** A sent event after all checks that need no record. Countries are codes. */
export type ParsedEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: EventContent<EventData[Name]> & {
    readonly id?: string;
    readonly type: Name;
    readonly stream?: string;
    readonly correlationId?: string;
    readonly causationId?: string;
    readonly category: Category | 'curation';
    readonly schemaVersion: number;
    /** Schema version of a correction's payload. Absent: the current version of the corrected type. */
    readonly correctedSchemaVersion?: number;
    /** Stream of the event that a link points to. */
    readonly linkedStream?: string;
    /** What was removed from an imported event. */
    readonly redacted?: readonly RedactedPart[];
  };
}[Type];

export type ParseOutcome =
  | { readonly outcome: 'parsed'; readonly event: ParsedEvent }
  /** At least one error, at most `limits.errorsMax`. */
  | { readonly outcome: 'refused'; readonly errors: readonly FieldError[] };

interface SentEnvelope {
  readonly type: string;
  readonly occurred: string;
  readonly data: unknown;
  readonly sources: unknown;
}

/** Pointers of the fields that only the server sets. */
const SERVER_FIELDS: ReadonlySet<string> = new Set([
  '/revision',
  '/position',
  '/recordedAt',
  '/actor',
  '/schemaVersion',
  '/recordedSchemaVersion',
  '/correctedSchemaVersion',
  '/linkedStream',
  '/verbatim',
  '/redacted',
  '/commitment',
]);

/**
 * Parses an event as sent: `{type, stream?, id?, occurred, data, sources, correlationId?, causationId?}`.
 *
 * @param isRecorded true for an event of another log, which may be of a type that only the server records
 */
export function parseEvent(input: unknown, isRecorded = false): ParseOutcome {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refusedFor({ pointer: '', code: 'wrong-type', detail: 'Expected an object, the event.' });
  }
  const { type } = input as { type?: unknown };
  const found = typeof type === 'string' ? findEventType(type) : undefined;
  if (found === undefined) return refusedFor(typeError(type));
  if (found.isServerRecorded === true && !isRecorded) return refusedFor(serverTypeError(found));
  const sent = inCurrentVersion(found, input as SentEnvelope);
  const parsed = envelopeOf(found).safeParse(sent);
  if (!parsed.success) {
    const errors = fieldErrorsOf(parsed.error.issues, sent);
    return { outcome: 'refused', errors: errors.map(namingServerFields) };
  }
  return checkedEvent(found, sent, parsed.data);
}

/** Clients may send the payload of an earlier version, so that a new version does not break them. */
function inCurrentVersion({ upcasts }: AnyEventType, sent: SentEnvelope): SentEnvelope {
  const { data } = sent;
  if (upcasts === undefined || !isObject(data as JsonValue)) return sent;
  return { ...sent, data: throughUpcasts({ data: data as JsonObject, schemaVersion: 1 }, upcasts).data };
}

function checkedEvent(type: AnyEventType, sent: SentEnvelope, recorded: SentEnvelope): ParseOutcome {
  const span = spanOf(recorded.occurred);
  const { errors, verbatim } = normaliseEvent(type, payloadOf(sent), payloadOf(recorded), span);
  const dayErrors = checkLocalDays(type, recorded.data, span, '/data');
  if (errors.length + dayErrors.length > 0) return { outcome: 'refused', errors: [...errors, ...dayErrors] };
  const { category, version: schemaVersion } = type;
  const event = { ...recorded, ...(verbatim && { verbatim }), category, schemaVersion };
  return { outcome: 'parsed', event: event as ParsedEvent };
}

function payloadOf({ data, sources }: SentEnvelope): Pick<SentEnvelope, 'data' | 'sources'> {
  return { data, sources };
}

const recordMeta = { title: 'Record', description: 'The name of its record, `<category>-<key>`.' };
const record = stream.meta(recordMeta);
const inCategory = (category: string) => streamOf(category).meta(recordMeta);

/** Returns the schema of an event of the type as a client sends it. */
export const envelopeOf = memoizeBy((type: AnyEventType): z.ZodType<SentEnvelope> => {
  return z.strictObject({
    id: uuid
      .meta({ title: 'Id', description: 'UUID. Sending the same event again with its id has no effect.' })
      .exactOptional(),
    type: z.literal(type.name),
    stream: type.category === 'curation' ? record : inCategory(type.category).exactOptional(),
    occurred: date.meta({ title: 'Date', description: 'When it happened, EDTF.' }),
    data: type.data,
    sources: sources.meta({ title: 'Sources' }),
    correlationId: name.exactOptional(),
    causationId: name.exactOptional(),
  });
});

function typeError(type: unknown): FieldError {
  const detail = `Expected one of ${eventTypes()
    .filter(({ isServerRecorded }) => isServerRecorded !== true)
    .map(({ name }) => name)
    .join(', ')}.`;
  if (type === undefined) return { pointer: '/type', code: 'missing-field', detail };
  return { pointer: '/type', code: typeof type === 'string' ? 'unknown-type' : 'wrong-type', detail };
}

function serverTypeError({ name }: AnyEventType): FieldError {
  const detail = `The server itself records ${name}, when it does what the event says.`;
  return { pointer: '/type', code: 'server-field', detail };
}

function namingServerFields(error: FieldError): FieldError {
  if (error.code !== 'unknown-field' || !SERVER_FIELDS.has(error.pointer)) return error;
  return { ...error, code: 'server-field', detail: 'The server sets this field; leave it out.' };
}

function refusedFor(error: FieldError): ParseOutcome {
  return { outcome: 'refused', errors: [error] };
}
