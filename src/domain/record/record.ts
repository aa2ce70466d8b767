import { contentRedacted } from '../event-types/redaction.ts';
import { type ContentTypeName, type CurationTypeName, findContentType } from '../event-types/registry.ts';
import { withoutReusedCodes } from '../events/country-fields.ts';
import type { ContentEvent, CurationEvent, DomainEvent } from '../events/event.ts';
import { upcast } from '../events/upcasting.ts';
import { type DateSpan, spanOf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';
import { withConflicts } from './conflicts.ts';
import { addLink, inboundOf, ownLinks, withdrawLink, withInbound } from './links.ts';
import { openingOf, type RecordState, type RecordVersion, renewed, replaced } from './record-version.ts';
import { redactedParts } from './redacted-version.ts';

/*
 * A record is a stream. Its fold gives the current version of each event that says what happened: with its corrections,
 * its retraction and its links.
 */

type Effect<Type extends CurationTypeName> = (state: RecordState, event: CurationEvent<Type>) => RecordState;

const effects: { readonly [Type in CurationTypeName]: Effect<Type> } = {
  EventCorrected: correct,
  EventRetracted: retract,
  SourceAdded: addSource,
  RecordLinked: addLink,
  LinkWithdrawn: withdrawLink,
  EventRedacted: redact,
};

/**
 * Folds one more event into the record. Pure. Versions that the event does not affect stay the same objects; when the
 * first event changes, so do the versions that inherit from it. A curation event that `checkAgainstRecord` would have
 * refused changes the revision only.
 *
 * @throws UnknownSchemaVersionError on a correction whose payload was written by a newer version of the program.
 */
export function evolveRecord(state: RecordState, event: DomainEvent): RecordState {
  const next = { ...state, revision: event.revision };
  if (isRedactedCuration(event)) return next;
  const effect = Object.hasOwn(effects, event.type) ? effects[event.type as CurationTypeName] : addVersion;
  return withConflicts(
    state,
    (effect as (state: RecordState, event: DomainEvent) => RecordState)(next, event),
  );
}

/** A correction whose content was removed is as if it had never been made. So is a retraction, a source and a link. */
function isRedactedCuration({ type, data }: { readonly type: string; readonly data: object }): boolean {
  return type === contentRedacted.name && 'type' in data && Object.hasOwn(effects, String(data.type));
}

function addVersion(state: RecordState, event: ContentEvent): RecordState {
  const { id, type, data, occurred, sources } = event;
  const inherits = findContentType(type)?.inherits === true;
  const span = spanOf(occurred);
  const version = {
    type,
    data: payloadInEra(type, data, span),
    event,
    occurred,
    span,
    sources,
    status: 'current',
    versions: 1,
    links: ownLinks(id, type, data, state.links),
    inbound: inboundOf([id], state),
    opening: inherits ? openingOf(state) : undefined,
    ...(event.redacted !== undefined && { redactions: event.redacted }),
  } as RecordVersion;
  return {
    ...state,
    versions: new Map(state.versions).set(id, version),
    originals: new Map(state.originals).set(id, id),
  };
}

function correct(state: RecordState, event: CurationEvent<'EventCorrected'>): RecordState {
  const { corrects, occurred } = event.data;
  const original = state.originals.get(corrects);
  const version = original === undefined ? undefined : state.versions.get(original);
  if (original === undefined || version === undefined || version.status === 'retracted') return state;
  const data = correctedPayload(event, version.type);
  const span = occurred === undefined ? version.span : spanOf(occurred);
  const corrected = renewed(version, {
    data: payloadInEra(version.type, data, span) as unknown as RecordVersion['data'],
    occurred: occurred ?? version.occurred,
    span,
    sources: [...version.sources, ...event.sources],
    status: 'corrected',
    versions: version.versions + 1,
    links: ownLinks(original, version.type, data, state.links),
  });
  const originals = new Map(state.originals).set(event.id, original);
  const next = { ...state, originals, versions: replaced(state.versions, new Map([[original, corrected]])) };
  const links = next.inbound.get(event.id);
  return links === undefined ? next : withInbound(next, event.id, links);
}

/** Upcasts the payload of a correction to the current version of the corrected type. */
function correctedPayload(
  { id, data, correctedSchemaVersion = 1 }: CurationEvent<'EventCorrected'>,
  type: ContentTypeName,
): JsonObject {
  return upcast({ id, type, schemaVersion: correctedSchemaVersion, data: data.data }).data;
}

function addSource(state: RecordState, event: CurationEvent<'SourceAdded'>): RecordState {
  const { to, act, source: index } = event.data;
  const original = state.originals.get(to);
  const version = original === undefined ? undefined : state.versions.get(original);
  const [source] = event.sources;
  if (original === undefined || version === undefined || source === undefined) return state;
  const isCorrection = act === 'corrects-source' && index !== undefined && index < version.sources.length;
  const sources = isCorrection ? version.sources.with(index, source) : [...version.sources, source];
  const changed = renewed(version, { sources });
  return { ...state, versions: replaced(state.versions, new Map([[original, changed]])) };
}

/** Reads `CS`, as earlier versions recorded it, as the state of that time. */
function payloadInEra<Data>(type: ContentTypeName, data: Data, span: DateSpan): Data {
  const definition = findContentType(type);
  return definition === undefined ? data : withoutReusedCodes(definition.data, data, span);
}

function retract(state: RecordState, event: CurationEvent<'EventRetracted'>): RecordState {
  const { retracts } = event.data;
  const version = state.versions.get(retracts);
  if (version === undefined || version.status === 'retracted') return state;
  const retracted = renewed(version, {
    sources: [...version.sources, ...event.sources],
    status: 'retracted',
    versions: version.versions + 1,
  });
  return { ...state, versions: replaced(state.versions, new Map([[retracts, retracted]])) };
}

/** The event was rewritten without what is removed. In a history in which it was not, it is removed now. */
function redact(state: RecordState, event: CurationEvent<'EventRedacted'>): RecordState {
  const { redacts, statement } = event.data;
  const version = state.versions.get(redacts);
  if (version === undefined) return state;
  const { redactions = [] } = version;
  const isRewritten = redactions.some(({ by }) => by === event.id);
  const part = { by: event.id, ...(statement !== undefined && { statement }) };
  const rewritten = isRewritten ? version : renewed(version, redactedParts(version, statement));
  const explained = (isRewritten ? redactions : [...redactions, part]).map((redaction) =>
    redaction.by === event.id ? { ...redaction, ...explanationOf(event) } : redaction,
  );
  const redacted = renewed(rewritten, { redactions: explained });
  return { ...state, versions: replaced(state.versions, new Map([[redacts, redacted]])) };
}

function explanationOf({ data: { ground, basis }, recordedAt }: CurationEvent<'EventRedacted'>) {
  return { ground, basis, recordedAt };
}
