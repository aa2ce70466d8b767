import type { TimelineEntry } from '../../projector/define-timeline.ts';
import type { Ordinal } from '../../projector/timeline-store.ts';
import type { StoredVersion } from '../in-memory/in-memory-timeline-store.ts';
import { type EntryDifference, entryDifference } from '../matchers/entry-difference.ts';
import type { ReplayedTimelines } from './replayed-timelines.ts';

export interface ChangedEntry {
  readonly before: TimelineEntry;
  readonly after: TimelineEntry;
  readonly fields: EntryDifference;
}

/** What happened to one timeline. Each list is in the order of the timeline. */
export interface TimelineChanges {
  readonly added: readonly TimelineEntry[];
  readonly changed: readonly ChangedEntry[];
  readonly removed: readonly TimelineEntry[];
}

/** Timeline key → what happened to it behind an event; those that read as before are left out. */
export function changesBetween(
  timelines: ReplayedTimelines,
  before: Ordinal,
  after: Ordinal,
): Readonly<Record<string, TimelineChanges>> {
  const summaries = [...timelines.index(before), ...timelines.index(after)];
  const changes: Record<string, TimelineChanges> = {};
  for (const key of new Set(summaries.map((summary) => summary.key))) {
    const found = changesOf(key, timelines.versions.versionsIn(key), before, after);
    if (found.added.length + found.changed.length + found.removed.length > 0) changes[key] = found;
  }
  return changes;
}

function changesOf(
  key: string,
  versions: readonly StoredVersion[],
  before: Ordinal,
  after: Ordinal,
): TimelineChanges {
  const [old, now] = [before, after].map((ordinal) =>
    versions.filter((version) => standsAt(version, ordinal)),
  );
  const oldByEntry = new Map(old?.map((version) => [version.entry, version]));
  const nowEntries = new Set(now?.map(({ entry }) => entry));
  const added: TimelineEntry[] = [];
  const changed: ChangedEntry[] = [];
  for (const version of now ?? []) {
    const replaced = oldByEntry.get(version.entry);
    if (replaced === undefined) added.push(entryIn(key, version));
    else if (replaced !== version) changed.push(changeOf(entryIn(key, replaced), entryIn(key, version)));
  }
  const gone = old?.filter(({ entry }) => !nowEntries.has(entry)) ?? [];
  return {
    added,
    changed: changed.filter(({ fields }) => Object.keys(fields).length > 0),
    removed: gone.map((version) => entryIn(key, version)),
  };
}

function changeOf(before: TimelineEntry, after: TimelineEntry): ChangedEntry {
  return { before, after, fields: entryDifference(before, after) };
}

/** An entry as its timeline shows it. */
export function entryIn(key: string, { partitions, body }: StoredVersion): TimelineEntry {
  return { ...JSON.parse(partitions.get(key) ?? '{}'), ...JSON.parse(body) } as TimelineEntry;
}

function standsAt({ from, to }: StoredVersion, ordinal: number): boolean {
  return from <= ordinal && to > ordinal;
}
