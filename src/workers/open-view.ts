import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';
import { SqliteTimelineReader } from '../sqlite/views/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import type { ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';

/** What there is of a projection when the process starts. */
export interface OpenedView {
  readonly definition: TimelineDefinition;
  /** The file that can be read from now on; undefined when there is none. */
  readonly file: ViewFile | undefined;
  /** True: the file is kept up to date, by the writer. False: it is of another version, or missing, and has to be built. */
  readonly isCurrent: boolean;
  readonly writer: SqliteTimelineWriter | undefined;
  /** Of a file of which it is not known yet whether it was made from this log, as the log is away. */
  readonly unverified: Checkpoint | undefined;
}

type Compare = EventReader['comparePositions'];

/**
 * Opens the newest file of the definition's version that can be read and was made from this log. Where there is none,
 * one has to be built; a file of another version serves until then. A log without events needs no building.
 */
export async function openView(
  definition: TimelineDefinition,
  folder: ViewFiles,
  reader: EventReader,
): Promise<OpenedView> {
  const compare = reader.comparePositions.bind(reader);
  for (const file of folder.files(definition)) {
    const isCurrent = file.version === definition.version;
    const opened = isCurrent ? openWriter(file, compare) : openReader(file, compare);
    const checkpoint = opened?.checkpoint();
    const origin = checkpoint === undefined ? 'another-log' : await originOf(checkpoint, reader);
    const unverified = origin === 'unknown' ? checkpoint : undefined;
    const writer = opened instanceof SqliteTimelineWriter ? opened : undefined;
    if (origin !== 'another-log' && writer !== undefined) {
      if (unverified === undefined) folder.removeOthers(file);
      return { definition, file, isCurrent, writer, unverified };
    }
    opened?.close();
    if (origin !== 'another-log') return { definition, file, isCurrent, writer: undefined, unverified };
    if (isCurrent) folder.remove(file.path);
  }
  if (!(await isKnownEmpty(reader))) {
    return { definition, file: undefined, isCurrent: false, writer: undefined, unverified: undefined };
  }
  const file = folder.nextFile(definition);
  const writer = new SqliteTimelineWriter(file.path, compare);
  folder.removeOthers(file);
  return { definition, file, isCurrent: true, writer, unverified: undefined };
}

function openWriter(file: ViewFile, compare: Compare): SqliteTimelineWriter | undefined {
  try {
    return new SqliteTimelineWriter(file.path, compare);
  } catch {
    return undefined;
  }
}

function openReader({ name, version, path }: ViewFile, compare: Compare): SqliteTimelineReader | undefined {
  try {
    return new SqliteTimelineReader(path, `${name}@${version}`, compare);
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

/** `unknown`: the log is away. */
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

const VERIFY_EVERY_MS = 1_000;

/** Waits for the log where it was away, and gives the views that were made from another. When the signal is aborted, those that were found so far. */
export async function viewsOfAnotherLog(
  views: readonly OpenedView[],
  reader: EventReader,
  aborted: AbortSignal,
): Promise<readonly OpenedView[]> {
  const ofAnother: OpenedView[] = [];
  for (const view of views) {
    if (view.unverified === undefined) continue;
    let origin: Origin = 'unknown';
    while (origin === 'unknown' && !aborted.aborted) {
      origin = await originLater(view.unverified, reader);
      if (origin === 'unknown') await delay(VERIFY_EVERY_MS, undefined, { signal: aborted }).catch(() => {});
    }
    if (origin === 'another-log') ofAnother.push(view);
  }
  return ofAnother;
}

/** A log that comes back and refuses is no worse than one that is away: whoever runs it may mend that. */
async function originLater(checkpoint: Checkpoint, reader: EventReader): Promise<Origin> {
  try {
    return await originOf(checkpoint, reader);
  } catch (error) {
    if (error instanceof StoreFailedError) return 'unknown';
    throw error;
  }
}
