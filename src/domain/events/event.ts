import type {
  ContentData,
  ContentTypeName,
  CurationData,
  CurationTypeName,
} from '../event-types/registry.ts';
import { findEventType } from '../event-types/registry.ts';
import type { Source } from '../fields/source.ts';
import type { JsonObject } from '../values/json.ts';
import type { Verbatim } from './normalise.ts';
import { upcast } from './upcasting.ts';

/** What the log holds of an event; both texts are canonical JSON objects. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
  /** `{actor, schemaVersion, correctedSchemaVersion?, correlationId?, causationId?}` */
  readonly metadata: string;
  /** `{data, occurred, sources, verbatim?}` */
  readonly content: string;
}

export interface EventMetadata {
  readonly actor: string;
  /** Of the payload as it is here. */
  readonly schemaVersion: number;
  /** In which the payload was recorded, where that is an older one. */
  readonly recordedSchemaVersion?: number;
  /**
   * Of a correction: in which schema version of the corrected event's type the payload that it gives is written.
   * Absent on those that were recorded before a type had a second version: 1.
   */
  readonly correctedSchemaVersion?: number;
  readonly correlationId?: string;
  readonly causationId?: string;
}

export interface EventContent<Data> {
  readonly data: Data;
  /** EDTF. */
  readonly occurred: string;
  readonly sources: readonly Source[];
  readonly verbatim?: Verbatim;
}

interface Envelope<Type extends string, Data> extends EventContent<Data>, EventMetadata {
  readonly id: string;
  readonly type: Type;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
}

/** An event of one of the types that say what happened. */
export type ContentEvent<Type extends ContentTypeName = ContentTypeName> = {
  readonly [Name in Type]: Envelope<Name, ContentData[Name]>;
}[Type];

/** An event that changes how other events of its record read. */
export type CurationEvent<Type extends CurationTypeName = CurationTypeName> = {
  readonly [Name in Type]: Envelope<Name, CurationData[Name]>;
}[Type];

export type DomainEvent = ContentEvent | CurationEvent;

/** The log holds an event of a type that this version of the program does not know. */
export class UnknownEventTypeError extends Error {
  override readonly name = 'UnknownEventTypeError';

  constructor(event: Pick<StoredEvent, 'id' | 'type'>) {
    super(
      `Event ${event.id} has the type ${event.type}, which this version does not know; a newer one wrote it.`,
    );
  }
}

/**
 * Reads a stored event, with its payload in the present schema version of its type. It was checked when it was recorded
 * and is trusted here. The payload that a correction gives stays as it is written: whose it is, the record tells, which
 * brings it up to date. Throws `UnknownEventTypeError` and `UnknownSchemaVersionError`.
 */
export function decodeEvent(stored: StoredEvent): DomainEvent {
  const present = findEventType(stored.type)?.version;
  if (present === undefined) throw new UnknownEventTypeError(stored);
  const { id, type, stream, revision, position, recordedAt } = stored;
  const metadata = JSON.parse(stored.metadata) as EventMetadata;
  const content = JSON.parse(stored.content) as EventContent<JsonObject>;
  const event = { id, type, stream, revision, position, recordedAt, ...metadata, ...content };
  const { schemaVersion } = event;
  if (schemaVersion === present) return event as unknown as DomainEvent;
  const upToDate = {
    ...event,
    ...upcast(event),
    schemaVersion: present,
    recordedSchemaVersion: schemaVersion,
  };
  return upToDate as unknown as DomainEvent;
}

/**
 * The envelope as every read gives it: of the present schema version, with `recordedSchemaVersion` where it was recorded
 * in an older one. Nearly every event is of the present one, and goes out as it was recorded, byte for byte. One that
 * only a newer program can read goes out so as well; its `schemaVersion` tells.
 */
export function envelopeJson(stored: StoredEvent): string {
  return isOutdated(stored) ? JSON.stringify(decodeEvent(stored)) : storedEnvelopeJson(stored);
}

/** The envelope as it was recorded, spliced from the stored texts: evidence, which no later program alters. */
export function storedEnvelopeJson(stored: StoredEvent): string {
  const { id, type, stream, revision, position, recordedAt } = stored;
  const place = JSON.stringify({ id, type, stream, revision, position, recordedAt });
  return `${place.slice(0, -1)},${stored.metadata.slice(1, -1)},${stored.content.slice(1)}`;
}

/** `schemaVersion` is the last member of the canonical metadata, so that most events need no parsing. */
function isOutdated({ type, metadata }: StoredEvent): boolean {
  const present = findEventType(type)?.version ?? 1;
  if (present === 1 || metadata.endsWith(`"schemaVersion":${present}}`)) return false;
  return (JSON.parse(metadata) as EventMetadata).schemaVersion < present;
}
