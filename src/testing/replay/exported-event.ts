import { contentJson, metadataJson } from '../../append/serialize.ts';
import { findEventType } from '../../domain/event-types/registry.ts';
import { type DomainEvent, decodeEvent, type StoredEvent } from '../../domain/events/event.ts';
import type { NewEvent } from '../../event-store/event-store.ts';

/** An event as it is exported. It was checked when it was recorded, and is trusted. */
export type ExportedEvent = DomainEvent;

/** Nothing is committed to it in a test. */
const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';

export function isExportedEvent(event: object): event is ExportedEvent {
  return 'recordedAt' in event;
}

/** The event as a log stores it. */
export function storedFormOf(envelope: ExportedEvent): NewEvent & { readonly recordedAt: string } {
  const { id, type, recordedAt } = envelope;
  const [metadata, content] = [metadataJson(envelope), contentJson(envelope)];
  return { id, type, metadata, content, salt: SALT, recordedAt };
}

/** The envelope in another place of another log, its payload up to date. Throws what `decodeEvent` throws. */
export function placed(
  envelope: ExportedEvent,
  place: Pick<StoredEvent, 'position' | 'revision'>,
): DomainEvent {
  const { stream, schemaVersion } = envelope;
  if (findEventType(envelope.type)?.version !== schemaVersion) {
    return decodeEvent({ ...storedFormOf(envelope), stream, ...place });
  }
  const isThere = envelope.position === place.position && envelope.revision === place.revision;
  return isThere ? envelope : { ...envelope, ...place };
}
