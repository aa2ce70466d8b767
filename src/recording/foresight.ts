import { storedEnvelopeJson } from '../domain/event.ts';
import { recognise } from '../event-store/append-rules.ts';
import type { EventLookup, RecordedEvent } from '../event-store/event-store.ts';
import { evolved, judgeSubmission } from './judgement.ts';
import { missingRecordWarnings } from './missing-records.ts';
import type { Foresight, Precondition, PreviewOutcome } from './record-outcome.ts';
import { readRecord, revisionOf } from './record-reading.ts';
import { draftRestoration } from './restoration.ts';
import type { Submission } from './submission.ts';

type Store = Pick<EventLookup, 'readStream' | 'readEvent'>;

/** What recording would come to; what is in the log already is held against its record as it stood before. */
export async function foresee(
  store: Store,
  submission: Submission,
  precondition: Precondition,
): Promise<PreviewOutcome> {
  const { stream, drafts } = submission;
  const ids = drafts.map(({ id }) => id);
  const { state, isCut } = await readRecord(store, stream, ({ id }) => ids.includes(id));
  const actual = revisionOf(state);
  if (!isCut && !precondition(actual)) return { outcome: 'wrong-revision', stream, actual };
  const judgement = judgeSubmission(submission, state);
  if (judgement.outcome !== 'accepted') return judgement;
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await store.readEvent(id)] as const)));
  const recognised = recognise(stream, judgement.events, (id) => known.get(id));
  if (recognised?.outcome === 'id-taken') return recognised;
  const record = judgement.events.reduce(evolved, state);
  return {
    outcome: 'accepted',
    versions: ids.flatMap((id) => record.versions.get(id) ?? []),
    warnings: [...judgement.warnings, ...((await missingRecordWarnings(store, submission)) ?? [])],
    isRepeat: recognised !== undefined,
  };
}

/**
 * A recorded event as a preview would have told it: how it read before anything came after it, and what deserves a
 * second look. Undefined where a newer program recorded it.
 */
export async function hindsight(store: Store, event: RecordedEvent): Promise<Foresight | undefined> {
  const drafted = draftRestoration(JSON.parse(storedEnvelopeJson(event)));
  if (drafted.outcome === 'invalid') return undefined;
  const foreseen = await foresee(store, drafted.submission, () => true);
  return foreseen.outcome === 'accepted' ? foreseen : undefined;
}
