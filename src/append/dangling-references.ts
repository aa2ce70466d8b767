import { findContentType, findCurationType } from '../domain/event-types/registry.ts';
import type { EventLookup } from '../event-store/event-store.ts';
import type { AppendRequest, PendingEvent } from './append-request.ts';

type Store = Pick<EventLookup, 'readStream' | 'readEvent'>;

/** Accepted, and perhaps a slip of the pen. */
export interface DanglingReferenceWarning {
  readonly code: 'unknown-record';
  readonly detail: string;
  readonly pointer: string;
}

interface Mention {
  /** Name of a record, or id of an event. */
  readonly name: string;
  readonly pointer: string;
}

/**
 * Warns of records and events of which the submission speaks and which are not in the log: reporting is partial, and a
 * shipment may well be known before its memorandum. Undefined when it speaks of none.
 */
export function danglingReferenceWarnings(
  store: Store,
  { events: drafts }: AppendRequest,
): Promise<readonly DanglingReferenceWarning[]> | undefined {
  const mentions = drafts.flatMap(mentionsOf);
  return mentions.length === 0 ? undefined : warnOfMissing(store, mentions);
}

function mentionsOf({ event, pointer }: PendingEvent): readonly Mention[] {
  const { type, data } = event;
  const implemented = findContentType(type)?.implements?.(data) ?? [];
  const references = [
    ...implemented.map((to, index) => ({ to, pointer: `/implements/${index}` })),
    ...(findCurationType(type)?.references?.(data) ?? []),
  ];
  return references.map((reference) => ({ name: reference.to, pointer: `${pointer}/data${reference.pointer}` }));
}

async function warnOfMissing(
  store: Store,
  mentions: readonly Mention[],
): Promise<readonly DanglingReferenceWarning[]> {
  const warnings: DanglingReferenceWarning[] = [];
  for (const { name, pointer } of mentions) {
    if (await exists(store, name)) continue;
    warnings.push({ code: 'unknown-record', detail: `Nothing is recorded yet under ${name}.`, pointer });
  }
  return warnings;
}

/** Names of records begin with a category and a hyphen, which no UUID does. */
async function exists(store: Store, name: string): Promise<boolean> {
  const isEventId = /^[\da-f]{8}-/.test(name);
  if (isEventId) return (await store.readEvent(name)) !== undefined;
  return (await store.readStream(name, { direction: 'forwards', maxCount: 1 })).length > 0;
}
