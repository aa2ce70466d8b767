import { isReusedCode } from '../domain/countries/countries.ts';
import {
  type CurationData,
  findContentType,
  findCurationType,
  findEventType,
} from '../domain/event-types/registry.ts';
import { decodeEvent } from '../domain/events/event.ts';
import { correctedFieldWarnings, fieldWarnings } from '../domain/events/field-warnings.ts';
import type { ParsedEvent } from '../domain/events/parse.ts';
import type { FieldError } from '../domain/fields/field-error.ts';
import { evolveRecord } from '../domain/record/record.ts';
import type { RecordState } from '../domain/record/record-version.ts';
import { checkAgainstRecord, checkNewEvent, type Warning } from '../domain/record/rules.ts';
import type { NewEvent } from '../event-store/event-store.ts';
import { type AppendRequest, type PendingEvent, prefixPointers } from './append-request.ts';
import { contentJson, metadataJson } from './serialize.ts';

/** Only an imported event has its salt already. */
export type ValidatedEvent = Omit<NewEvent, 'salt'> & { readonly salt?: string | undefined };

export type ValidationResult =
  | {
      readonly outcome: 'accepted';
      readonly events: readonly [ValidatedEvent, ...ValidatedEvent[]];
      readonly warnings: readonly Warning[];
    }
  | { readonly outcome: 'invalid' | 'not-found' | 'conflict'; readonly errors: readonly FieldError[] };

/**
 * Validates events against their record, each against the state that the events before it lead to.
 *
 * @param now for the warnings of dates in the future
 */
export function validateAppend({ events }: AppendRequest, record: RecordState, now: Date): ValidationResult {
  const [first, ...others] = events;
  const opening = validateEvent(first, record, now);
  if (opening.outcome !== 'accepted' || others.length === 0) return opening;
  const accepted: [ValidatedEvent, ...ValidatedEvent[]] = [...opening.events];
  const warnings = [...opening.warnings];
  let state = foldPending(record, opening.events[0]);
  for (const pending of others) {
    const result = validateEvent(pending, state, now);
    if (result.outcome !== 'accepted') return result;
    accepted.push(...result.events);
    warnings.push(...result.warnings);
    state = foldPending(state, result.events[0]);
  }
  return { outcome: 'accepted', events: accepted, warnings };
}

function validateEvent(pending: PendingEvent, record: RecordState, now: Date): ValidationResult {
  const { pointer, imported } = pending;
  // Its content is gone, so nothing can be checked. `chancery verify` checks that the removal is recorded.
  if (imported?.isRedacted === true) {
    return { outcome: 'accepted', events: [newEvent(pending, pending.event)], warnings: [] };
  }
  const check = imported === undefined ? checkNewEvent : checkAgainstRecord;
  const checked = check(pending.event, record);
  if (checked.outcome === 'refused') {
    return { outcome: checked.reason, errors: prefixPointers(checked.errors, pointer) };
  }
  if (imported !== undefined && !isAsRecorded(checked.event)) {
    const detail = 'The content is not in the form in which events are recorded. Send it as a new event.';
    return { outcome: 'invalid', errors: [{ pointer, code: 'unknown-value', detail }] };
  }
  return {
    outcome: 'accepted',
    events: [newEvent(pending, checked.event)],
    warnings: [...checked.warnings, ...fieldWarningsOf(checked.event, record, now)].map((warning) =>
      prefixWarning(warning, pointer),
    ),
  };
}

/** Checks the payload inside a correction, too. */
function fieldWarningsOf(event: ParsedEvent, record: RecordState, now: Date): readonly Warning[] {
  const type = findEventType(event.type);
  if (type === undefined) throw new TypeError(`Unknown event type: ${event.type}`);
  const warnings = fieldWarnings(type, event, now);
  const curation = findCurationType(event.type);
  if (curation?.carriesPayload !== true) return warnings;
  const corrected = record.versions.get(record.originals.get(curation.target(event.data)) ?? '');
  const correctedType = corrected && findContentType(corrected.type);
  if (corrected === undefined || correctedType === undefined) return warnings;
  const correction = event.data as CurationData['EventCorrected'];
  return [...warnings, ...correctedFieldWarnings(correctedType, correction, corrected.occurred, now)];
}

/** True if nothing had to be normalised but `CS`, which earlier versions recorded as it was sent. */
function isAsRecorded({ verbatim = {} }: ParsedEvent): boolean {
  return Object.values(verbatim).every(isReusedCode);
}

function newEvent({ id, actor, imported }: PendingEvent, event: ParsedEvent): ValidatedEvent {
  const { type } = event;
  if (imported === undefined) {
    return { id, type, metadata: metadataJson({ ...event, actor }), content: contentJson(event) };
  }
  const { metadata, content, recordedAt, salt, commitment } = imported;
  return { id, type, metadata, content, recordedAt, salt, ...(commitment !== undefined && { commitment }) };
}

/** Folds an event that is not appended yet. No rule depends on its position or time of recording. */
export function foldPending(record: RecordState, event: ValidatedEvent): RecordState {
  const place = { stream: record.stream, revision: record.revision + 1, position: '', recordedAt: '' };
  return evolveRecord(record, decodeEvent({ ...event, ...place }));
}

function prefixWarning(warning: Warning, prefix: string): Warning {
  return warning.pointer === undefined ? warning : { ...warning, pointer: prefix + warning.pointer };
}
