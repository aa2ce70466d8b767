import { contentRedacted } from '../event-types/redaction.ts';
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

/** An event as the log stores it. `metadata` and `content` are canonical JSON objects. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
  /** `{actor, schemaVersion, correctedSchemaVersion?, linkedStream?, correlationId?, causationId?}` */
  readonly metadata: string;
  /** `{data, occurred, redacted?, sources, verbatim?}` */
  readonly content: string;
  /** The commitment to the content as recorded, if some of it was removed. */
  readonly commitment?: string;
}

/** What was removed from the content of an event: one statement, or everything. */
export interface RedactedPart {
  /** Id of the `EventRedacted` event. */
  readonly by: string;
  /** Key of the statement. Absent: all content. */
  readonly statement?: string;
}

export interface EventMetadata {
  readonly actor: string;
  /** Version of the payload below. */
  readonly schemaVersion: number;
  /** Version that the payload was recorded in, if it has been upcast since. */
  readonly recordedSchemaVersion?: number;
  /**
   * Version of the corrected type that a correction's payload is written in. Absent means 1: the correction was
   * recorded before any type had a second version.
   */
  readonly correctedSchemaVersion?: number;
  /** In a link to an event: the stream of that event, if it was known when the link was recorded. */
  readonly linkedStream?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
}

export interface EventContent<Data> {
  readonly data: Data;
  /** EDTF. */
  readonly occurred: string;
  readonly sources: readonly Source[];
  readonly verbatim?: Verbatim;
  /** In the order in which it was removed. */
  readonly redacted?: readonly RedactedPart[];
}

interface Envelope<Type extends string, Data> extends EventContent<Data>, EventMetadata {
  readonly id: string;
  readonly type: Type;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
}

/** An event that says what happened. */
export type ContentEvent<Type extends ContentTypeName = ContentTypeName> = {
  readonly [Name in Type]: Envelope<Name, ContentData[Name]>;
}[Type];

/** An event that changes how other events of its record read. */
export type CurationEvent<Type extends CurationTypeName = CurationTypeName> = {
  readonly [Name in Type]: Envelope<Name, CurationData[Name]>;
}[Type];

export type DomainEvent = ContentEvent | CurationEvent;

/** Thrown for an event of a type that neither this version of the program nor its extensions define. */
export class UnknownEventTypeError extends Error {
  override readonly name = 'UnknownEventTypeError';

  constructor(event: Pick<StoredEvent, 'id' | 'type'>) {
    super(
      `Event ${event.id} has the unknown type ${event.type}. ` +
        'A newer version wrote it, or an extension that is not loaded.',
    );
  }
}

/** True if nothing is left of the content but the date and the countries. */
export function isContentRedacted({ redacted }: Pick<EventContent<unknown>, 'redacted'>): boolean {
  return redacted?.some(({ statement }) => statement === undefined) === true;
}

/**
 * Decodes a stored event and upcasts its payload to the current version of its type. The event was checked when it was
 * recorded and is trusted here. The payload inside a correction is not upcast: its type is known to the record only.
 * An event whose content was removed is read as a `ContentRedacted`, which has its type in its payload.
 *
 * @throws UnknownEventTypeError
 * @throws UnknownSchemaVersionError
 */
export function decodeEvent(stored: StoredEvent): DomainEvent {
  const current = findEventType(stored.type)?.version;
  if (current === undefined) throw new UnknownEventTypeError(stored);
  const { id, type, stream, revision, position, recordedAt } = stored;
  const metadata = JSON.parse(stored.metadata) as EventMetadata;
  const content = JSON.parse(stored.content) as EventContent<JsonObject>;
  const event = { id, type, stream, revision, position, recordedAt, ...metadata, ...content };
  const { schemaVersion } = event;
  if (isContentRedacted(content)) {
    const data = { countries: [], ...content.data, type };
    return { ...event, type: contentRedacted.name, data } as unknown as DomainEvent;
  }
  if (schemaVersion === current) return event as unknown as DomainEvent;
  return {
    ...event,
    ...upcast(event),
    schemaVersion: current,
    recordedSchemaVersion: schemaVersion,
  } as unknown as DomainEvent;
}

/**
 * Returns the envelope for readers: its payload upcast, with `recordedSchemaVersion` if it was recorded in an older
 * version. Events of the current version, nearly all, are sent as recorded, byte for byte. So are events of a newer
 * version, which readers recognise by their `schemaVersion`.
 */
export function envelopeJson(stored: StoredEvent): string {
  return isOutdated(stored) ? JSON.stringify(decodeEvent(stored)) : storedEnvelopeJson(stored);
}

/** Returns the envelope as recorded, spliced from the stored bytes. It is evidence, so no later version alters it. */
export function storedEnvelopeJson(stored: StoredEvent): string {
  const { id, type, stream, revision, position, recordedAt } = stored;
  const place = JSON.stringify({ id, type, stream, revision, position, recordedAt });
  return `${place.slice(0, -1)},${stored.metadata.slice(1, -1)},${stored.content.slice(1)}`;
}

/**
 * Returns a line of an export: the envelope as recorded, and the salt and the commitment, without which proofs of the
 * event are lost.
 */
export function exportLine(stored: StoredEvent & { readonly salt: string }): string {
  const { commitment, salt } = stored;
  return `${storedEnvelopeJson(stored).slice(0, -1)},${JSON.stringify({ salt, commitment }).slice(1)}`;
}

/** `schemaVersion` is the last member of canonical metadata, so most events need no parsing. */
function isOutdated({ type, metadata, commitment }: StoredEvent): boolean {
  // What is left of redacted content is not a payload of its type.
  if (commitment !== undefined) return false;
  const current = findEventType(type)?.version ?? 1;
  if (current === 1 || metadata.endsWith(`"schemaVersion":${current}}`)) return false;
  return (JSON.parse(metadata) as EventMetadata).schemaVersion < current;
}
