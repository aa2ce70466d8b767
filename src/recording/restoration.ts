import { z } from 'zod';
import { bounds } from '../domain/bounds.ts';
import { fieldErrorsOf } from '../domain/field-error.ts';
import { type ParsedEvent, parseEvent } from '../domain/parse-event.ts';
import { contentJson } from './stored-form.ts';
import { type DraftOutcome, draftEach, pointed, type SubmissionOutcome } from './submission.ts';

/** What the server adds to a sent event. The position is that of the other log and is not kept. */
const serverFields = z.object({
  id: z.string(),
  stream: z.string(),
  revision: z.int().nonnegative(),
  position: z.string(),
  recordedAt: z.string().refine(isInstant, { params: { code: 'invalid-date-time' } }),
  actor: z.string().min(1).max(bounds.nameCharsMax),
  schemaVersion: z.int().positive(),
  verbatim: z.record(z.string(), z.string()).optional(),
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
  if (!server.success) {
    return { outcome: 'invalid', errors: fieldErrorsOf(server.error.issues, envelope, pointer) };
  }
  const { id, revision, recordedAt, actor, schemaVersion, verbatim } = server.data;
  const parsed = parseEvent(asSent(envelope as Envelope));
  if (parsed.outcome === 'refused') return { outcome: 'invalid', errors: pointed(parsed.errors, pointer) };
  const event = { ...parsed.event, schemaVersion, ...(verbatim !== undefined && { verbatim }) };
  const restored = { revision, recordedAt, content: contentJson(envelope as Envelope) };
  return { outcome: 'drafted', draft: { id, event, actor, pointer, restored } };
}

type Envelope = ServerFields & Pick<ParsedEvent, 'data' | 'occurred' | 'sources'>;

/** The envelope without what the server added. */
function asSent(envelope: Envelope): object {
  const { revision, position, recordedAt, actor, schemaVersion, verbatim, ...sent } = envelope;
  return sent;
}

/** As `recordedAt` is written: RFC 3339, UTC, milliseconds. */
function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
