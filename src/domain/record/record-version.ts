import type { Relation } from '../event-types/correction.ts';
import type { RedactionGround } from '../event-types/redaction.ts';
import type { ContentData, ContentTypeName } from '../event-types/registry.ts';
import type { ContentEvent, RedactedPart } from '../events/event.ts';
import type { Source } from '../fields/source.ts';
import type { DateSpan } from '../values/edtf.ts';

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

/** What was removed from an event. As of an earlier state, it is known that it was removed since, but not why. */
export interface VersionRedaction extends RedactedPart {
  readonly ground?: RedactionGround;
  /** The order or request that it rests on. */
  readonly basis?: string;
  /** When it was removed. RFC 3339. */
  readonly recordedAt?: string;
}

/**
 * Why two events of a record cannot both be true: they date the same differently (`dates`), date a later step before an
 * earlier one (`order`), or are of types that exclude each other (`exclusion`).
 */
export type ConflictKind = 'dates' | 'order' | 'exclusion';

/** An event of the record, recorded before, that cannot be true together with a version. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** Id of the event. */
  readonly with: string;
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
    /** Earlier events of the record that cannot be true together with it. Absent: none. */
    readonly conflicts?: readonly Conflict[];
    /** What was removed by law, in the order of removal. Absent: nothing. */
    readonly redactions?: readonly VersionRedaction[];
  };
}[Type];

/** A link made by a `RecordLinked` event that was not withdrawn. */
export interface CuratedLink extends RecordLink {
  readonly linkedBy: string;
  /** The record of the target, if it is known. */
  readonly toRecord: string | undefined;
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

/** The current version of the record's first event. */
export function openingOf(state: RecordState): RecordVersion | undefined {
  return state.versions.values().next().value;
}

type Versions = RecordState['versions'];

/** Replaces the changed versions, and passes a changed first event on to the versions that inherit from it. */
export function replaced(versions: Versions, changes: Versions): Versions {
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

/** A correction's payload was checked against the type of the corrected event, so the cast holds. */
export function renewed(version: RecordVersion, changes: Partial<RecordVersion>): RecordVersion {
  return { ...version, ...changes } as RecordVersion;
}
