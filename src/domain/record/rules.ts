import type { ContentEventType } from '../event-types/define-event-type.ts';
import { findContentType } from '../event-types/registry.ts';
import { checkStart, normalisePayload } from '../events/normalise.ts';
import type { ParsedEvent } from '../events/parse.ts';
import { knownVersions, upcast } from '../events/upcasting.ts';
import { type FieldError, type FieldErrorCode, fieldErrorsOf } from '../fields/field-error.ts';
import { type DateSpan, parseEdtf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { openingOf, type RecordState, type RecordVersion } from './record.ts';

/** Something that was accepted and deserves a second look. */
export interface Warning {
  readonly code:
    | 'arrival-without-dispatch'
    | 'return-without-dispatch'
    | 'step-without-signing'
    | 'opening-incomplete';
  readonly detail: string;
  readonly pointer?: string;
}

export type RecordRuling =
  /**
   * The payload of a correction is read by the type of the event that it corrects: countries are codes, and it is in the
   * present schema version of that type, as `correctedSchemaVersion` then says.
   */
  | { readonly outcome: 'accepted'; readonly event: ParsedEvent; readonly warnings: readonly Warning[] }
  | {
      readonly outcome: 'refused';
      readonly reason: 'invalid' | 'not-found' | 'conflict';
      readonly errors: readonly FieldError[];
    };

/** May this event go onto this record, as it stands now? */
export function checkAgainstRecord(event: ParsedEvent, state: RecordState): RecordRuling {
  if (state.revision + 1 >= limits.recordEventsMax) {
    const detail = `A record holds at most ${limits.recordEventsMax} events; open another one and link it.`;
    return refused('conflict', 'record-full', '/stream', detail);
  }
  if (event.category !== 'curation') return checkContent(event, state);
  if (state.revision < 0) {
    return refused('not-found', 'unknown-record', '/stream', `There is no record ${state.stream}.`);
  }
  switch (event.type) {
    case 'EventCorrected':
      return checkCorrection(event, state);
    case 'EventRetracted':
      return checkRetraction(event, state);
    case 'RecordLinked':
      return checkLink(event, state);
    case 'LinkWithdrawn':
      return checkWithdrawal(event, state);
    default:
      throw new TypeError(`Not a type of curation: ${event.type}`);
  }
}

function checkContent(event: ParsedEvent, state: RecordState): RecordRuling {
  if (!state.stream.startsWith(`${event.category}-`)) {
    const detail = `${event.type} goes onto a record whose name begins ${event.category}-.`;
    return refused('invalid', 'wrong-category', '/stream', detail);
  }
  return accepted(event, warningsFor(event, state));
}

function checkCorrection(event: ParsedEvent<'EventCorrected'>, state: RecordState): RecordRuling {
  const original = state.originals.get(event.data.corrects);
  const version = original === undefined ? undefined : state.versions.get(original);
  if (version === undefined) return unknownEvent('/data/corrects');
  if (version.status === 'retracted') {
    const detail = 'The event was retracted; record what holds now as a new event.';
    return refused('conflict', 'already-retracted', '/data/corrects', detail);
  }
  return readCorrectedPayload(event, version);
}

function readCorrectedPayload(event: ParsedEvent<'EventCorrected'>, version: RecordVersion): RecordRuling {
  const type = findContentType(version.type);
  const date = parseEdtf(event.data.occurred ?? version.occurred);
  if (type === undefined || date.outcome === 'refused')
    throw new TypeError(`Cannot be corrected: ${version.event.id}`);
  const { correctedSchemaVersion: schemaVersion = type.schemaVersion, data } = event;
  if (schemaVersion > type.schemaVersion) {
    return refused('invalid', 'out-of-range', '/correctedSchemaVersion', knownVersions(type.name));
  }
  const { id } = version.event;
  const { data: payload } = upcast({ id, type: type.name, schemaVersion, data: data.data });
  return checkPayload({ ...event, data: { ...data, data: payload } }, type, date.span);
}

/** The payload has the fields of the present schema version. */
function checkPayload(
  event: ParsedEvent<'EventCorrected'>,
  type: ContentEventType,
  span: DateSpan,
): RecordRuling {
  const at = '/data/data';
  const sent = event.data.data;
  const parsed = type.data.safeParse(sent);
  if (!parsed.success) return invalid(fieldErrorsOf(parsed.error.issues, sent, at));
  const { errors, verbatim } = normalisePayload(sent, parsed.data, span, at);
  const wrong = [...errors, ...checkStart(type, parsed.data, span, at)];
  if (wrong.length > 0) return invalid(wrong);
  const data = { ...event.data, data: parsed.data as JsonObject };
  const corrected = { ...event, correctedSchemaVersion: type.schemaVersion, data };
  if (verbatim === undefined) return accepted(corrected);
  return accepted({ ...corrected, verbatim: { ...event.verbatim, ...verbatim } });
}

function checkRetraction(event: ParsedEvent<'EventRetracted'>, state: RecordState): RecordRuling {
  const { retracts } = event.data;
  const version = state.versions.get(retracts);
  if (version !== undefined) {
    if (version.status !== 'retracted') return accepted(event);
    return refused('conflict', 'already-retracted', '/data/retracts', 'The event was retracted before.');
  }
  const original = state.originals.get(retracts);
  if (original === undefined) return unknownEvent('/data/retracts');
  const detail = `This is a correction. Correct the event again to undo it, or retract the event itself, ${original}.`;
  return refused('invalid', 'wrong-target', '/data/retracts', detail);
}

function checkLink(event: ParsedEvent<'RecordLinked'>, state: RecordState): RecordRuling {
  const { from, to } = event.data;
  if (from !== state.stream && !state.originals.has(from)) return unknownEvent('/data/from');
  if (from !== to) return accepted(event);
  return refused('invalid', 'self-link', '/data/to', 'A link leads to another record or event.');
}

function checkWithdrawal(event: ParsedEvent<'LinkWithdrawn'>, state: RecordState): RecordRuling {
  const { withdraws } = event.data;
  if (!state.links.has(withdraws)) {
    return refused('not-found', 'unknown-event', '/data/withdraws', 'No link of this record has this id.');
  }
  if (state.links.get(withdraws) !== undefined) return accepted(event);
  return refused('conflict', 'already-withdrawn', '/data/withdraws', 'The link was withdrawn before.');
}

/** The reporting is partial, so a step may come without the one before it; the recorder is told. */
function warningsFor(event: ParsedEvent, state: RecordState): readonly Warning[] {
  const warnings: Warning[] = [];
  const has = (type: string) =>
    [...state.versions.values()].some((v) => v.type === type && v.status !== 'retracted');
  if (event.type === 'ShipmentArrived' && !has('ShipmentDispatched')) {
    warnings.push({ code: 'arrival-without-dispatch', detail: 'No dispatch is recorded for this arrival.' });
  }
  if (event.type === 'ShipmentReturned' && !has('ShipmentDispatched')) {
    warnings.push({ code: 'return-without-dispatch', detail: 'No dispatch is recorded for this return.' });
  }
  if (event.category === 'mou' && event.type !== 'MouSigned' && !has('MouSigned')) {
    warnings.push({ code: 'step-without-signing', detail: 'No signing is recorded for this agreement.' });
  }
  return openingOf(state) === undefined ? [...warnings, ...openingGaps(event)] : warnings;
}

/** A shipment whose first event leaves out where it goes or what it is appears on few timelines. */
function openingGaps(event: ParsedEvent): readonly Warning[] {
  if (event.category !== 'shipment') return [];
  return ['origin', 'destination', 'goods']
    .filter((field) => !(field in event.data))
    .map((field) => ({
      code: 'opening-incomplete',
      detail: `The record opens without its ${field}; later steps have nothing to take it from.`,
      pointer: `/data/${field}`,
    }));
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
