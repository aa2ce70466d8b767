import { parentPort, workerData } from 'node:worker_threads';
import { type RemovedRecord, removalsDigest } from '../event-store/removals.ts';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { type Projection, Projector, type ProjectorSignal } from '../projector/projector.ts';
import { stopCausedBy } from '../projector/projector-group.ts';
import { SqliteViewFile } from '../sqlite/views/sqlite-view-file.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections } from './extensions.ts';
import { type LogReader, type LogSettings, openLogReader } from './open-log.ts';
import { viewGroupOf, viewGroups } from './view-groups.ts';

/*
 * The thread of rebuilds: reads the log once and writes the timelines of its projections, each to a new view file. If
 * it is killed, it leaves incomplete files that are never read.
 */

export interface RebuildRequest {
  /** The name of a view group. */
  readonly view: string;
  /** Keep the rows up to an event that stops a projection. Used if there are no other rows to serve. */
  readonly acceptPartial: boolean;
}

export interface RebuildThreadData {
  readonly log: LogSettings;
  /** At most one for each view group. */
  readonly requests: readonly RebuildRequest[];
  readonly removed: readonly RemovedRecord[];
}

export interface RebuildThreadCommand {
  readonly kind: 'cancel';
  readonly view: string;
}

export type RebuildThreadMessage =
  | { readonly kind: 'progress'; readonly events: number }
  | { readonly kind: 'ended'; readonly view: string; readonly outcome: RebuildOutcome };

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
  const { log, requests, removed } = workerData as RebuildThreadData;
  const send = (message: RebuildThreadMessage): void => port.postMessage(message);
  const reader = await openLogReader(log, { removed });
  const viewFiles = new ViewFiles(log.dataDir);
  const builds = requests.map((request) => openBuild(viewFiles, request, reader, removed));
  const rebuilds = new RebuildPass(viewFiles, builds, reader, send);
  port.on('message', ({ view }: RebuildThreadCommand) => rebuilds.cancel(view));
  await rebuilds.run();
  reader.close();
  port.close();
}

/** A view file that is being built. */
interface Build {
  readonly file: ViewFile;
  readonly acceptPartial: boolean;
  readonly view: SqliteViewFile;
  readonly projections: readonly Projection[];
  /** The names of the projections that have not ended. */
  readonly unfinished: Set<string>;
}

/** Builds several view files in one pass over the log. */
class RebuildPass {
  readonly #viewFiles: ViewFiles;
  readonly #builds: Set<Build>;
  readonly #projector: Projector;
  readonly #send: (message: RebuildThreadMessage) => void;
  readonly #finished = new AbortController();
  #reportedMs = performance.now();

  constructor(
    viewFiles: ViewFiles,
    builds: readonly Build[],
    reader: LogReader,
    send: (message: RebuildThreadMessage) => void,
  ) {
    this.#viewFiles = viewFiles;
    this.#send = send;
    this.#builds = new Set(builds);
    const projections = builds.flatMap((build) => build.projections);
    this.#projector = new Projector(reader, projections, (signal) => this.#handle(signal));
  }

  /** Settles when every build has ended. */
  async run(): Promise<void> {
    try {
      await this.#projector.run(this.#finished.signal);
    } catch (error) {
      // A fault of the log stops every projection.
      const stop = stopCausedBy(error);
      for (const build of [...this.#builds]) {
        for (const { definition } of build.projections) this.#endStopped(build, definition.name, stop);
      }
    }
  }

  cancel(view: string): void {
    const build = [...this.#builds].find(({ file }) => file.name === view);
    if (build !== undefined) this.#discard(build, { kind: 'cancelled' });
  }

  #handle(signal: ProjectorSignal): void {
    const { projection } = signal;
    const build = [...this.#builds].find(({ unfinished }) => unfinished.has(projection));
    if (build === undefined) return;
    if (signal.kind === 'projected') this.#report(signal.checkpoint.ordinal);
    else if (signal.kind === 'caught-up') this.#finish(build, projection);
    else this.#endStopped(build, projection, signal);
  }

  #endStopped(build: Build, projection: string, { eventId, reason }: ProjectionStop): void {
    if (!build.unfinished.has(projection)) return;
    if (build.acceptPartial) this.#finish(build, projection);
    else this.#discard(build, { kind: 'stopped', eventId, reason });
  }

  /** Completes the file with its last projection. */
  #finish(build: Build, projection: string): void {
    const { file, view, projections, unfinished } = build;
    unfinished.delete(projection);
    if (unfinished.size > 0) return;
    const events = Math.max(...projections.map(({ writer }) => writer.checkpoint()?.ordinal ?? 0));
    view.close();
    this.#viewFiles.complete(file);
    this.#end(build, { kind: 'built', file, events });
  }

  #discard(build: Build, outcome: RebuildOutcome): void {
    for (const { definition } of build.projections) this.#projector.remove(definition.name);
    build.unfinished.clear();
    build.view.discard();
    this.#viewFiles.remove(this.#viewFiles.buildingPath(build.file));
    this.#end(build, outcome);
  }

  #end(build: Build, outcome: RebuildOutcome): void {
    this.#builds.delete(build);
    this.#send({ kind: 'ended', view: build.file.name, outcome });
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
  { view: name, acceptPartial }: RebuildRequest,
  reader: LogReader,
  removed: readonly RemovedRecord[],
): Build {
  const { definitions } = viewGroupOf(name, viewGroups(mountedProjections()));
  const file = viewFiles.nextFile(name);
  const path = viewFiles.buildingPath(file);
  viewFiles.remove(path);
  const view = new SqliteViewFile(path, definitions, reader.comparePositions.bind(reader), 'building');
  view.removals = removalsDigest(removed);
  const projections = definitions.map((definition) => ({
    definition,
    writer: view.writer(definition.name),
  }));
  const unfinished = new Set(definitions.map((definition) => definition.name));
  return { file, acceptPartial, view, projections, unfinished };
}

await main();
