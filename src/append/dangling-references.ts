import { findContentType, findCurationType } from '../domain/event-types/registry.ts';
import { isEventId } from '../domain/record/links.ts';
import type { EventLookup } from '../event-store/event-store.ts';
import { EventRemovedError } from '../event-store/removals.ts';
import type { AppendRequest, PendingEvent } from './append-request.ts';

type Store = Pick<EventLookup, 'readStream' | 'readEvent'>;

/** A reference to something that is not in the log, which may be a typing error. */
export interface DanglingReferenceWarning {
  readonly code: 'unknown-record';
  readonly detail: string;
  readonly pointer: string;
}

interface Mention {
  /** The name of a record or the id of an event. */
  readonly name: string;
  readonly pointer: string;
}

/**
 * Warns of references to records and events that are not in the log. They are accepted, as a shipment may be recorded
 * before its agreement.
 *
 * @param isKnown returns true for names of records that need not be looked up, as they are in the log for certain
 */
export async function danglingReferenceWarnings(
  store: Store,
  { stream, events }: AppendRequest,
  isKnown: (name: string) => boolean = () => false,
): Promise<readonly DanglingReferenceWarning[]> {
  const warnings: DanglingReferenceWarning[] = [];
  const appended = new Set([stream, ...events.map(({ id }) => id)]);
  for (const { name, pointer } of events.flatMap(mentionsOf)) {
    if (appended.has(name) || isKnown(name)) continue;
    const detail = await absenceOf(name, store);
    if (detail !== undefined) warnings.push({ code: 'unknown-record', detail, pointer });
  }
  return warnings;
}

function mentionsOf({ event, pointer, imported }: PendingEvent): readonly Mention[] {
  if (imported?.isRedacted === true) return [];
  const { type, data } = event;
  const implemented = findContentType(type)?.implements?.(data) ?? [];
  const references = [
    ...implemented.map((to, index) => ({ to, pointer: `/implements/${index}` })),
    ...(findContentType(type)?.references?.(data) ?? []),
    ...(findCurationType(type)?.references?.(data) ?? []),
  ];
  return references.map((reference) => ({
    name: reference.to,
    pointer: `${pointer}/data${reference.pointer}`,
  }));
}

/** Says why there is nothing under a name; undefined if there is something. */
async function absenceOf(name: string, store: Store): Promise<string | undefined> {
  try {
    return (await exists(store, name)) ? undefined : `Nothing is recorded yet under ${name}.`;
  } catch (error) {
    if (error instanceof EventRemovedError) return error.message;
    throw error;
  }
}

async function exists(store: Store, name: string): Promise<boolean> {
  if (isEventId(name)) return (await store.readEvent(name)) !== undefined;
  return (await store.readStream(name, { direction: 'forwards', maxCount: 1 })).length > 0;
}
