import { parentPort, workerData } from 'node:worker_threads';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { type Projection, Projector, type ProjectorSignal } from '../projector/projector.ts';
import { stopCausedBy } from '../projector/projector-group.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { projectionByName } from './extensions.ts';
import { type LogReader, type LogSettings, openLogReader } from './open-log.ts';

/*
 * The thread of rebuilds: reads the log once and writes the timelines of its projections, each to a new view file. If
 * it is killed, it leaves incomplete files that are never read.
 */

export interface RebuildRequest {
  readonly projection: string;
  /** Keep the rows up to the event that stops the projection. Used if there are no other rows to serve. */
  readonly acceptPartial: boolean;
}

export interface RebuildThreadData {
  readonly log: LogSettings;
  /** At most one for each projection. */
  readonly requests: readonly RebuildRequest[];
}

export interface RebuildThreadCommand {
  readonly kind: 'cancel';
  readonly projection: string;
}

export type RebuildThreadMessage =
  | { readonly kind: 'progress'; readonly events: number }
  | { readonly kind: 'ended'; readonly projection: string; readonly outcome: RebuildOutcome };

export type RebuildOutcome =
  /** The file is complete, has its final path, and contains the log as it was when it was last read. */
  | { readonly kind: 'built'; readonly file: ViewFile; readonly events: number }
  | ({ readonly kind: 'stopped' } & ProjectionStop)
  /** The main thread cancelled the rebuild. */
  | { readonly kind: 'cancelled' };

const PROGRESS_INTERVAL_MS = 200;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('rebuild-thread.ts must run as a worker thread');
  const { log, requests } = workerData as RebuildThreadData;
  const send = (message: RebuildThreadMessage): void => port.postMessage(message);
  const reader = await openLogReader(log);
  const rebuilds = new RebuildPass(new ViewFiles(log.dataDir), requests, reader, send);
  port.on('message', ({ projection }: RebuildThreadCommand) => rebuilds.cancel(projection));
  await rebuilds.run();
  reader.close();
  port.close();
}

/** A projection with the file that its rows are written to. */
interface Build extends Projection {
  readonly file: ViewFile;
  readonly acceptPartial: boolean;
  readonly writer: SqliteTimelineWriter;
}

/** Builds several view files in one pass over the log. */
class RebuildPass {
  readonly #viewFiles: ViewFiles;
  /** The unfinished builds by the names of their projections. */
  readonly #builds: Map<string, Build>;
  readonly #projector: Projector;
  readonly #send: (message: RebuildThreadMessage) => void;
  readonly #finished = new AbortController();
  #reportedMs = performance.now();

  constructor(
    viewFiles: ViewFiles,
    requests: readonly RebuildRequest[],
    reader: LogReader,
    send: (message: RebuildThreadMessage) => void,
  ) {
    this.#viewFiles = viewFiles;
    this.#send = send;
    this.#builds = new Map(
      requests.map((request) => [request.projection, openBuild(viewFiles, request, reader)]),
    );
    this.#projector = new Projector(reader, [...this.#builds.values()], (signal) => this.#handle(signal));
  }

  /** Settles when every build has ended. */
  async run(): Promise<void> {
    try {
      await this.#projector.run(this.#finished.signal);
    } catch (error) {
      // A fault of the log stops every projection.
      const stop = stopCausedBy(error);
      for (const build of [...this.#builds.values()]) this.#endStopped(build, stop);
    }
  }

  cancel(projection: string): void {
    const build = this.#builds.get(projection);
    if (build === undefined) return;
    this.#projector.remove(projection);
    this.#discard(build, { kind: 'cancelled' });
  }

  #handle(signal: ProjectorSignal): void {
    const build = this.#builds.get(signal.projection);
    if (build === undefined) return;
    if (signal.kind === 'projected') this.#report(signal.checkpoint.ordinal);
    else if (signal.kind === 'caught-up') this.#complete(build);
    else this.#endStopped(build, signal);
  }

  #endStopped(build: Build, { eventId, reason }: ProjectionStop): void {
    if (build.acceptPartial) this.#complete(build);
    else this.#discard(build, { kind: 'stopped', eventId, reason });
  }

  #complete(build: Build): void {
    const { file, writer } = build;
    const events = writer.checkpoint()?.ordinal ?? 0;
    writer.close();
    this.#viewFiles.complete(file);
    this.#end(build, { kind: 'built', file, events });
  }

  #discard(build: Build, outcome: RebuildOutcome): void {
    build.writer.discard();
    this.#viewFiles.remove(this.#viewFiles.buildingPath(build.file));
    this.#end(build, outcome);
  }

  #end({ definition: { name } }: Build, outcome: RebuildOutcome): void {
    this.#builds.delete(name);
    this.#send({ kind: 'ended', projection: name, outcome });
    if (this.#builds.size === 0) this.#finished.abort();
  }

  /** Reports the number of projected events at most once per interval. */
  #report(events: number): void {
    if (performance.now() - this.#reportedMs < PROGRESS_INTERVAL_MS) return;
    this.#reportedMs = performance.now();
    this.#send({ kind: 'progress', events });
  }
}

function openBuild(
  viewFiles: ViewFiles,
  { projection, acceptPartial }: RebuildRequest,
  reader: LogReader,
): Build {
  const definition = projectionByName(projection);
  const file = viewFiles.nextFile(definition);
  const path = viewFiles.buildingPath(file);
  viewFiles.remove(path);
  const writer = new SqliteTimelineWriter(path, reader.comparePositions.bind(reader), 'building');
  return { definition, file, acceptPartial, writer };
}

await main();
