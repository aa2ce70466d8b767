import { z } from 'zod';
import { commitment, contentRedacted } from '../domain/event-types/redaction.ts';
import { findCurationType, findEventType } from '../domain/event-types/registry.ts';
import { withoutReusedCodes } from '../domain/events/country-fields.ts';
import { isContentRedacted } from '../domain/events/event.ts';
import { type ParsedEvent, parseEvent } from '../domain/events/parse.ts';
import { knownVersions, upcast } from '../domain/events/upcasting.ts';
import { type FieldError, fieldErrorsOf } from '../domain/fields/field-error.ts';
import { date, name, refusedField, stream, uuid } from '../domain/fields/field-schemas.ts';
import { parseEdtf } from '../domain/values/edtf.ts';
import { isObject, type JsonObject } from '../domain/values/json.ts';
import { limits } from '../domain/values/limits.ts';
import {
  type ImportedEvent,
  type ParsedAppendRequest,
  type ParsedPendingEvent,
  parseEach,
  prefixPointers,
} from './append-request.ts';
import { contentJson, metadataJson } from './serialize.ts';

/** 16 bytes in base64url. Exports of earlier releases have no salts. */
const SALT = /^[A-Za-z0-9_-]{22}$/;

/** The fields that the server adds to a sent event. `position` belongs to the other log and is not kept. */
const serverFields = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.int().nonnegative(),
  position: z.string(),
  recordedAt: z.string().refine(isInstant, { params: { code: 'invalid-date-time' } }),
  actor: z.string().min(1).max(limits.nameCharsMax),
  schemaVersion: z.int().positive(),
  recordedSchemaVersion: refusedField(
    'This event was upcast for reading. Import the lines of an export, which have the recorded payload.',
  ),
  correctedSchemaVersion: z.int().positive().exactOptional(),
  linkedStream: z.string().exactOptional(),
  salt: z.string().regex(SALT).exactOptional(),
  verbatim: z.record(z.string(), z.string()).exactOptional(),
  redacted: z
    .array(z.strictObject({ by: uuid, statement: name.exactOptional() }))
    .min(1)
    .max(limits.recordEventsMax)
    .exactOptional(),
  commitment: commitment.exactOptional(),
});

type ServerFields = z.infer<typeof serverFields>;

/** Parses exported events: one envelope, or an array of consecutive envelopes of one stream. */
export function parseImport(envelopes: unknown): ParsedAppendRequest {
  const parsed = parseEach(envelopes, parseEnvelope);
  if (parsed.outcome === 'invalid') return parsed;
  const revisions = parsed.request.events.map(({ imported }) => imported?.revision ?? 0);
  const gap = revisions.findIndex((revision, index) => revision !== (revisions[0] ?? 0) + index);
  if (gap < 0) return parsed;
  const detail = 'Revisions must be consecutive.';
  return { outcome: 'invalid', errors: [{ pointer: `/${gap}/revision`, code: 'out-of-range', detail }] };
}

function parseEnvelope(envelope: unknown, pointer: string): ParsedPendingEvent {
  const server = serverFields.safeParse(envelope);
  if (!server.success) return invalid(fieldErrorsOf(server.error.issues, envelope), pointer);
  const { id, type, actor, schemaVersion, correctedSchemaVersion = 1 } = server.data;
  if (schemaVersion > currentVersion(server.data)) {
    const detail = knownVersions(type);
    return invalid([{ pointer: '/schemaVersion', code: 'out-of-range', detail }], pointer);
  }
  if ((server.data.redacted === undefined) !== (server.data.commitment === undefined)) {
    const detail = 'An event from which content was removed has both redacted and commitment.';
    return invalid([{ pointer: '/redacted', code: 'missing-field', detail }], pointer);
  }
  if (isContentRedacted(server.data)) return parseRedacted(envelope, pointer);
  const parsed = parseEvent(sentForm(envelope as Envelope), true);
  if (parsed.outcome === 'refused') return invalid(parsed.errors, pointer);
  const isCorrection = carriesPayload(type);
  const event = { ...parsed.event, ...(isCorrection && { correctedSchemaVersion }) };
  return {
    outcome: 'parsed',
    event: { id, event, actor, pointer, imported: storedForm(envelope as Envelope) },
  };
}

/** What is left of an event without its content. `data` has countries with roles, unless the event is a curation. */
const redactedFields = z.object({
  stream,
  occurred: date,
  sources: z.tuple([]),
  data: contentRedacted.data.pick({ countries: true }).partial(),
});

function parseRedacted(envelope: unknown, pointer: string): ParsedPendingEvent {
  const parsed = redactedFields.safeParse(envelope);
  if (!parsed.success) return invalid(fieldErrorsOf(parsed.error.issues, envelope), pointer);
  const { id, type, actor, ...rest } = envelope as Envelope;
  const category = findEventType(type)?.category;
  if (category === undefined) {
    const detail = `${type} is not a type of this server or its extensions.`;
    return invalid([{ pointer: '/type', code: 'unknown-type', detail }], pointer);
  }
  const event = { ...rest, type, category } as unknown as ParsedEvent;
  return {
    outcome: 'parsed',
    event: { id, event, actor, pointer, imported: storedForm(envelope as Envelope) },
  };
}

type Envelope = ServerFields & { readonly data: JsonObject } & Pick<ParsedEvent, 'occurred' | 'sources'>;

/** Returns the event as a client would send it now: without server fields, its payload upcast and without `CS`. */
function sentForm(envelope: Envelope): object {
  const { revision, position, recordedAt, actor, schemaVersion, linkedStream, salt, verbatim, ...rest } =
    envelope;
  const { redacted, commitment: _commitment, ...event } = rest;
  const { correctedSchemaVersion, ...correction } = event;
  const sent = carriesPayload(event.type) ? correction : event;
  if (!isObject(envelope.data)) return sent;
  const isCurrent = schemaVersion === currentVersion(envelope);
  return { ...sent, data: dataInEra(envelope, isCurrent ? envelope.data : upcast(envelope).data) };
}

/** Earlier versions recorded `CS`, also with dates that are refused for it now. */
function dataInEra({ type, occurred }: Envelope, data: JsonObject): JsonObject {
  const definition = findEventType(type);
  const date = parseEdtf(String(occurred));
  if (definition === undefined || date.outcome === 'refused') return data;
  return withoutReusedCodes(definition.data, data, date.span);
}

function storedForm(envelope: Envelope): ImportedEvent {
  const { revision, recordedAt, salt, commitment } = envelope;
  const [metadata, content] = [metadataJson(envelope), contentJson(envelope)];
  return {
    revision,
    recordedAt,
    salt,
    commitment,
    metadata,
    content,
    isRedacted: isContentRedacted(envelope),
  };
}

/** Returns the envelope's own version for unknown types, which are refused later with a better message. */
function currentVersion({ type, schemaVersion }: ServerFields): number {
  return findEventType(type)?.version ?? schemaVersion;
}

function carriesPayload(type: string): boolean {
  return findCurationType(type)?.carriesPayload === true;
}

function invalid(errors: readonly FieldError[], pointer: string): ParsedPendingEvent {
  return { outcome: 'invalid', errors: prefixPointers(errors, pointer) };
}

/** True for the form of `recordedAt`: RFC 3339, UTC, milliseconds, in the years 0 to 9999. */
function isInstant(text: string): boolean {
  const time = Date.parse(text);
  if (text.length !== '2025-10-13T07:00:00.000Z'.length) return false;
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
