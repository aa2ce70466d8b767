import { StoreUnavailableError } from '../../event-store/event-store.ts';
import type { EntryFilter } from '../../projector/entry-filter.ts';
import type { EntryChange, LogPoint, Ordinal, TimelineReader } from '../../projector/timeline-store.ts';
import type { Moment, Moments } from '../../web/components/timeline-changes.ts';
import type { AppContext } from '../protocol/context.ts';
import { stateToken } from '../protocol/state-token.ts';
import { causedChanges } from './changes/caused-changes.ts';
import { cachePerReader } from './reader-cache.ts';

/** Stops on each side of the state that is shown. Each takes some microseconds to find. */
const STOPS_MAX = 24;
const CHANGES_SHOWN_MAX = 5;
/** Changes that are scanned for those that match the filter. */
const CHANGES_SCANNED_MAX = 1_000;

/** Where a slider leads from one stop to another. */
export const STEPS_MAX = 2 * STOPS_MAX + 1;

const BEFORE_FIRST = 0 as Ordinal;

/** Timelines whose moments are kept, per projection. Those of one take some kilobytes. */
const KEPT_MAX = 256;

/** The moments of the present, by timeline. */
const keptMoments = cachePerReader<string, { ordinal: Ordinal; moments: Moments | undefined }>({
  max: KEPT_MAX,
});

/** What a page of a timeline shows. */
interface ShownTimeline {
  readonly reader: TimelineReader;
  readonly key: string;
  readonly filter: EntryFilter;
  /** The state that the request names; undefined for the present one. */
  readonly pinned: LogPoint | undefined;
  /** The last change of the timeline; undefined if it has no entries. */
  readonly changed: LogPoint | undefined;
}

/** Returns the states around the one that a page shows, and what that one changed. Undefined if there is no other. */
export async function readMoments(
  context: Pick<AppContext, 'store' | 'tree'>,
  { reader, key, filter, pinned, changed }: ShownTimeline,
): Promise<Moments | undefined> {
  if (pinned === undefined) return changed && presentMoments(reader, key, changed);
  const around = momentsAround(reader, key, pinned, STOPS_MAX);
  if (around === undefined) return undefined;
  const { previous, moments } = around;
  const range = {
    after: previous?.ordinal ?? BEFORE_FIRST,
    upTo: pinned.ordinal,
    order: 'asc',
    limit: CHANGES_SHOWN_MAX,
  } as const;
  const page = reader.entryChanges(key, { ...filter, ...range, changesMax: CHANGES_SCANNED_MAX });
  return {
    ...moments,
    changes: await availableChanges(context, page.changes),
    hasMoreChanges: page.next !== undefined,
  };
}

/** The filter does not matter in the present, so all pages of a timeline share its moments until it changes. */
function presentMoments(reader: TimelineReader, key: string, last: LogPoint): Moments | undefined {
  const kept = keptMoments(reader);
  const known = kept.get(key);
  if (known?.ordinal === last.ordinal) return known.moments;
  const moments = momentsAround(reader, key, last, 0)?.moments;
  kept.set(key, { ordinal: last.ordinal, moments });
  return moments;
}

interface MomentsAround {
  readonly moments: Moments;
  /** The state before the last change. */
  readonly previous: LogPoint | undefined;
}

/** @param laterMax stops after the state that is shown */
function momentsAround(
  reader: TimelineReader,
  key: string,
  asOf: LogPoint,
  laterMax: number,
): MomentsAround | undefined {
  const checkpoint = reader.checkpoint();
  if (checkpoint === undefined) return undefined;
  const { ordinal: end, lineage } = checkpoint;
  const before = { after: BEFORE_FIRST, upTo: asOf.ordinal, order: 'desc', limit: STOPS_MAX + 2 } as const;
  const earlier = reader.changePoints(key, before).toReversed();
  const after = { after: asOf.ordinal, upTo: end, order: 'asc', limit: laterMax + 1 } as const;
  const later = laterMax === 0 ? [] : reader.changePoints(key, after);
  // A state before the first change is a stop, too.
  const known = earlier.length === 0 ? [asOf] : earlier.slice(-STOPS_MAX - 1);
  const stops = [...known, ...later.slice(0, laterMax)].map((point) => momentOf(lineage, point));
  if (stops.length < 2) return undefined;
  const previous = earlier.at(-2);
  const moments = {
    stops,
    shown: known.length - 1,
    previous: previous && momentOf(lineage, previous),
    hasEarlier: earlier.length > STOPS_MAX + 1,
    hasLater: later.length > laterMax,
    changes: undefined,
    hasMoreChanges: false,
  };
  return { moments, previous };
}

/** Returns undefined while the log is unavailable, as the rows do not know who made an event. */
async function availableChanges(
  context: Pick<AppContext, 'store' | 'tree'>,
  changes: readonly EntryChange[],
): Promise<Moments['changes']> {
  try {
    return await causedChanges(context, changes);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

function momentOf(lineage: string, point: LogPoint): Moment {
  const { instant, position } = point;
  return { instant, position, token: stateToken(lineage, point) };
}
