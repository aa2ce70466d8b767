import { decodeEvent } from '../domain/events/event.ts';
import type { ParsedEvent } from '../domain/events/parse.ts';
import type { FieldError } from '../domain/fields/field-error.ts';
import { evolveRecord, type RecordState } from '../domain/record/record.ts';
import { checkAgainstRecord, type Warning } from '../domain/record/rules.ts';
import type { NewEvent } from '../event-store/event-store.ts';
import { type AppendRequest, type PendingEvent, prefixPointers } from './append-request.ts';
import { contentJson, metadataJson } from './serialize.ts';

export type UnsaltedEvent = Omit<NewEvent, 'salt'>;

export type ValidationResult =
  | {
      readonly outcome: 'accepted';
      readonly events: readonly [UnsaltedEvent, ...UnsaltedEvent[]];
      readonly warnings: readonly Warning[];
    }
  | { readonly outcome: 'invalid' | 'not-found' | 'conflict'; readonly errors: readonly FieldError[] };

/** Holds the events against their record, one after another, each against the record that those before it lead to. */
export function validateAppend({ events: drafts }: AppendRequest, record: RecordState): ValidationResult {
  const [first, ...others] = drafts;
  const opening = validateEvent(first, record);
  if (opening.outcome !== 'accepted' || others.length === 0) return opening;
  const events: [UnsaltedEvent, ...UnsaltedEvent[]] = [...opening.events];
  const warnings = [...opening.warnings];
  let state = evolved(record, opening.events[0]);
  for (const draft of others) {
    const judged = validateEvent(draft, state);
    if (judged.outcome !== 'accepted') return judged;
    events.push(...judged.events);
    warnings.push(...judged.warnings);
    state = evolved(state, judged.events[0]);
  }
  return { outcome: 'accepted', events, warnings };
}

function validateEvent(draft: PendingEvent, record: RecordState): ValidationResult {
  const checked = checkAgainstRecord(draft.event, record);
  if (checked.outcome === 'refused') {
    return { outcome: checked.reason, errors: prefixPointers(checked.errors, draft.pointer) };
  }
  const isAltered = draft.restored !== undefined && checked.event.verbatim !== undefined;
  if (isAltered) return { outcome: 'invalid', errors: [altered(draft)] };
  return {
    outcome: 'accepted',
    events: [newEvent(draft, checked.event)],
    warnings: checked.warnings.map((warning) => at(warning, draft)),
  };
}

function newEvent({ id, actor, restored }: PendingEvent, event: ParsedEvent): UnsaltedEvent {
  const { type } = event;
  if (restored === undefined) {
    return { id, type, metadata: metadataJson({ ...event, actor }), content: contentJson(event) };
  }
  const { metadata, content, recordedAt } = restored;
  return { id, type, metadata, content, recordedAt };
}

/** The record as it will be; no rule looks at the place in the log or at the time of recording. */
export function evolved(record: RecordState, event: UnsaltedEvent): RecordState {
  const place = { stream: record.stream, revision: record.revision + 1, position: '', recordedAt: '' };
  return evolveRecord(record, decodeEvent({ ...event, ...place }));
}

function at(warning: Warning, { pointer }: PendingEvent): Warning {
  return warning.pointer === undefined ? warning : { ...warning, pointer: pointer + warning.pointer };
}

function altered({ pointer }: PendingEvent): FieldError {
  const detail = 'The content is not in the form in which it was recorded; send it as a new event.';
  return { pointer, code: 'unknown-value', detail };
}
