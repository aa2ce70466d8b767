import { parentPort, workerData } from 'node:worker_threads';
import type { ProjectorSignal } from '../projector/projector.ts';
import { type CatchUpOutcome, catchUp } from '../projector/projector-group.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { projectionByName } from './extensions.ts';
import { type LogReader, type LogSettings, openLogReader } from './open-log.ts';

/*
 * The thread of one rebuild: writes the timelines of a projection from the whole log to a new view file. If it is
 * killed, it leaves an incomplete file that is never read.
 */

export interface RebuildThreadData {
  readonly log: LogSettings;
  readonly projection: string;
  /** Keep the rows up to the event that stops the projection. Used if there are no other rows to serve. */
  readonly acceptPartial: boolean;
}

export type RebuildThreadMessage =
  | { readonly kind: 'progress'; readonly events: number }
  /** The file is complete, has its final path, and contains the log as it was when it was last read. */
  | { readonly kind: 'built'; readonly file: ViewFile; readonly events: number }
  | { readonly kind: 'stopped'; readonly eventId: string | undefined; readonly reason: string }
  /** The main thread cancelled the rebuild. */
  | { readonly kind: 'cancelled' };

const PROGRESS_INTERVAL_MS = 200;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('rebuild-thread.ts must run as a worker thread');
  const data = workerData as RebuildThreadData;
  const send = (message: RebuildThreadMessage): void => port.postMessage(message);
  const cancelled = new AbortController();
  port.once('message', () => cancelled.abort());

  const reader = await openLogReader(data.log);
  send(await rebuild(data, reader, progressReports(send), cancelled.signal));
  port.close();
}

/** Builds the view file. Closes the reader. */
async function rebuild(
  { log, projection, acceptPartial }: RebuildThreadData,
  reader: LogReader,
  onProjected: (signal: ProjectorSignal) => void,
  cancelled: AbortSignal,
): Promise<RebuildThreadMessage> {
  const definition = projectionByName(projection);
  const viewFiles = new ViewFiles(log.dataDir);
  const file = viewFiles.nextFile(definition);
  const path = viewFiles.buildingPath(file);
  viewFiles.remove(path);
  const writer = new SqliteTimelineWriter(path, reader.comparePositions.bind(reader), 'building');
  const caughtUp = await catchUp(reader, { definition, writer }, onProjected, cancelled);
  reader.close();
  if (isAccepted(caughtUp, acceptPartial)) {
    const events = writer.checkpoint()?.ordinal ?? 0;
    writer.close();
    viewFiles.complete(file);
    return { kind: 'built', file, events };
  }
  writer.discard();
  viewFiles.remove(path);
  if (caughtUp.outcome !== 'stopped') return { kind: 'cancelled' };
  return { kind: 'stopped', eventId: caughtUp.eventId, reason: caughtUp.reason };
}

function isAccepted({ outcome }: CatchUpOutcome, acceptPartial: boolean): boolean {
  return outcome === 'caught-up' || (outcome === 'stopped' && acceptPartial);
}

/** Reports the number of projected events at most once per interval. */
function progressReports(send: (message: RebuildThreadMessage) => void): (signal: ProjectorSignal) => void {
  let reportedMs = performance.now();
  return (signal) => {
    if (signal.kind !== 'projected' || performance.now() - reportedMs < PROGRESS_INTERVAL_MS) return;
    reportedMs = performance.now();
    send({ kind: 'progress', events: signal.checkpoint.ordinal });
  };
}

await main();
