import type { Relation } from '../event-types/correction.ts';
import { type ContentData, type ContentTypeName, findContentType } from '../event-types/registry.ts';
import type { ContentEvent, CurationEvent, DomainEvent } from '../events/event.ts';
import { upcast } from '../events/upcasting.ts';
import type { Source } from '../fields/source.ts';
import { type DateSpan, spanOf } from '../values/edtf.ts';
import type { JsonObject } from '../values/json.ts';

/*
 * A record is a stream. Folding its events gives, for each event that says what happened, how it reads now: with its
 * corrections, its retraction and its links.
 */

export interface RecordLink {
  readonly relation: Relation;
  /** Name of a record, or id of an event. */
  readonly to: string;
  /** Id of the `RecordLinked`; absent when the payload states the link itself. */
  readonly linkedBy?: string;
}

/** How one event of a record reads. Immutable: a change makes a new one. */
export type RecordVersion<Type extends ContentTypeName = ContentTypeName> = {
  readonly [Name in Type]: {
    readonly type: Name;
    /** As corrected. */
    readonly data: ContentData[Name];
    /** As recorded, brought up to date. */
    readonly event: ContentEvent<Name>;
    /** EDTF, as corrected. */
    readonly occurred: string;
    readonly span: DateSpan;
    /** Those of the event, then those of its corrections and its retraction, in the order of recording. */
    readonly sources: readonly Source[];
    readonly status: 'current' | 'corrected' | 'retracted';
    /** 1, and one more for each correction and for the retraction. */
    readonly versions: number;
    readonly links: readonly RecordLink[];
    /** How the record's first event reads, on the types that inherit from it; undefined on the first event itself. */
    readonly opening: RecordVersion | undefined;
  };
}[Type];

/** A `RecordLinked` that stands. */
interface CuratedLink extends RecordLink {
  readonly linkedBy: string;
  /** Id of the event that it is about; undefined: every event of the record. */
  readonly from: string | undefined;
}

export interface RecordState {
  readonly stream: string;
  /** Of the last event; -1 while there is none. */
  readonly revision: number;
  /** Event id → how it reads, in the order of recording. */
  readonly versions: ReadonlyMap<string, RecordVersion>;
  /** Id of an event or of a correction → id of the event that correcting it corrects. */
  readonly originals: ReadonlyMap<string, string>;
  /** Id of the `RecordLinked` → the link; undefined when it was withdrawn. */
  readonly links: ReadonlyMap<string, CuratedLink | undefined>;
}

export function emptyRecord(stream: string): RecordState {
  return { stream, revision: -1, versions: new Map(), originals: new Map(), links: new Map() };
}

/**
 * The record after one more event. Pure. A version that the event does not affect stays the same object; a changed
 * opening renews those that inherit from it. A curation event that `checkAgainstRecord` would have refused changes
 * nothing but the revision. Throws `UnknownSchemaVersionError` on a correction whose payload only a newer program can
 * read.
 */
export function evolveRecord(state: RecordState, event: DomainEvent): RecordState {
  const next = { ...state, revision: event.revision };
  switch (event.type) {
    case 'EventCorrected':
      return correct(next, event);
    case 'EventRetracted':
      return retract(next, event);
    case 'RecordLinked':
      return link(next, event);
    case 'LinkWithdrawn':
      return withdrawLink(next, event);
    default:
      return addVersion(next, event);
  }
}

/** The first event of the record as it reads now. */
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
  return { ...state, originals, versions: replaced(state.versions, new Map([[original, corrected]])) };
}

/** In the present schema version of the corrected type, in whichever it was written. */
function correctedPayload(
  { id, data, correctedSchemaVersion = 1 }: CurationEvent<'EventCorrected'>,
  type: ContentTypeName,
): JsonObject {
  return upcast({ id, type, schemaVersion: correctedSchemaVersion, data: data.data }).data;
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

type Versions = ReadonlyMap<string, RecordVersion>;
type Links = RecordState['links'];

/** The versions with the links that stand now, of one event or, without `original`, of all. */
function relinked(versions: Versions, links: Links, original: string | undefined): Versions {
  const changes = new Map<string, RecordVersion>();
  for (const [id, version] of versions) {
    if (original !== undefined && id !== original) continue;
    changes.set(id, renewed(version, { links: linksOf(id, version.type, version.data, links) }));
  }
  return replaced(versions, changes);
}

/** Puts the changed versions in place and hands a changed opening on to those that inherit from it. */
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

/** Links that the payload states, then those that people made, in the order of recording. */
function linksOf(id: string, type: ContentTypeName, data: unknown, links: Links): readonly RecordLink[] {
  const stated: RecordLink[] = (findContentType(type)?.summary.implements?.(data) ?? []).map((to) => ({
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

/** The payload of a correction was checked against the type of the event that it corrects. */
function renewed(version: RecordVersion, changes: Partial<RecordVersion>): RecordVersion {
  return { ...version, ...changes } as RecordVersion;
}
