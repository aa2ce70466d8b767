import type { ContentData, ContentTypeName, CurationData, CurationTypeName } from './event-types.ts';
import { isContentTypeName, isCurationTypeName } from './event-types.ts';
import type { Source } from './source.ts';

/** What the log holds of an event; both texts are canonical JSON objects. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
  /** `{actor, schemaVersion, correlationId?, causationId?}` */
  readonly metadata: string;
  /** `{data, occurred, sources, verbatim?}` */
  readonly content: string;
}

export interface EventMetadata {
  readonly actor: string;
  readonly schemaVersion: number;
  readonly correlationId?: string;
  readonly causationId?: string;
}

export interface EventContent<Data> {
  readonly data: Data;
  /** EDTF. */
  readonly occurred: string;
  readonly sources: readonly Source[];
  /** JSON pointer into the event → the text as sent, for each that is recorded in another form. */
  readonly verbatim?: Verbatim;
}

export type Verbatim = Readonly<Record<string, string>>;

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
 * Reads a stored event. It was checked when it was recorded and is trusted here. The one place for upcasting, once a
 * type has a second `schemaVersion`. Throws `UnknownEventTypeError`.
 */
export function decodeEvent(stored: StoredEvent): DomainEvent {
  if (!isContentTypeName(stored.type) && !isCurationTypeName(stored.type))
    throw new UnknownEventTypeError(stored);
  const { id, type, stream, revision, position, recordedAt } = stored;
  const metadata = JSON.parse(stored.metadata) as EventMetadata;
  const content = JSON.parse(stored.content) as EventContent<unknown>;
  return { id, type, stream, revision, position, recordedAt, ...metadata, ...content } as DomainEvent;
}

/** The envelope as every read gives it, spliced from the stored texts, so that the event goes out as it was recorded. */
export function envelopeJson(stored: StoredEvent): string {
  const { id, type, stream, revision, position, recordedAt } = stored;
  const place = JSON.stringify({ id, type, stream, revision, position, recordedAt });
  return `${place.slice(0, -1)},${stored.metadata.slice(1, -1)},${stored.content.slice(1)}`;
}

export function isContentEvent(event: DomainEvent): event is ContentEvent {
  return isContentTypeName(event.type);
}
