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

/** The view file of a projection when the process starts. */
export interface OpenedView {
  readonly definition: TimelineDefinition;
  /** The file that can be served at once; undefined if there is none. */
  readonly file: ViewFile | undefined;
  /** True: the writer keeps the file up to date. False: the file is missing or has another version; build a new one. */
  readonly isCurrent: boolean;
  readonly writer: SqliteTimelineWriter | undefined;
  /** The checkpoint, if the log was unavailable and could not confirm that the file was made from it. */
  readonly unverified: Checkpoint | undefined;
}

/**
 * Opens the newest readable file of the definition's version that was made from this log. If there is none, one has to
 * be built, and a file of another version is served until then. For an empty log, an empty file is created instead.
 */
export async function openView(
  definition: TimelineDefinition,
  viewFiles: ViewFiles,
  reader: EventReader,
): Promise<OpenedView> {
  for (const file of viewFiles.files(definition)) {
    const view = await openFile(definition, file, reader);
    if (view !== undefined) {
      if (view.writer !== undefined && view.unverified === undefined) viewFiles.removeOthers(file);
      return view;
    }
    if (file.version === definition.version) viewFiles.remove(file.path);
  }
  if (!(await isKnownEmpty(reader))) {
    return { definition, file: undefined, isCurrent: false, writer: undefined, unverified: undefined };
  }
  const file = viewFiles.nextFile(definition);
  const writer = new SqliteTimelineWriter(file.path, reader.comparePositions.bind(reader));
  viewFiles.removeOthers(file);
  return { definition, file, isCurrent: true, writer, unverified: undefined };
}

/** Returns undefined if the file is unreadable, empty, or made from another log. */
async function openFile(
  definition: TimelineDefinition,
  file: ViewFile,
  reader: EventReader,
): Promise<OpenedView | undefined> {
  const isCurrent = file.version === definition.version;
  const opened = isCurrent ? openWriter(file, reader) : openReader(file, reader);
  const checkpoint = opened?.checkpoint();
  const origin = checkpoint === undefined ? 'another-log' : await originOf(checkpoint, reader);
  const isUsable = origin !== 'another-log';
  const writer = isUsable && opened instanceof SqliteTimelineWriter ? opened : undefined;
  if (writer === undefined) opened?.close();
  const unverified = origin === 'unknown' ? checkpoint : undefined;
  return isUsable ? { definition, file, isCurrent, writer, unverified } : undefined;
}

function openWriter(file: ViewFile, reader: EventReader): SqliteTimelineWriter | undefined {
  try {
    return new SqliteTimelineWriter(file.path, reader.comparePositions.bind(reader));
  } catch {
    return undefined;
  }
}

function openReader(
  { name, version, path }: ViewFile,
  reader: EventReader,
): SqliteTimelineReader | undefined {
  try {
    return new SqliteTimelineReader(path, `${name}@${version}`, reader.comparePositions.bind(reader));
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
