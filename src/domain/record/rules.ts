import microdiff from 'microdiff';
import type { ContentEventType, Warning } from '../event-types/define-event-type.ts';
import { contentRedacted } from '../event-types/redaction.ts';
import { type CurationTypeName, findContentType } from '../event-types/registry.ts';
import { checkLocalDays, normalisePayload } from '../events/normalise.ts';
import type { ParsedEvent } from '../events/parse.ts';
import { knownVersions, upcast } from '../events/upcasting.ts';
import { type FieldError, type FieldErrorCode, fieldErrorsOf } from '../fields/field-error.ts';
import { type DateSpan, parseEdtf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { openingOf, type RecordState, type RecordVersion } from './record-version.ts';

export type { Warning } from '../event-types/define-event-type.ts';

export type RecordRuling =
  /**
   * In an accepted correction, the corrected payload has been parsed as the type of the corrected event: countries are
   * codes, and `correctedSchemaVersion` is the current version of that type.
   */
  | { readonly outcome: 'accepted'; readonly event: ParsedEvent; readonly warnings: readonly Warning[] }
  | {
      readonly outcome: 'refused';
      readonly reason: 'invalid' | 'not-found' | 'conflict';
      readonly errors: readonly FieldError[];
    };

type Check<Type extends CurationTypeName> = (event: ParsedEvent<Type>, state: RecordState) => RecordRuling;

const checks: { readonly [Type in CurationTypeName]: Check<Type> } = {
  EventCorrected: checkCorrection,
  EventRetracted: checkRetraction,
  SourceAdded: checkSource,
  RecordLinked: checkLink,
  LinkWithdrawn: checkWithdrawal,
  EventRedacted: checkRedaction,
};

/** Decides whether the event may be appended to the record in its current state. */
export function checkAgainstRecord(event: ParsedEvent, state: RecordState): RecordRuling {
  if (state.revision + 1 >= limits.recordEventsMax) {
    const detail = `A record holds at most ${limits.recordEventsMax} events. Open another one and link it.`;
    return refused('conflict', 'record-full', '/stream', detail);
  }
  if (!Object.hasOwn(checks, event.type)) return checkContent(event, state);
  if (state.revision < 0) {
    return refused('not-found', 'unknown-record', '/stream', `There is no record ${state.stream}.`);
  }
  const check = checks[event.type as CurationTypeName] as (
    event: ParsedEvent,
    state: RecordState,
  ) => RecordRuling;
  return check(event, state);
}

/** Decides as `checkAgainstRecord` does, and refuses a correction that changes nothing, which an import may contain. */
export function checkNewEvent(event: ParsedEvent, state: RecordState): RecordRuling {
  const ruling = checkAgainstRecord(event, state);
  if (ruling.outcome === 'refused' || ruling.event.type !== 'EventCorrected') return ruling;
  const { corrects, data, occurred } = ruling.event.data;
  const version = state.versions.get(state.originals.get(corrects) ?? '');
  if (version === undefined || (occurred !== undefined && occurred !== version.occurred)) return ruling;
  if (microdiff(data, version.data, { cyclesFix: false }).length > 0) return ruling;
  const detail =
    'The event has this payload and this date already. A corrected date goes into data.occurred; occurred itself is ' +
    'the date of the correction. Another source is added with SourceAdded.';
  return refused('conflict', 'nothing-changed', '/data/data', detail);
}

function checkContent(event: ParsedEvent, state: RecordState): RecordRuling {
  if (!state.stream.startsWith(`${event.category}-`)) {
    const detail = `${event.type} belongs to records whose names begin with ${event.category}-.`;
    return refused('invalid', 'wrong-category', '/stream', detail);
  }
  return accepted(event, warningsFor(event, state));
}

function checkCorrection(event: ParsedEvent<'EventCorrected'>, state: RecordState): RecordRuling {
  const original = state.originals.get(event.data.corrects);
  const version = original === undefined ? undefined : state.versions.get(original);
  if (version === undefined) return unknownEvent('/data/corrects');
  if (isRedacted(version)) return contentWasRedacted('/data/corrects');
  if (version.status === 'retracted') {
    const detail = 'The event was retracted. Record what is true now as a new event.';
    return refused('conflict', 'already-retracted', '/data/corrects', detail);
  }
  return readCorrectedPayload(event, version);
}

function readCorrectedPayload(event: ParsedEvent<'EventCorrected'>, version: RecordVersion): RecordRuling {
  const type = findContentType(version.type);
  const date = parseEdtf(event.data.occurred ?? version.occurred);
  if (type === undefined || date.outcome === 'refused') {
    throw new TypeError(`Cannot be corrected: ${version.event.id}`);
  }
  const { correctedSchemaVersion: schemaVersion = 1, data } = event;
  if (schemaVersion > type.version) {
    return refused('invalid', 'out-of-range', '/correctedSchemaVersion', knownVersions(type.name));
  }
  const { id } = version.event;
  const { data: payload } = upcast({ id, type: type.name, schemaVersion, data: data.data });
  return checkPayload({ ...event, data: { ...data, data: payload } }, type, date.span);
}

/** Checks a payload in the current version of its type. */
function checkPayload(
  event: ParsedEvent<'EventCorrected'>,
  type: ContentEventType,
  span: DateSpan,
): RecordRuling {
  const at = '/data/data';
  const sent = event.data.data;
  const parsed = type.data.safeParse(sent);
  if (!parsed.success) return invalid(fieldErrorsOf(parsed.error.issues, sent, at));
  const { errors, verbatim } = normalisePayload(type, sent, parsed.data, span, at);
  const wrong = [...errors, ...checkLocalDays(type, parsed.data, span, at)];
  if (wrong.length > 0) return invalid(wrong);
  const data = { ...event.data, data: parsed.data as JsonObject };
  const corrected = { ...event, correctedSchemaVersion: type.version, data };
  if (verbatim === undefined) return accepted(corrected);
  return accepted({ ...corrected, verbatim: { ...event.verbatim, ...verbatim } });
}

function checkSource(event: ParsedEvent<'SourceAdded'>, state: RecordState): RecordRuling {
  const { to, act, source } = event.data;
  const version = state.versions.get(state.originals.get(to) ?? '');
  if (version === undefined) return unknownEvent('/data/to');
  if (isRedacted(version)) return contentWasRedacted('/data/to');
  if (event.sources.length > 1) {
    return refused('invalid', 'too-many', '/sources', 'Add one source at a time.');
  }
  if (act === 'corroborates') {
    if (source === undefined) return accepted(event);
    const detail = 'A source of the event is named only if it is corrected. Leave this out.';
    return refused('invalid', 'unknown-field', '/data/source', detail);
  }
  if (source !== undefined && source < version.sources.length) return accepted(event);
  const expected = `the index of the corrected source, from 0 to ${version.sources.length - 1}.`;
  return source === undefined
    ? refused('invalid', 'missing-field', '/data/source', `This field is required and must be ${expected}`)
    : refused('invalid', 'out-of-range', '/data/source', `Expected ${expected}`);
}

function checkRetraction(event: ParsedEvent<'EventRetracted'>, state: RecordState): RecordRuling {
  const { retracts } = event.data;
  const version = state.versions.get(retracts);
  if (version !== undefined) {
    if (isRedacted(version)) return contentWasRedacted('/data/retracts');
    if (version.status !== 'retracted') return accepted(event);
    return refused('conflict', 'already-retracted', '/data/retracts', 'The event is already retracted.');
  }
  const original = state.originals.get(retracts);
  if (original === undefined) return unknownEvent('/data/retracts');
  const detail = `This is a correction. To undo it, correct the event again; or retract the event itself, ${original}.`;
  return refused('invalid', 'wrong-target', '/data/retracts', detail);
}

function checkLink(event: ParsedEvent<'RecordLinked'>, state: RecordState): RecordRuling {
  const { from, to } = event.data;
  if (from !== state.stream && !state.originals.has(from)) return unknownEvent('/data/from');
  if (from !== to) return accepted(event);
  return refused('invalid', 'self-link', '/data/to', 'A link needs two different ends.');
}

function checkWithdrawal(event: ParsedEvent<'LinkWithdrawn'>, state: RecordState): RecordRuling {
  const { withdraws } = event.data;
  if (!state.links.has(withdraws)) {
    return refused('not-found', 'unknown-event', '/data/withdraws', 'No link of this record has this id.');
  }
  if (state.links.get(withdraws) !== undefined) return accepted(event);
  return refused('conflict', 'already-withdrawn', '/data/withdraws', 'The link is already withdrawn.');
}

/** An import restores removals after the events that they are about, which lack their content already. */
function checkRedaction(event: ParsedEvent<'EventRedacted'>): RecordRuling {
  return accepted(event);
}

function isRedacted({ type }: { readonly type: string }): boolean {
  return type === contentRedacted.name;
}

function contentWasRedacted(pointer: string): RecordRuling {
  const detail = 'The content of the event was removed by law, so nothing can be said about it.';
  return refused('conflict', 'content-redacted', pointer, detail);
}

function warningsFor({ type, data }: ParsedEvent, state: RecordState): readonly Warning[] {
  const standing = [...state.versions.values()].filter(({ status }) => status !== 'retracted');
  const first = (name: string) => standing.find((version) => version.type === name);
  return (
    findContentType(type)?.warnings?.({
      data,
      isFirst: openingOf(state) === undefined,
      has: (name) => first(name) !== undefined,
      dateOf: (name) => first(name)?.span,
    }) ?? []
  );
}

function unknownEvent(pointer: string): RecordRuling {
  return refused('not-found', 'unknown-event', pointer, 'No event of this record has this id.');
}

function accepted(event: ParsedEvent, warnings: readonly Warning[] = []): RecordRuling {
  return { outcome: 'accepted', event, warnings };
}

function invalid(errors: readonly FieldError[]): RecordRuling {
  return { outcome: 'refused', reason: 'invalid', errors };
}

type Reason = 'invalid' | 'not-found' | 'conflict';

function refused(reason: Reason, code: FieldErrorCode, pointer: string, detail: string): RecordRuling {
  return { outcome: 'refused', reason, errors: [{ pointer, code, detail }] };
}
