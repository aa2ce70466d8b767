import type { Chronology } from '../event-types/define-event-type.ts';
import { findContentType } from '../event-types/registry.ts';
import { type DateSpan, dateOf } from '../values/edtf.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import { isPartial } from './inheritance.ts';
import {
  type Conflict,
  type ConflictKind,
  type RecordState,
  type RecordVersion,
  renewed,
} from './record-version.ts';

/*
 * Events of one record that cannot both be true. They are computed from what their types say about the life of a
 * record, and only from dates that are certain: a date with `?` or `%` may mean any day, and one with `~` means the
 * days of its margin too.
 */

/** Maximum number of conflicts of one version. */
const CONFLICTS_MAX = 20;

/** Compares the versions that an event changed with the others of their record. */
export function withConflicts(before: RecordState, after: RecordState): RecordState {
  if (after.versions === before.versions || after.versions.size < 2) return after;
  const changed = [...after.versions.values()].filter((version) => isAffected(version, before));
  return changed.reduce(compared, after);
}

/** True if a version reads otherwise than before, in what it is compared by. */
function isAffected(version: RecordVersion, { versions }: RecordState): boolean {
  const before = versions.get(version.event.id);
  if (before === version || (chronologyOf(version) ?? (before && chronologyOf(before))) === undefined)
    return false;
  return (
    version.data !== before?.data ||
    version.occurred !== before.occurred ||
    (version.status === 'retracted') !== (before.status === 'retracted')
  );
}

/** Replaces the conflicts of a version, and those of later versions with it. */
function compared(state: RecordState, { event: { id } }: RecordVersion): RecordState {
  const versions = new Map(state.versions);
  const version = versions.get(id);
  if (version === undefined) return state;
  const own: Conflict[] = [];
  let isLater = false;
  for (const [otherId, other] of state.versions) {
    if (otherId === id) {
      isLater = true;
      continue;
    }
    const kind = conflictOf(version, other);
    if (!isLater) own.push(...(kind === undefined ? [] : [{ kind, with: otherId }]));
    else versions.set(otherId, withConflict(other, id, kind));
  }
  versions.set(id, withList(version, own));
  return { ...state, versions };
}

function withConflict(version: RecordVersion, id: string, kind: ConflictKind | undefined): RecordVersion {
  const { conflicts = [] } = version;
  if (conflicts.find((conflict) => conflict.with === id)?.kind === kind) return version;
  const others = conflicts.filter((conflict) => conflict.with !== id);
  return withList(version, kind === undefined ? others : [...others, { kind, with: id }]);
}

/** Returns the same version if nothing changes. */
function withList(version: RecordVersion, conflicts: readonly Conflict[]): RecordVersion {
  const { conflicts: before = [], ...rest } = version;
  const kept = conflicts.slice(0, CONFLICTS_MAX);
  const isSame = (conflict: Conflict, index: number) =>
    conflict.with === before[index]?.with && conflict.kind === before[index]?.kind;
  if (kept.length === before.length && kept.every(isSame)) return version;
  return kept.length === 0 ? (rest as RecordVersion) : renewed(version, { conflicts: kept });
}

/** Returns why two events cannot both be true; undefined if they can. */
function conflictOf(a: RecordVersion, b: RecordVersion): ConflictKind | undefined {
  const [placeOfA, placeOfB] = [placeOf(a), placeOf(b)];
  if (placeOfA === undefined || placeOfB === undefined) return undefined;
  const [{ chronology: ofA, days: daysOfA }, { chronology: ofB, days: daysOfB }] = [placeOfA, placeOfB];
  if (ofA.excludes?.includes(b.type) === true || ofB.excludes?.includes(a.type) === true) return 'exclusion';
  if (daysOfA === undefined || daysOfB === undefined) return undefined;
  if (a.type === b.type) {
    const areApart = endsBefore(daysOfA, daysOfB) || endsBefore(daysOfB, daysOfA);
    return areApart && ofA.isSame?.(a.data, b.data) === true ? 'dates' : undefined;
  }
  const isBefore = ofA.order < ofB.order ? endsBefore(daysOfB, daysOfA) : endsBefore(daysOfA, daysOfB);
  return ofA.order !== ofB.order && isBefore ? 'order' : undefined;
}

/** Returns what a version is compared by; undefined if it is not compared. A record compares each with each. */
const placeOf = memoizeBy((version: RecordVersion) => {
  const chronology = chronologyOf(version);
  if (chronology === undefined || version.status === 'retracted' || isPartial(version)) return undefined;
  return { chronology, days: certainDays(version, chronology) };
});

function chronologyOf({ type }: RecordVersion): Chronology<unknown> | undefined {
  return findContentType(type)?.chronology;
}

/** Returns all days that a date may mean, from the first to the last; undefined if it may mean others too. */
function certainDays(
  { data, occurred }: RecordVersion,
  chronology: Chronology<unknown>,
): DateSpan | undefined {
  const { qualifier, reach } = dateOf(chronology.dateOf?.(data) ?? occurred);
  if (qualifier === 'uncertain' || qualifier === 'both') return undefined;
  return { earliest: reach[0]?.earliest, latest: reach.at(-1)?.latest };
}

/** An end without a day reaches beyond all days. */
function endsBefore(a: DateSpan, b: DateSpan): boolean {
  return a.latest !== undefined && b.earliest !== undefined && a.latest < b.earliest;
}
