import { on } from 'node:events';
import type { RemovedRecord } from '../event-store/removals.ts';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { type Projection, Projector, type ProjectorSignal } from '../projector/projector.ts';
import { stopCausedBy } from '../projector/projector-group.ts';
import { SqliteViewFile } from '../sqlite/views/sqlite-view-file.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { mountedProjections } from './extensions.ts';
import { type LogReader, type LogSettings, openLogReader } from './open-log.ts';
import { viewGroupOf, viewGroups } from './view-groups.ts';

/*
 * A process that rebuilds: it reads the log once and writes the timelines of its projections, each to a new view file.
 * A process of its own gives all its memory back when it ends, which a thread does not. If it is killed, it leaves
 * incomplete files that are never read. It ends if the process that started it does.
 */

export interface RebuildRequest {
  /** The name of a view group. */
  readonly view: string;
  /** Keep the rows up to an event that stops a projection. Used if there are no other rows to serve. */
  readonly acceptPartial: boolean;
}

/** What to rebuild. The first message to the process. */
export interface RebuildOrder {
  readonly kind: 'start';
  readonly log: LogSettings;
  /** At most one for each view group. */
  readonly requests: readonly RebuildRequest[];
  readonly removed: readonly RemovedRecord[];
}

export type RebuildCommand = RebuildOrder | { readonly kind: 'cancel'; readonly view: string };

export type RebuildMessage =
  | { readonly kind: 'progress'; readonly events: number }
  | { readonly kind: 'ended'; readonly view: string; readonly outcome: RebuildOutcome }
  /** No rebuild of the process could start. */
  | { readonly kind: 'failed'; readonly reason: string };

export type RebuildOutcome =
  /** The file is complete and on disk. It has the path of an incomplete one until `ViewFiles.complete` is called. */
  | { readonly kind: 'built'; readonly file: ViewFile; readonly events: number }
  | ({ readonly kind: 'stopped' } & ProjectionStop)
  /** The other process cancelled the rebuild. */
  | { readonly kind: 'cancelled' };

const PROGRESS_INTERVAL_MS = 200;

/** Settles when all rebuilds have ended. */
async function rebuild({ log, requests, removed }: RebuildOrder): Promise<void> {
  const reader = await openLogReader(log, { removed });
  const viewFiles = new ViewFiles(log.dataDir);
  const builds = requests.map((request) => openBuild(viewFiles, request, reader));
  const rebuilds = new RebuildPass(viewFiles, builds, reader);
  void followCommands(rebuilds);
  await rebuilds.run();
  reader.close();
}

async function followCommands(rebuilds: RebuildPass): Promise<void> {
  for await (const [command] of commands) if (command.kind === 'cancel') rebuilds.cancel(command.view);
}

function send(message: RebuildMessage): void {
  // An error means that the channel is closed, so there is nobody to report it to.
  process.send?.(message, () => {});
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
  readonly #finished = new AbortController();
  #reportedMs = performance.now();

  constructor(viewFiles: ViewFiles, builds: readonly Build[], reader: LogReader) {
    this.#viewFiles = viewFiles;
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

  /** Completes the file with its last projection. A file that cannot be completed does not stop the others. */
  #finish(build: Build, projection: string): void {
    const { file, view, projections, unfinished } = build;
    unfinished.delete(projection);
    if (unfinished.size > 0) return;
    const events = Math.max(...projections.map(({ writer }) => writer.checkpoint()?.ordinal ?? 0));
    try {
      view.close();
    } catch (error) {
      this.#viewFiles.remove(this.#viewFiles.buildingPath(file));
      this.#end(build, { kind: 'stopped', ...stopCausedBy(error) });
      return;
    }
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
    send({ kind: 'ended', view: build.file.name, outcome });
    if (this.#builds.size === 0) this.#finished.abort();
  }

  /** Reports the number of projected events at most once per interval. */
  #report(events: number): void {
    if (performance.now() - this.#reportedMs < PROGRESS_INTERVAL_MS) return;
    this.#reportedMs = performance.now();
    send({ kind: 'progress', events });
  }
}

function openBuild(
  viewFiles: ViewFiles,
  { view: name, acceptPartial }: RebuildRequest,
  reader: LogReader,
): Build {
  const { definitions } = viewGroupOf(name, viewGroups(mountedProjections()));
  const file = viewFiles.nextFile(name);
  const path = viewFiles.buildingPath(file);
  viewFiles.remove(path);
  const view = new SqliteViewFile(path, definitions, reader.comparePositions.bind(reader), 'building');
  view.removals = reader.removalsDigest();
  const projections = definitions.map((definition) => ({
    definition,
    writer: view.writer(definition.name),
  }));
  const unfinished = new Set(definitions.map((definition) => definition.name));
  return { file, acceptPartial, view, projections, unfinished };
}

// The process that started this one decides when it stops, also if a terminal sends the signal to both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
// Keeps what arrives before it is read: a rebuild may be cancelled before this process is ready.
const commands = on(process, 'message') as AsyncIterableIterator<[RebuildCommand]>;
const [order] = (await commands.next()).value as [RebuildOrder];
try {
  await rebuild(order);
} catch (error) {
  send({ kind: 'failed', reason: String(error) });
}
// What was sent still arrives.
process.channel?.unref();
