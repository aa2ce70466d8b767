import { findCurationType } from '../domain/event-types/registry.ts';
import { isEventId } from '../domain/record/links.ts';
import type { EventLookup } from '../event-store/event-store.ts';
import { EventRemovedError } from '../event-store/removals.ts';
import type { AppendRequest, PendingEvent } from './append-request.ts';

/**
 * Notes in each link to an event the stream of that event, so that a projector can find the other end without an index
 * of ids. Links to events that are not in the log stay as they are.
 */
export async function withLinkedStreams(
  store: Pick<EventLookup, 'readEvent'>,
  request: AppendRequest,
): Promise<AppendRequest> {
  if (!request.events.some(linksToEvent)) return request;
  const [first, ...others] = await Promise.all(
    request.events.map((pending) => withLinkedStream(store, pending, request)),
  );
  return first === undefined ? request : { ...request, events: [first, ...others] };
}

async function withLinkedStream(
  store: Pick<EventLookup, 'readEvent'>,
  pending: PendingEvent,
  { stream, events }: AppendRequest,
): Promise<PendingEvent> {
  const target = targetOf(pending);
  if (target === undefined || !isEventId(target)) return pending;
  const isInRequest = events.some(({ id }) => id === target);
  const linkedStream = isInRequest ? stream : await streamOf(target, store);
  return linkedStream === undefined ? pending : { ...pending, event: { ...pending.event, linkedStream } };
}

/** Returns undefined for an event that is not in the log. */
async function streamOf(id: string, store: Pick<EventLookup, 'readEvent'>): Promise<string | undefined> {
  try {
    return (await store.readEvent(id))?.stream;
  } catch (error) {
    if (error instanceof EventRemovedError) return undefined;
    throw error;
  }
}

function linksToEvent(pending: PendingEvent): boolean {
  return isEventId(targetOf(pending) ?? '');
}

/** Returns what a new link points to; undefined for all other events. */
function targetOf({ event: { type, data }, imported }: PendingEvent): string | undefined {
  if (imported !== undefined) return undefined;
  return findCurationType(type)?.references?.(data)[0]?.to;
}
