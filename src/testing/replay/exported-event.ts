import { contentJson, metadataJson } from '../../append/serialize.ts';
import { contentRedacted } from '../../domain/event-types/redaction.ts';
import { findEventType } from '../../domain/event-types/registry.ts';
import { type DomainEvent, decodeEvent, type StoredEvent } from '../../domain/events/event.ts';
import type { NewEvent } from '../../event-store/event-store.ts';

/** An event as `chancery export` writes it. It was validated when it was recorded, and is not validated again. */
export type ExportedEvent = DomainEvent;

/** Replays compute no commitments to an event, so all events share one salt. */
const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';

/** An event whose content was removed, as it is read. */
type RedactedEvent = Omit<ExportedEvent, 'type' | 'data'> & {
  readonly type: string;
  readonly data: { readonly type: string };
};

export function isExportedEvent(event: object): event is ExportedEvent {
  return 'recordedAt' in event;
}

/** Returns the event in the form that a log stores. */
export function toNewEvent(event: ExportedEvent): NewEvent & { readonly recordedAt: string } {
  const { id, type, data, recordedAt } = event as RedactedEvent;
  const stored = { id, metadata: metadataJson(event), salt: SALT, recordedAt };
  if (type !== contentRedacted.name) return { ...stored, type, content: contentJson(event) };
  const { type: recordedType, ...left } = data;
  return { ...stored, type: recordedType, content: contentJson({ ...event, data: left } as ExportedEvent) };
}

/**
 * Returns the event at another place of another log, upcast to the present schema version of its type. Throws what
 * `decodeEvent` throws.
 */
export function relocate(
  event: ExportedEvent,
  place: Pick<StoredEvent, 'position' | 'revision'>,
): DomainEvent {
  const { stream, schemaVersion } = event;
  if (findEventType(event.type)?.version !== schemaVersion || event.redacted !== undefined) {
    return decodeEvent({ ...toNewEvent(event), stream, ...place });
  }
  const isSamePlace = event.position === place.position && event.revision === place.revision;
  return isSamePlace ? event : { ...event, ...place };
}
