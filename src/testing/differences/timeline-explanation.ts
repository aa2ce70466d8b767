import { entryOf, type StoredVersion } from '../in-memory/stored-version.ts';
import { entryDifference, formatChanges } from './entry-difference.ts';
import { entryTitle } from './timeline-text.ts';

/** The event that made a change. */
export interface Cause {
  readonly position: string;
  readonly type: string;
}

/** What one event did to one entry of the timeline. */
interface Change {
  readonly ordinal: number;
  readonly entry: number;
  readonly kind: 'added' | 'moved' | 'changed' | 'left';
  readonly title: string;
  /** One line for each field that changed. */
  readonly details: readonly string[];
}

const DETAIL_INDENT = '      ';

/**
 * Formats what each event did to a timeline, in the order of the log.
 *
 * @param versions all versions that the timeline has or had
 * @param causeOf returns the event with an ordinal
 */
export function explainTimeline(
  projection: string,
  key: string,
  versions: readonly StoredVersion[],
  causeOf: (ordinal: number) => Cause | undefined,
): string {
  const changes = changesIn(key, versions);
  if (changes.length === 0) return `${projection} ${key}: no event has changed this timeline.`;
  const lines = changes.flatMap(({ ordinal, kind, title, details }) => {
    const { position, type } = causeOf(ordinal) ?? { position: String(ordinal), type: '?' };
    return [`  ${position}  ${type}  ${kind}  ${title}`, ...details.map((detail) => DETAIL_INDENT + detail)];
  });
  return [`${projection} ${key}`, ...lines].join('\n');
}

function changesIn(key: string, versions: readonly StoredVersion[]): readonly Change[] {
  const versionsByEntry = new Map<number, StoredVersion[]>();
  for (const version of versions.toSorted((a, b) => a.from - b.from)) {
    versionsByEntry.set(version.entry, [...(versionsByEntry.get(version.entry) ?? []), version]);
  }
  const changes = [...versionsByEntry.values()].flatMap((ofEntry) => entryChanges(key, ofEntry));
  return changes.sort((a, b) => a.ordinal - b.ordinal || a.entry - b.entry);
}

/** Returns the changes of one entry, from its versions in the order of the log. */
function entryChanges(key: string, versions: readonly StoredVersion[]): readonly Change[] {
  return versions.flatMap((version, index) => {
    const before = versions[index - 1];
    const arrival = before?.to === version.from ? replacement(key, before, version) : addition(key, version);
    const isLast = version.to === Number.POSITIVE_INFINITY;
    return isLast || version.to === versions[index + 1]?.from
      ? [arrival]
      : [arrival, departure(key, version)];
  });
}

function addition(key: string, version: StoredVersion): Change {
  const { from: ordinal, entry } = version;
  return { ordinal, entry, kind: 'added', title: entryTitle(entryOf(version, key)), details: [] };
}

function departure(key: string, version: StoredVersion): Change {
  const { to: ordinal, entry } = version;
  return { ordinal, entry, kind: 'left', title: entryTitle(entryOf(version, key)), details: [] };
}

function replacement(key: string, before: StoredVersion, version: StoredVersion): Change {
  const { from: ordinal, entry, earliest, latest } = version;
  const isMoved = before.earliest !== earliest || before.latest !== latest;
  const [old, present] = [entryOf(before, key), entryOf(version, key)];
  const details = formatChanges(entryDifference(old, present));
  return { ordinal, entry, kind: isMoved ? 'moved' : 'changed', title: entryTitle(present), details };
}
