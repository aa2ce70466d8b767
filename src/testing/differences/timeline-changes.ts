import type { TimelineEntry } from '../../projector/define-timeline.ts';
import type { Ordinal } from '../../projector/timeline-store.ts';
import type { InMemoryTimelineStore } from '../in-memory/in-memory-timeline-store.ts';
import { entryOf, isValidAt, type StoredVersion } from '../in-memory/stored-version.ts';
import { type EntryDifference, entryDifference } from './entry-difference.ts';

/** An entry that is in the timeline before and after, with different fields. */
export interface ChangedEntry {
  readonly before: TimelineEntry;
  readonly after: TimelineEntry;
  /** The fields that differ. */
  readonly fields: EntryDifference;
}

/** What happened to one timeline. Each list is in the order of the timeline. */
export interface TimelineChanges {
  readonly added: readonly TimelineEntry[];
  readonly changed: readonly ChangedEntry[];
  readonly removed: readonly TimelineEntry[];
}

/**
 * Compares two states of all timelines of a projection, each as of an ordinal. Returns timeline key → changes. Equal
 * timelines are absent.
 */
export function changesBetween(
  store: InMemoryTimelineStore,
  before: Ordinal,
  after: Ordinal,
): Readonly<Record<string, TimelineChanges>> {
  const summaries = [before, after].flatMap((asOf) => store.index({ limit: Number.POSITIVE_INFINITY, asOf }));
  const changesByKey: Record<string, TimelineChanges> = {};
  for (const key of new Set(summaries.map((summary) => summary.key))) {
    const changes = changesOf(key, store.versionsIn(key), before, after);
    if (changes.added.length + changes.changed.length + changes.removed.length > 0) {
      changesByKey[key] = changes;
    }
  }
  return changesByKey;
}

function changesOf(
  key: string,
  versions: readonly StoredVersion[],
  before: Ordinal,
  after: Ordinal,
): TimelineChanges {
  const validAt = (ordinal: Ordinal) => versions.filter((version) => isValidAt(version, ordinal));
  const [old, present] = [validAt(before), validAt(after)];
  const oldByEntry = new Map(old.map((version) => [version.entry, version]));
  const presentEntries = new Set(present.map(({ entry }) => entry));
  const added: TimelineEntry[] = [];
  const changed: ChangedEntry[] = [];
  for (const version of present) {
    const replaced = oldByEntry.get(version.entry);
    if (replaced === undefined) added.push(entryOf(version, key));
    else if (replaced !== version) changed.push(changedEntry(entryOf(replaced, key), entryOf(version, key)));
  }
  const removed = old.filter(({ entry }) => !presentEntries.has(entry));
  return {
    added,
    changed: changed.filter(({ fields }) => Object.keys(fields).length > 0),
    removed: removed.map((version) => entryOf(version, key)),
  };
}

function changedEntry(before: TimelineEntry, after: TimelineEntry): ChangedEntry {
  return { before, after, fields: entryDifference(before, after) };
}
