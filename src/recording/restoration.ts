import { z } from 'zod';
import { bounds } from '../domain/bounds.ts';
import { findEventType } from '../domain/event-types.ts';
import { type FieldError, fieldErrorsOf } from '../domain/field-error.ts';
import { refusedField } from '../domain/field-schemas.ts';
import type { JsonObject } from '../domain/json.ts';
import { type ParsedEvent, parseEvent } from '../domain/parse-event.ts';
import { knownVersions, upcast } from '../domain/upcasting.ts';
import { contentJson, metadataJson } from './stored-form.ts';
import {
  type DraftOutcome,
  draftEach,
  pointed,
  type RestoredEvent,
  type SubmissionOutcome,
} from './submission.ts';

/** What the server adds to a sent event. The position is that of the other log and is not kept. */
const serverFields = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.int().nonnegative(),
  position: z.string(),
  recordedAt: z.string().refine(isInstant, { params: { code: 'invalid-date-time' } }),
  actor: z.string().min(1).max(bounds.nameCharsMax),
  schemaVersion: z.int().positive(),
  recordedSchemaVersion: refusedField(
    'This event was brought up to date for reading; only what an export has can be restored.',
  ),
  correctedSchemaVersion: z.int().positive().exactOptional(),
  verbatim: z.record(z.string(), z.string()).exactOptional(),
});

type ServerFields = z.infer<typeof serverFields>;

/** Reads one envelope or an array of envelopes of one stream, in their order. */
export function draftRestoration(envelopes: unknown): SubmissionOutcome {
  const drafted = draftEach(envelopes, draftEnvelope);
  if (drafted.outcome === 'invalid') return drafted;
  const revisions = drafted.submission.drafts.map(({ restored }) => restored?.revision ?? 0);
  const gap = revisions.findIndex((revision, index) => revision !== (revisions[0] ?? 0) + index);
  if (gap < 0) return drafted;
  const detail = 'Revisions follow each other without a gap.';
  return { outcome: 'invalid', errors: [{ pointer: `/${gap}/revision`, code: 'out-of-range', detail }] };
}

function draftEnvelope(envelope: unknown, pointer: string): DraftOutcome {
  const server = serverFields.safeParse(envelope);
  if (!server.success) return invalid(fieldErrorsOf(server.error.issues, envelope), pointer);
  const { id, type, actor, schemaVersion, correctedSchemaVersion = 1 } = server.data;
  if (schemaVersion > presentVersion(server.data)) {
    const detail = knownVersions(type);
    return invalid([{ pointer: '/schemaVersion', code: 'out-of-range', detail }], pointer);
  }
  const parsed = parseEvent(asSent(envelope as Envelope));
  if (parsed.outcome === 'refused') return invalid(parsed.errors, pointer);
  const isCorrection = parsed.event.type === 'EventCorrected';
  const event = { ...parsed.event, ...(isCorrection && { correctedSchemaVersion }) };
  return {
    outcome: 'drafted',
    draft: { id, event, actor, pointer, restored: asRestored(envelope as Envelope) },
  };
}

type Envelope = ServerFields & { readonly data: JsonObject } & Pick<ParsedEvent, 'occurred' | 'sources'>;

/** The envelope as its event would be sent now: without what the server added, and with its payload up to date. */
function asSent(envelope: Envelope): object {
  const { revision, position, recordedAt, actor, schemaVersion, verbatim, ...event } = envelope;
  const { correctedSchemaVersion, ...correction } = event;
  const sent = event.type === 'EventCorrected' ? correction : event;
  if (schemaVersion === presentVersion(envelope) || !isObject(envelope.data)) return sent;
  return { ...sent, data: upcast(envelope).data };
}

function asRestored(envelope: Envelope): RestoredEvent {
  const { revision, recordedAt } = envelope;
  return { revision, recordedAt, metadata: metadataJson(envelope), content: contentJson(envelope) };
}

/** Of a type that is not known, and will be refused for it, the version that it says itself. */
function presentVersion({ type, schemaVersion }: ServerFields): number {
  return findEventType(type)?.schemaVersion ?? schemaVersion;
}

function isObject(data: unknown): boolean {
  return typeof data === 'object' && data !== null;
}

function invalid(errors: readonly FieldError[], pointer: string): DraftOutcome {
  return { outcome: 'invalid', errors: pointed(errors, pointer) };
}

/** As `recordedAt` is written: RFC 3339, UTC, milliseconds. */
function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
