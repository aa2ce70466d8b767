import type { Relation } from '../event-types/correction.ts';
import {
  type ContentData,
  type ContentTypeName,
  type CurationTypeName,
  findContentType,
} from '../event-types/registry.ts';
import type { ContentEvent, CurationEvent, DomainEvent } from '../events/event.ts';
import { upcast } from '../events/upcasting.ts';
import type { Source } from '../fields/source.ts';
import { type DateSpan, spanOf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';

/*
 * A record is a stream. Its fold gives the current version of each event that says what happened: with its corrections,
 * its retraction and its links.
 */

export interface RecordLink {
  readonly relation: Relation;
  /** The name of a record or the id of an event. */
  readonly to: string;
  /** Id of the `RecordLinked` event. Absent when the payload itself states the link. */
  readonly linkedBy?: string;
}

/** A link from another record, or from another event of this one, as its target sees it. */
export interface InboundLink {
  readonly relation: Relation;
  /** The other end: the name of a record or the id of an event. */
  readonly from: string;
  /** Id of the `RecordLinked` event. */
  readonly linkedBy: string;
  readonly isWithdrawn: boolean;
}

/** How one event of a record reads after its corrections. Immutable: every change makes a new version. */
export type RecordVersion<Type extends ContentTypeName = ContentTypeName> = {
  readonly [Name in Type]: {
    readonly type: Name;
    /** The corrected payload. */
    readonly data: ContentData[Name];
    /** The event as recorded, its payload upcast. */
    readonly event: ContentEvent<Name>;
    /** The corrected date, EDTF. */
    readonly occurred: string;
    readonly span: DateSpan;
    /** The sources of the event, then of its corrections and its retraction, in the order of recording. */
    readonly sources: readonly Source[];
    readonly status: 'current' | 'corrected' | 'retracted';
    /** Counts from 1; each correction and the retraction add one. */
    readonly versions: number;
    readonly links: readonly RecordLink[];
    /** Links to the event and to its record, in the order of recording. */
    readonly inbound: readonly InboundLink[];
    /** The first event of the record, for types that inherit from it. Undefined on the first event itself. */
    readonly opening: RecordVersion | undefined;
  };
}[Type];

/** A link made by a `RecordLinked` event that was not withdrawn. */
interface CuratedLink extends RecordLink {
  readonly linkedBy: string;
  /** Id of the event that it links; undefined when it links the record as a whole. */
  readonly from: string | undefined;
}

export interface RecordState {
  readonly stream: string;
  /** Revision of the last event; -1 when there is none. */
  readonly revision: number;
  /** Event id → current version, in the order of recording. */
  readonly versions: ReadonlyMap<string, RecordVersion>;
  /** Id of an event or of a correction → id of the event that a correction of it changes. */
  readonly originals: ReadonlyMap<string, string>;
  /** Id of the `RecordLinked` event → the link; undefined once it was withdrawn. */
  readonly links: ReadonlyMap<string, CuratedLink | undefined>;
  /** Target, which is the record or one of its events → the links to it, as far as `withInbound` added them. */
  readonly inbound: ReadonlyMap<string, readonly InboundLink[]>;
}

export function emptyRecord(stream: string): RecordState {
  return {
    stream,
    revision: -1,
    versions: new Map(),
    originals: new Map(),
    links: new Map(),
    inbound: new Map(),
  };
}

type Effect<Type extends CurationTypeName> = (state: RecordState, event: CurationEvent<Type>) => RecordState;

const effects: { readonly [Type in CurationTypeName]: Effect<Type> } = {
  EventCorrected: correct,
  EventRetracted: retract,
  SourceAdded: addSource,
  RecordLinked: link,
  LinkWithdrawn: withdrawLink,
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
  const effect = Object.hasOwn(effects, event.type) ? effects[event.type as CurationTypeName] : addVersion;
  return (effect as (state: RecordState, event: DomainEvent) => RecordState)(next, event);
}

/** The current version of the record's first event. */
export function openingOf(state: RecordState): RecordVersion | undefined {
  return state.versions.values().next().value;
}

function addVersion(state: RecordState, event: ContentEvent): RecordState {
  const { id, type, data, occurred, sources } = event;
  const inherits = findContentType(type)?.inherits === true;
  const version = {
    type,
    data,
    event,
    occurred,
    span: spanOf(occurred),
    sources,
    status: 'current',
    versions: 1,
    links: linksOf(id, type, data, state.links),
    inbound: inboundOf([id], state),
    opening: inherits ? openingOf(state) : undefined,
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
  const corrected = renewed(version, {
    data: data as unknown as RecordVersion['data'],
    occurred: occurred ?? version.occurred,
    span: occurred === undefined ? version.span : spanOf(occurred),
    sources: [...version.sources, ...event.sources],
    status: 'corrected',
    versions: version.versions + 1,
    links: linksOf(original, version.type, data, state.links),
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
  const sources =
    act === 'corroborates' ? [...version.sources, source] : version.sources.with(index ?? 0, source);
  const changed = renewed(version, { sources });
  return { ...state, versions: replaced(state.versions, new Map([[original, changed]])) };
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

function link(state: RecordState, event: CurationEvent<'RecordLinked'>): RecordState {
  const { from, to, relation } = event.data;
  const original = from === state.stream ? undefined : state.originals.get(from);
  if (original === undefined && from !== state.stream) return state;
  const links = new Map(state.links).set(event.id, { relation, to, linkedBy: event.id, from: original });
  return { ...state, links, versions: relinked(state.versions, links, original) };
}

function withdrawLink(state: RecordState, event: CurationEvent<'LinkWithdrawn'>): RecordState {
  const withdrawn = state.links.get(event.data.withdraws);
  if (withdrawn === undefined) return state;
  const links = new Map(state.links).set(event.data.withdraws, undefined);
  return { ...state, links, versions: relinked(state.versions, links, withdrawn.from) };
}

/**
 * Sets the links to the record or to one of its events. They are recorded elsewhere in the log, so the fold of the
 * record alone does not know them.
 */
export function withInbound(state: RecordState, target: string, links: readonly InboundLink[]): RecordState {
  const next = { ...state, inbound: new Map(state.inbound).set(target, links) };
  const original = state.originals.get(target);
  const ids = target === state.stream ? [...state.versions.keys()] : original === undefined ? [] : [original];
  const changes = new Map<string, RecordVersion>();
  for (const id of ids) {
    const version = state.versions.get(id);
    if (version !== undefined)
      changes.set(id, renewed(version, { inbound: inboundOf(namesOf(id, next), next) }));
  }
  return { ...next, versions: replaced(next.versions, changes) };
}

/** The ids that mean an event: its own and those of its corrections. */
function namesOf(id: string, { originals }: RecordState): readonly string[] {
  return [...originals].filter(([, original]) => original === id).map(([name]) => name);
}

const NOT_LINKED: readonly InboundLink[] = [];

function inboundOf(ids: readonly string[], { stream, inbound }: RecordState): readonly InboundLink[] {
  if (inbound.size === 0) return NOT_LINKED;
  const links = [stream, ...ids].flatMap((target) => inbound.get(target) ?? []);
  return links.filter(({ isWithdrawn }) => !isWithdrawn);
}

type Versions = ReadonlyMap<string, RecordVersion>;
type Links = RecordState['links'];

/** Gives the current links to the version of one event or, without `original`, to all versions. */
function relinked(versions: Versions, links: Links, original: string | undefined): Versions {
  const changes = new Map<string, RecordVersion>();
  for (const [id, version] of versions) {
    if (original !== undefined && id !== original) continue;
    changes.set(id, renewed(version, { links: linksOf(id, version.type, version.data, links) }));
  }
  return replaced(versions, changes);
}

/** Replaces the changed versions, and passes a changed first event on to the versions that inherit from it. */
function replaced(versions: Versions, changes: Versions): Versions {
  const result = new Map(versions);
  const [first] = versions.keys();
  const opening = first === undefined ? undefined : changes.get(first);
  for (const [id, version] of versions) {
    const changed = changes.get(id) ?? version;
    const inheritsChange = opening !== undefined && version.opening !== undefined;
    result.set(id, inheritsChange ? renewed(changed, { opening }) : changed);
  }
  return result;
}

/** Returns the links that the payload states, then those made by people, in the order of recording. */
function linksOf(id: string, type: ContentTypeName, data: unknown, links: Links): readonly RecordLink[] {
  const stated: RecordLink[] = (findContentType(type)?.implements?.(data) ?? []).map((to) => ({
    relation: 'implements',
    to,
  }));
  for (const curated of links.values()) {
    if (curated === undefined || (curated.from !== undefined && curated.from !== id)) continue;
    const { relation, to, linkedBy } = curated;
    stated.push({ relation, to, linkedBy });
  }
  return stated;
}

/** A correction's payload was checked against the type of the corrected event, so the cast holds. */
function renewed(version: RecordVersion, changes: Partial<RecordVersion>): RecordVersion {
  return { ...version, ...changes } as RecordVersion;
}
