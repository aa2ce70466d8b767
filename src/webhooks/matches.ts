import { createHash } from 'node:crypto';
import type { DomainEvent } from '../domain/events/event.ts';
import type { BuiltEntry, VersionChange } from '../projector/entry-builder.ts';
import { entryJson, filteredEntry, isInFilter } from '../projector/entry-filter.ts';
import type { NewMessage, StandingQuery } from './subscription.ts';

/** An event, and how it changes the entries of a feed. */
export interface ProjectedEvent {
  readonly event: DomainEvent;
  readonly ordinal: number;
  readonly changes: readonly VersionChange[];
}

/**
 * Returns the messages that an event causes for a query: one for each entry that comes to match it, changes while it
 * matches it, or ceases to match it. Applied in order to the timeline as it was before, they make it as it is after.
 */
export function messagesFor(
  query: StandingQuery,
  { event, ordinal, changes }: ProjectedEvent,
): readonly NewMessage[] {
  return changes.flatMap((change) => {
    const before = shownEntry(query, change.before);
    const after = shownEntry(query, change.after);
    if (before === after) return [];
    const type = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
    const { id, stream, position, recordedAt } = event;
    const cause = JSON.stringify({ id, type: event.type, stream, position, recordedAt });
    const payload =
      `{"type":"entry.${type}","timestamp":${JSON.stringify(recordedAt)},"data":` +
      `{"query":${JSON.stringify(query.text)},"cause":${cause},"entry":${after ?? before}}}`;
    return [{ id: messageId(query, change, id), ordinal, payload }];
  });
}

/** Returns the entry as the timeline shows it; undefined if it does not, or the entry does not pass the filter. */
function shownEntry({ key, filter }: StandingQuery, entry: BuiltEntry): string | undefined {
  const fields = entry.partitions.get(key);
  if (fields === undefined || !isInFilter(filteredEntry(entry), fields, filter)) return undefined;
  return entryJson(fields, entry.body);
}

/**
 * Names a version of an entry in a query. An event makes at most one version of an entry, so its id names the version.
 * Ids of events are the same in every copy of a log, and after a restore.
 */
function messageId(query: StandingQuery, { eventId, item }: VersionChange, causeId: string): string {
  const name = JSON.stringify([query.feed, query.key, filterName(query), eventId, item, causeId]);
  return `msg_${createHash('sha256').update(name).digest('base64url').slice(0, 32)}`;
}

/** Two filters that select the same have the same name, in whatever order their values were given. */
function filterName({ filter }: StandingQuery): readonly (readonly [string, unknown])[] {
  const members = Object.entries(filter).filter(
    ([, value]) => value !== false && (value as readonly []).length !== 0,
  );
  return members
    .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value] as const)
    .sort();
}
