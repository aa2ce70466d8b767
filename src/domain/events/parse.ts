import { z } from 'zod';
import type { ContentEventType } from '../event-types/define-event-type.ts';
import {
  type Category,
  contentTypes,
  curationTypes,
  type EventData,
  type EventTypeName,
  findContentType,
} from '../event-types/registry.ts';
import { type FieldError, fieldErrorsOf } from '../fields/field-error.ts';
import { date, name, stream, streamOf, uuid } from '../fields/field-schemas.ts';
import { sources } from '../fields/source.ts';
import { spanOf } from '../values/edtf.ts';
import type { EventContent } from './event.ts';
import { checkStart, normalisePayload } from './normalise.ts';

export type { FieldError } from '../fields/field-error.ts';

/** An event as it was sent, checked, with its countries as codes. */
export type ParsedEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: EventContent<EventData[Name]> & {
    readonly id?: string;
    readonly type: Name;
    readonly stream?: string;
    readonly correlationId?: string;
    readonly causationId?: string;
    readonly category: Category | 'curation';
    readonly schemaVersion: number;
    /** Of a correction, in which schema version its payload is written; absent: the present one of the corrected type. */
    readonly correctedSchemaVersion?: number;
  };
}[Type];

export type ParseOutcome =
  | { readonly outcome: 'parsed'; readonly event: ParsedEvent }
  /** One or more, at most `bounds.errorsMax`. */
  | { readonly outcome: 'refused'; readonly errors: readonly FieldError[] };

interface EventReader {
  readonly category: string;
  readonly schemaVersion: number;
  readonly envelope: z.ZodType<SentEnvelope>;
  /** Undefined for the types of curation. */
  readonly content: ContentEventType | undefined;
}

interface SentEnvelope {
  readonly type: string;
  readonly occurred: string;
  readonly data: unknown;
  readonly sources: unknown;
}

/** The server sets them; a client that sends one is told so. */
const SERVER_FIELDS: ReadonlySet<string> = new Set([
  '/revision',
  '/position',
  '/recordedAt',
  '/actor',
  '/schemaVersion',
  '/recordedSchemaVersion',
  '/correctedSchemaVersion',
  '/verbatim',
]);

const readers: ReadonlyMap<string, EventReader> = new Map(
  [...contentTypes, ...curationTypes].map((type) => [type.name, readerOf(type)]),
);

/** Reads an event as a client sends it: `{type, stream?, id?, occurred, data, sources, correlationId?, causationId?}`. */
export function parseEvent(input: unknown): ParseOutcome {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refusedFor({ pointer: '', code: 'wrong-type', detail: 'Expected an object, the event.' });
  }
  const { type } = input as { type?: unknown };
  const reader = typeof type === 'string' ? readers.get(type) : undefined;
  if (reader === undefined) return refusedFor(typeError(type));
  const parsed = reader.envelope.safeParse(input);
  if (!parsed.success) {
    const errors = fieldErrorsOf(parsed.error.issues, input);
    return { outcome: 'refused', errors: errors.map(namingServerFields) };
  }
  return checkedEvent(reader, input as SentEnvelope, parsed.data);
}

function checkedEvent(reader: EventReader, sent: SentEnvelope, recorded: SentEnvelope): ParseOutcome {
  const span = spanOf(recorded.occurred);
  const { errors, verbatim } = normalisePayload(payloadOf(sent), payloadOf(recorded), span);
  const wrongStart =
    reader.content === undefined ? [] : checkStart(reader.content, recorded.data, span, '/data');
  if (errors.length + wrongStart.length > 0)
    return { outcome: 'refused', errors: [...errors, ...wrongStart] };
  const { category, schemaVersion } = reader;
  const event = { ...recorded, ...(verbatim && { verbatim }), category, schemaVersion };
  return { outcome: 'parsed', event: event as ParsedEvent };
}

function payloadOf({ data, sources }: SentEnvelope): Pick<SentEnvelope, 'data' | 'sources'> {
  return { data, sources };
}

function readerOf(type: (typeof contentTypes | typeof curationTypes)[number]): EventReader {
  const { name: typeName, category, schemaVersion } = type;
  const envelope = z.strictObject({
    id: uuid.exactOptional(),
    type: z.literal(typeName),
    stream: category === 'curation' ? stream : streamOf(category).exactOptional(),
    occurred: date,
    data: type.data as z.ZodType,
    sources,
    correlationId: name.exactOptional(),
    causationId: name.exactOptional(),
  });
  return { category, schemaVersion, envelope, content: findContentType(typeName) };
}

function typeError(type: unknown): FieldError {
  const detail = `Expected one of ${[...readers.keys()].join(', ')}.`;
  if (type === undefined) return { pointer: '/type', code: 'missing-field', detail };
  return { pointer: '/type', code: typeof type === 'string' ? 'unknown-type' : 'wrong-type', detail };
}

function namingServerFields(error: FieldError): FieldError {
  if (error.code !== 'unknown-field' || !SERVER_FIELDS.has(error.pointer)) return error;
  return { ...error, code: 'server-field', detail: 'The server sets this field; leave it out.' };
}

function refusedFor(error: FieldError): ParseOutcome {
  return { outcome: 'refused', errors: [error] };
}
