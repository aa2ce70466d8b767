import { storedEnvelopeJson } from '../domain/events/event.ts';
import type { RecordState } from '../domain/record/record-version.ts';
import { findDuplicate } from '../event-store/append-rules.ts';
import type { EventLookup, RecordedEvent, Revision } from '../event-store/event-store.ts';
import type { AppendRequest } from './append-request.ts';
import { danglingReferenceWarnings } from './dangling-references.ts';
import { parseImport } from './import.ts';
import { withLinkedStreams } from './linked-streams.ts';
import type { AppendPreview, Precondition, PreviewedEvent, PreviewOutcome } from './outcome.ts';
import { readRecord, revisionOf } from './read-record.ts';
import { foldPending, type ValidatedEvent, validateAppend } from './validate.ts';

/** What a preview reads of the log: streams forwards, and single events. */
export type PreviewedLog = Pick<EventLookup, 'readStream' | 'readEvent'>;

/** Dry-runs an append. Events already in the log are checked against the record as it was before them. */
export async function previewAppend(
  store: PreviewedLog,
  sent: AppendRequest,
  precondition: Precondition,
  now: Date,
): Promise<PreviewOutcome> {
  const request = await withLinkedStreams(store, sent);
  const { stream } = request;
  const ids = request.events.map(({ id }) => id);
  const { state, last, isCut } = await readRecord(store, stream, ({ id }) => ids.includes(id));
  const actual = revisionOf(state);
  if (!isCut && !precondition(actual, last)) return { outcome: 'wrong-revision', stream, actual };
  const validated = validateAppend(request, state, now);
  if (validated.outcome !== 'accepted') return validated;
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await store.readEvent(id)] as const)));
  const duplicate = findDuplicate(stream, validated.events, (id) => known.get(id));
  if (duplicate !== undefined && duplicate.outcome !== 'already-recorded') return duplicate;
  const record = validated.events.reduce(foldPending, state);
  return {
    outcome: 'accepted',
    events: duplicate?.events ?? validated.events.map((event, index) => placed(event, stream, state, index)),
    versions: ids.flatMap((id) => record.versions.get(id) ?? []),
    warnings: [...validated.warnings, ...(await danglingReferenceWarnings(store, request))],
    isRepeat: duplicate !== undefined,
  };
}

function placed(
  { id, type, metadata, content, commitment }: ValidatedEvent,
  stream: string,
  { revision }: RecordState,
  index: number,
): PreviewedEvent {
  const place = { stream, revision: (revision + 1 + index) as Revision };
  return { id, type, ...place, metadata, content, ...(commitment !== undefined && { commitment }) };
}

/**
 * Returns the preview that a recorded event would have had: its first version, with its warnings. Undefined if a newer
 * version of the program recorded it.
 */
export async function previewRecorded(
  store: PreviewedLog,
  event: RecordedEvent,
): Promise<AppendPreview | undefined> {
  const parsed = parseImport(JSON.parse(storedEnvelopeJson(event)));
  if (parsed.outcome === 'invalid') return undefined;
  const preview = await previewAppend(store, parsed.request, () => true, new Date(event.recordedAt));
  return preview.outcome === 'accepted' ? preview : undefined;
}
