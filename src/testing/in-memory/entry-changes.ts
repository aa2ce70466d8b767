import type { EntryFilter } from '../../projector/entry-filter.ts';
import type {
  ChangeKey,
  EntryChange,
  EntryChangesPage,
  EntryChangesQuery,
  LogPoint,
  Ordinal,
} from '../../projector/timeline-store.ts';
import { compareKeys, matchesFilter, type StoredVersion, storedEntryJson } from './stored-version.ts';

/** What an event changed in an entry. */
interface ChangedVersions {
  readonly ordinal: Ordinal;
  readonly entry: number;
  readonly before?: StoredVersion;
  readonly after?: StoredVersion;
}

/**
 * Lists the changes of the timeline `key`.
 * @param versions all that it has or had
 * @param logPoints of all events, in order
 */
export function listEntryChanges(
  key: string,
  versions: readonly StoredVersion[],
  { after, upTo, order, limit, changesMax, start, ...filter }: EntryChangesQuery,
  logPoints: readonly LogPoint[],
): EntryChangesPage {
  const inRange = changesOf(versions).filter(({ ordinal }) => ordinal > after && ordinal <= upTo);
  const sorted = order === 'asc' ? inRange : inRange.toReversed();
  const sign = order === 'asc' ? 1 : -1;
  const rest =
    start === undefined ? sorted : sorted.filter((change) => sign * compareChanges(change, start) > 0);
  const scanned = rest.slice(0, changesMax);
  const changes = scanned.flatMap((change) => changeIn(key, change, filter, logPoints[change.ordinal - 1]));
  const [shown, end] = [changes.slice(0, limit), scanned.at(-1)];
  if (changes.length > limit) return { changes: shown, next: keyOf(shown.at(-1)) };
  const isLast = scanned.length === rest.length || end === undefined;
  return { changes, next: isLast ? undefined : { ordinal: end.ordinal, entry: end.entry } };
}

function keyOf(change: EntryChange | undefined): ChangeKey | undefined {
  return change && { ordinal: change.by.ordinal, entry: change.key.entry };
}

/** Returns all changes, in order. */
function changesOf(versions: readonly StoredVersion[]): readonly ChangedVersions[] {
  const changes = new Map<string, ChangedVersions>();
  const add = (ordinal: number, version: StoredVersion, side: 'before' | 'after'): void => {
    const { entry } = version;
    const name = `${ordinal} ${entry}`;
    changes.set(name, { ...changes.get(name), ordinal: ordinal as Ordinal, entry, [side]: version });
  };
  for (const version of versions) {
    add(version.from, version, 'after');
    if (Number.isFinite(version.to)) add(version.to, version, 'before');
  }
  return [...changes.values()].sort(compareChanges);
}

function compareChanges(a: Pick<ChangedVersions, 'ordinal' | 'entry'>, b: ChangeKey): number {
  return a.ordinal - b.ordinal || a.entry - b.entry;
}

/** Returns nothing if the timeline shows the same as before, or neither version matches the filter. */
function changeIn(
  key: string,
  changed: ChangedVersions,
  filter: EntryFilter,
  by: LogPoint | undefined,
): readonly EntryChange[] {
  const matching = (version: StoredVersion | undefined) =>
    version && matchesFilter(version, key, filter) ? version : undefined;
  const [before, after] = [matching(changed.before), matching(changed.after)];
  const version = after ?? before;
  if (by === undefined || version === undefined) return [];
  const [old, next] = [before && storedEntryJson(before, key), after && storedEntryJson(after, key)];
  if (old === next && before && after && compareKeys(before, after) === 0) return [];
  const { earliest, latest, rank, entry } = version;
  return [{ by, key: { earliest, latest, rank, entry }, before: old, after: next }];
}
