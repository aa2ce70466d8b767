import { findCurationType } from '../../domain/event-types/registry.ts';
import type { DomainEvent } from '../../domain/events/event.ts';
import { fieldChanges } from '../../domain/record/field-changes.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { openingOf, type RecordState, type RecordVersion } from '../../domain/record/record-version.ts';
import type { Previewed } from './opened-form.ts';

/**
 * Returns what a correction, retraction, source or link makes of the event that it is about. A link of a whole record
 * is about its first event.
 *
 * @param before the record before it
 */
export function describeCuration(before: RecordState, event: DomainEvent): Previewed {
  const after = evolveRecord(before, event);
  const target = findCurationType(event.type)?.target(event.data) ?? '';
  const linked = before.links.get(target)?.from;
  const id = before.originals.get(linked ?? target);
  const versionIn = (state: RecordState) => (id === undefined ? openingOf(state) : state.versions.get(id));
  const [old, version] = [versionIn(before), versionIn(after)];
  const changes = old === undefined || version === undefined ? [] : versionChanges(old, version);
  return { version, curation: { event, changes } };
}

/** Compares what two versions of an event say, field by field. */
export function versionChanges(
  before: Pick<RecordVersion, 'occurred' | 'data'>,
  after: Pick<RecordVersion, 'occurred' | 'data'>,
) {
  const stated = ({ occurred, data }: Pick<RecordVersion, 'occurred' | 'data'>) => ({ occurred, data });
  return fieldChanges(stated(before), stated(after));
}
