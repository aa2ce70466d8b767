import pMap from 'p-map';
import { findCurationType } from '../../../domain/event-types/registry.ts';
import { type DomainEvent, decodeEvent } from '../../../domain/events/event.ts';
import { fieldChanges } from '../../../domain/record/field-changes.ts';
import type { Position, RecordedEvent } from '../../../event-store/event-store.ts';
import type { EntryChange } from '../../../projector/timeline-store.ts';
import type { CausedChange } from '../../../web/components/timeline-changes.ts';
import type { AppContext } from '../../protocol/context.ts';

/** Events that are read from the log at the same time, which may be on another machine. */
const READS_MAX = 16;

/**
 * Adds to each change the event that made it, and what it changed field by field.
 *
 * @throws StoreUnavailableError while the log is unavailable, as the rows do not know who made an event
 */
export async function causedChanges(
  { store, tree }: Pick<AppContext, 'store' | 'tree'>,
  changes: readonly EntryChange[],
): Promise<readonly CausedChange[]> {
  const positions = [...new Set(changes.map(({ by }) => by.position))];
  const events = await pMap(positions, (position) => readEvent(store, position), { concurrency: READS_MAX });
  tree.requireUnaltered(events);
  const causes = new Map(events.map((event) => [event.position as string, causeOf(decodeEvent(event))]));
  return changes.map((change) => {
    const cause = causes.get(change.by.position);
    if (cause === undefined) throw new Error(`The event at ${change.by.position} was not read`);
    return { ...describe(change), ...cause };
  });
}

async function readEvent(store: AppContext['store'], position: Position): Promise<RecordedEvent> {
  const event = await store.readEventAt(position);
  if (event === undefined) throw new Error(`The log has no event at ${position}, which changed a timeline`);
  return event;
}

function describe({
  key,
  before,
  after,
}: EntryChange): Pick<CausedChange, 'change' | 'key' | 'entry' | 'fields'> {
  const entry = after ?? before ?? '{}';
  if (before === undefined) return { change: 'arrived', key, entry, fields: [] };
  if (after === undefined) return { change: 'left', key, entry, fields: [] };
  return { change: 'changed', key, entry, fields: fieldChanges(JSON.parse(before), JSON.parse(after)) };
}

/** Corrections, retractions and withdrawals state a reason, links their basis. */
function causeOf({
  id,
  type,
  position,
  recordedAt,
  actor,
  data,
}: DomainEvent): Pick<CausedChange, 'by' | 'reason'> {
  const { reason, basis } = findCurationType(type) === undefined ? {} : (data as Record<string, unknown>);
  const stated = reason ?? basis;
  return {
    by: { event: id, type, position, recordedAt, actor },
    ...(typeof stated === 'string' && { reason: stated }),
  };
}
