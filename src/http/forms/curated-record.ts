import { readRecordEvents } from '../../append/read-record.ts';
import type { AppendPreview } from '../../append/recorder.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import {
  emptyRecord,
  openingOf,
  type RecordState,
  type RecordVersion,
} from '../../domain/record/record-version.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import type { FormSubject } from '../../web/forms/form-page.ts';
import { REVISION_FIELD } from '../../web/forms/form-values.ts';
import { scopeRefusalOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request } from '../protocol/handler.ts';
import { type Problem, unknownStream } from '../protocol/problems.ts';
import { describeCuration, versionChanges } from './describe-curation.ts';
import type { OpenedCuration, Rebased } from './opened-form.ts';

/** The record that a form changes, as whoever sends the form has seen it, and as it is. */
export interface CuratedRecord {
  readonly stream: string;
  readonly events: readonly DomainEvent[];
  /** Revision of `seen`. */
  readonly revision: number;
  readonly seen: RecordState;
  readonly now: RecordState;
}

/** @param seen revision that was seen; undefined for the present one */
export async function readCuratedRecord(
  { store, tree }: AppContext,
  { principal }: Request<unknown>,
  stream: string,
  seen: number | undefined,
): Promise<CuratedRecord | Problem> {
  const refusal = scopeRefusalOf(principal, stream, 'curate');
  if (refusal !== undefined) return refusal;
  const recorded = await readRecordEvents(store, stream);
  tree.requireUnaltered(recorded);
  const last = recorded.at(-1);
  if (last === undefined) return unknownStream();
  const events = recorded.map(decodeEvent);
  const revision = Math.min(seen ?? last.revision, last.revision);
  const upTo = (end: number) => events.slice(0, end + 1).reduce(evolveRecord, emptyRecord(stream));
  const now = upTo(last.revision);
  return { stream, events, revision, now, seen: revision === last.revision ? now : upTo(revision) };
}

/** Returns the version that an id means, which may be that of a correction; for a record, that of its first event. */
export function versionOf(state: RecordState, id: string): RecordVersion | undefined {
  return id === state.stream ? openingOf(state) : state.versions.get(state.originals.get(id) ?? '');
}

/** What a form is about, and what it adds to the event that was typed. */
interface CurationParts {
  readonly form: RecordForm;
  /** Id of the event that is changed, or name of the record. */
  readonly target: string;
  readonly data: object;
  readonly values?: Readonly<Record<string, string | undefined>>;
  readonly subject?: Partial<FormSubject>;
}

/** Opens a form whose event changes how the record reads. */
export function openCuration(
  { clock }: AppContext,
  record: CuratedRecord,
  { form, target, data, values = {}, subject }: CurationParts,
): OpenedCuration {
  const { stream, now, revision } = record;
  const version = versionOf(record.seen, target);
  const filled = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return {
    form,
    revision,
    subject: version && { version, ...subject },
    values: new Map([
      ['/occurred', clock().toISOString().slice(0, 10)],
      [REVISION_FIELD, String(now.revision)],
      ...filled,
    ]),
    complete: (event) => ({ ...event, stream, data: { ...(event as { data: object }).data, ...data } }),
    preview: (accepted) => describeCuration(now, acceptedEvent(accepted)),
    rebase: (_event, typed) => ({
      values: new Map(typed).set(REVISION_FIELD, String(now.revision)),
      result: outdated(record, target),
    }),
  };
}

/** An event that is not in the log yet has no position. */
function acceptedEvent({ events: [event] }: AppendPreview): DomainEvent {
  if (event === undefined) throw new Error('A form adds an event.');
  return decodeEvent({ position: '', recordedAt: '', ...event });
}

/** Says what has changed since the form was opened. */
export function outdated({ events, revision, seen, now }: CuratedRecord, target: string): Rebased['result'] {
  const [before, after] = [versionOf(seen, target), versionOf(now, target)];
  return {
    kind: 'outdated',
    added: events.filter((event) => event.revision > revision),
    type: after?.type ?? '',
    changes: before === undefined || after === undefined ? [] : versionChanges(before, after),
  };
}
