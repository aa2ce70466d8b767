import { storedEnvelopeJson } from '../domain/events/event.ts';
import { findDuplicate } from '../event-store/append-rules.ts';
import type { EventLookup, RecordedEvent } from '../event-store/event-store.ts';
import type { AppendRequest } from './append-request.ts';
import { danglingReferenceWarnings } from './dangling-references.ts';
import { parseImport } from './import.ts';
import type { AppendPreview, Precondition, PreviewOutcome } from './outcome.ts';
import { readRecord, revisionOf } from './read-record.ts';
import { evolved, validateAppend } from './validate.ts';

type Store = Pick<EventLookup, 'readStream' | 'readEvent'>;

/** What recording would come to; what is in the log already is held against its record as it stood before. */
export async function previewAppend(
  store: Store,
  submission: AppendRequest,
  precondition: Precondition,
): Promise<PreviewOutcome> {
  const { stream, events: drafts } = submission;
  const ids = drafts.map(({ id }) => id);
  const { state, isCut } = await readRecord(store, stream, ({ id }) => ids.includes(id));
  const actual = revisionOf(state);
  if (!isCut && !precondition(actual)) return { outcome: 'wrong-revision', stream, actual };
  const judgement = validateAppend(submission, state);
  if (judgement.outcome !== 'accepted') return judgement;
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await store.readEvent(id)] as const)));
  const recognised = findDuplicate(stream, judgement.events, (id) => known.get(id));
  if (recognised?.outcome === 'id-taken') return recognised;
  const record = judgement.events.reduce(evolved, state);
  return {
    outcome: 'accepted',
    versions: ids.flatMap((id) => record.versions.get(id) ?? []),
    warnings: [...judgement.warnings, ...((await danglingReferenceWarnings(store, submission)) ?? [])],
    isRepeat: recognised !== undefined,
  };
}

/**
 * A recorded event as a preview would have told it: how it read before anything came after it, and what deserves a
 * second look. Undefined where a newer program recorded it.
 */
export async function previewRecorded(
  store: Store,
  event: RecordedEvent,
): Promise<AppendPreview | undefined> {
  const drafted = parseImport(JSON.parse(storedEnvelopeJson(event)));
  if (drafted.outcome === 'invalid') return undefined;
  const foreseen = await previewAppend(store, drafted.submission, () => true);
  return foreseen.outcome === 'accepted' ? foreseen : undefined;
}
