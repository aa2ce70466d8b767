import { parentPort, workerData } from 'node:worker_threads';
import type { ProjectorSignal } from '../projector/projector.ts';
import { catchUp } from '../projector/projector-group.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { projectionByName } from './extensions.ts';
import { type LogSettings, openLogReader } from './open-log.ts';

/**
 * The thread of one rebuild: writes the timelines of a projection from the whole log into a file of their own. A part
 * of the composition, like `projector-thread.ts`. Killed at any point it leaves a file that nobody will read.
 */

export interface RebuildThreadData {
  readonly log: LogSettings;
  readonly projection: string;
  /** Take what there is when the projection stops at an event: for when there is nothing else to serve. */
  readonly isPartialWelcome: boolean;
}

export type FromRebuildThread =
  | { readonly kind: 'progress'; readonly events: number }
  /** The file is whole, has its name, and held the log of a moment ago. */
  | { readonly kind: 'built'; readonly file: ViewFile; readonly events: number }
  | { readonly kind: 'stopped'; readonly eventId: string | undefined; readonly reason: string }
  /** As it was told to. */
  | { readonly kind: 'cancelled' };

const PROGRESS_EVERY_MS = 200;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('rebuild-thread runs as a worker only');
  const { log, projection, isPartialWelcome } = workerData as RebuildThreadData;
  const tell = (message: FromRebuildThread): void => port.postMessage(message);
  const cancelled = new AbortController();
  port.once('message', () => cancelled.abort());

  const reader = await openLogReader(log);
  const definition = projectionByName(projection);
  const folder = new ViewFiles(log.dataDir);
  const file = folder.nextFile(definition);
  const path = folder.buildingPath(file);
  folder.remove(path);
  const writer = new SqliteTimelineWriter(path, reader.comparePositions.bind(reader), 'building');
  const progress = paced(tell);
  const end = await catchUp(reader, { definition, writer }, progress, cancelled.signal);
  reader.close();
  const isWhole = 'outcome' in end ? end.outcome === 'caught-up' : isPartialWelcome;
  if (isWhole) {
    const events = writer.checkpoint()?.ordinal ?? 0;
    writer.close();
    folder.complete(file);
    tell({ kind: 'built', file, events });
  } else {
    writer.discard();
    folder.remove(path);
    tell(
      'kind' in end ? { kind: 'stopped', eventId: end.eventId, reason: end.reason } : { kind: 'cancelled' },
    );
  }
  port.close();
}

/** Tells now and then how many events are projected. */
function paced(tell: (message: FromRebuildThread) => void): (signal: ProjectorSignal) => void {
  let toldMs = performance.now();
  return (signal) => {
    if (signal.kind !== 'projected' || performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    tell({ kind: 'progress', events: signal.checkpoint.ordinal });
  };
}

await main();
