import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';
import { isOutOfReach } from '../sqlite/driver.ts';
import { SqliteTimelineReader } from '../sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../sqlite/views/sqlite-view-file.ts';
import type { ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import type { LogReader } from './open-log.ts';
import type { ViewGroup } from './view-groups.ts';

/** A view file when the process starts. */
export interface OpenedView {
  readonly group: ViewGroup;
  /** The file that can be served at once; undefined if there is none. */
  readonly file: ViewFile | undefined;
  /** The open file, if it has the versions of the definitions. Otherwise a new one has to be built. */
  readonly current: SqliteViewFile | undefined;
  /** The checkpoint, if the log was unavailable and could not confirm that the file was made from it. */
  readonly unverified: Checkpoint | undefined;
}

/**
 * Opens the newest readable file of the group that was made from this log. If it has other versions of the projections,
 * or was made when other events or contents were removed, a new one has to be built, and it is served until then. For
 * an empty log, an empty file is created instead.
 *
 * Other files are removed, unless they are out of reach: on a full disk, for example, nothing is known of them.
 */
export async function openView(
  group: ViewGroup,
  viewFiles: ViewFiles,
  reader: EventReader & Pick<LogReader, 'removalsDigest'>,
): Promise<OpenedView> {
  const removals = reader.removalsDigest();
  for (const file of viewFiles.files(group.name)) {
    const view = await openFile(group, file, reader, removals);
    if (view === 'out-of-reach') continue;
    if (view !== undefined) {
      if (view.current !== undefined && view.unverified === undefined) viewFiles.removeOthers(file);
      return view;
    }
    viewFiles.remove(file.path);
  }
  if (!(await isKnownEmpty(reader))) {
    return { group, file: undefined, current: undefined, unverified: undefined };
  }
  const file = viewFiles.nextFile(group.name);
  const current = new SqliteViewFile(file.path, group.definitions, reader.comparePositions.bind(reader));
  current.removals = removals;
  return { group, file, current, unverified: undefined };
}

/** Returns undefined if the file is damaged, empty, or made from another log. */
async function openFile(
  group: ViewGroup,
  file: ViewFile,
  reader: EventReader,
  removals: number,
): Promise<OpenedView | undefined | 'out-of-reach'> {
  const checkpoint = lastCheckpoint(group, file, reader);
  if (checkpoint === 'out-of-reach') return checkpoint;
  const origin = checkpoint === undefined ? 'another-log' : await originOf(checkpoint, reader);
  if (origin === 'another-log') return undefined;
  const unverified = origin === 'unknown' ? checkpoint : undefined;
  return { group, file, current: openForWriting(group, file, reader, removals), unverified };
}

/** Returns the greatest checkpoint of the projections of the file; undefined if it is damaged or empty. */
function lastCheckpoint(
  { definitions }: ViewGroup,
  { path }: ViewFile,
  reader: EventReader,
): Checkpoint | undefined | 'out-of-reach' {
  const checkpoints: Checkpoint[] = [];
  for (const { name } of definitions) {
    try {
      const timelines = new SqliteTimelineReader(path, name, reader.comparePositions.bind(reader));
      const checkpoint = timelines.checkpoint();
      timelines.close();
      if (checkpoint !== undefined) checkpoints.push(checkpoint);
    } catch (error) {
      if (isOutOfReach(error)) return 'out-of-reach';
    }
  }
  return checkpoints.sort((a, b) => b.ordinal - a.ordinal)[0];
}

/**
 * Returns undefined if the file cannot be written, has other projections or other versions of them, or was made when
 * other events or contents were removed from the log.
 */
function openForWriting(
  { definitions }: ViewGroup,
  { path }: ViewFile,
  reader: EventReader,
  removals: number,
): SqliteViewFile | undefined {
  try {
    const view = new SqliteViewFile(path, definitions, reader.comparePositions.bind(reader));
    if (view.removals === removals) return view;
    view.close();
    return undefined;
  } catch {
    return undefined;
  }
}

/** Returns undefined if the file is unreadable or does not have the projection. */
export function openForReading(
  path: string,
  projection: string,
  comparePositions: EventReader['comparePositions'],
): SqliteTimelineReader | undefined {
  try {
    return new SqliteTimelineReader(path, projection, comparePositions);
  } catch {
    return undefined;
  }
}

async function isKnownEmpty(reader: EventReader): Promise<boolean> {
  try {
    return (await reader.readAll({ direction: 'forwards', maxCount: 1 })).length === 0;
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return false;
    throw error;
  }
}

/** `unknown`: the log is unavailable. */
type Origin = 'this-log' | 'another-log' | 'unknown';

async function originOf({ eventId, position }: Checkpoint, reader: EventReader): Promise<Origin> {
  try {
    return (await reader.readEventAt(position))?.id === eventId ? 'this-log' : 'another-log';
  } catch (error) {
    if (error instanceof StoreUnavailableError) return 'unknown';
    if (error instanceof UnreadableEventError) return 'another-log';
    throw error;
  }
}

const VERIFY_INTERVAL_MS = 1_000;

/**
 * Verifies the unverified views as soon as the log is available, and returns those that were made from another log.
 * When the signal is aborted, returns those found so far.
 */
export async function viewsOfAnotherLog(
  views: readonly OpenedView[],
  reader: EventReader,
  aborted: AbortSignal,
): Promise<readonly OpenedView[]> {
  const foreign: OpenedView[] = [];
  for (const view of views) {
    if (view.unverified === undefined) continue;
    let origin: Origin = 'unknown';
    while (origin === 'unknown' && !aborted.aborted) {
      origin = await originAfterStart(view.unverified, reader);
      if (origin === 'unknown')
        await delay(VERIFY_INTERVAL_MS, undefined, { signal: aborted }).catch(() => {});
    }
    if (origin === 'another-log') foreign.push(view);
  }
  return foreign;
}

/** Treats a log that refuses to be read as unavailable, because its operator may fix that while the server runs. */
async function originAfterStart(checkpoint: Checkpoint, reader: EventReader): Promise<Origin> {
  try {
    return await originOf(checkpoint, reader);
  } catch (error) {
    if (error instanceof StoreFailedError) return 'unknown';
    throw error;
  }
}
