import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agreements } from '../projections/agreements.ts';
import { createRecorder, type Recorder } from './append/recorder.ts';
import { type Config, httpAddress } from './config.ts';
import type { LogConnectivity } from './event-store/connectivity.ts';
import type { EventStore } from './event-store/event-store.ts';
import { createApp } from './http/app.ts';
import type { SignalSink } from './observability/signal.ts';
import { ViewFiles } from './sqlite/views/view-files.ts';
import { mountedProjections } from './workers/extensions.ts';
import { type LogSettings, openLogReader, openStore } from './workers/open-log.ts';
import { type ProjectorHost, startProjectors } from './workers/projector-host.ts';
import { type RebuildRun, RebuildThreads } from './workers/rebuild-threads.ts';

/** The log, its data folder locked for this process, with what records into it. */
export interface OpenLog {
  readonly store: EventStore;
  readonly connectivity: LogConnectivity;
  /** For people: a folder, or an address without its password. */
  readonly place: string;
  readonly recorder: Recorder;
  /** Settles when the log has failed: nothing can be recorded any more, and the process must stop. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** A running server: log, projectors, HTTP. `close` answers what is in flight, then closes views and log. */
export interface Chancery extends OpenLog {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly timelines: ProjectorHost['timelines'];
}

/** Opens the log alone. Throws DataFolderInUseError when another process has the folder, and ConnectionStringError. */
export async function openLog(
  config: Config,
  signal: SignalSink,
  onAppended = (): void => {},
): Promise<OpenLog> {
  let reportFailure: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    reportFailure = resolve;
  });
  const onFailure = (error: Error): void => {
    signal({ kind: 'log-failed', error });
    reportFailure(error);
  };
  const opened = await openStore(config, { clock, signal, onAppended, onFailure });
  signal({ kind: 'log-opened', place: opened.place });
  return { ...opened, recorder: createRecorder(opened.store), failed };
}

export {
  ExtensionError,
  loadExtensions,
  mountedProjections,
  projectionByName,
} from './workers/extensions.ts';
/** A log to read only, also beside the process that writes it. Throws what SQLite throws when there is none. */
export { openLogReader as openLogToRead } from './workers/open-log.ts';

/** Rebuilds in a data folder that no server has. */
export interface OpenRebuilds {
  /** Events of the log; null where it cannot tell. */
  readonly total: number | null;
  /** Rebuilds a projection in a thread of its own. What was there serves on unless it ends as `built`. */
  run(projection: string, onProgress: (events: number) => void): RebuildRun;
  close(): Promise<void>;
}

/** Takes the data folder. Throws DataFolderInUseError when another process has it, and SQLite's error when there is no log. */
export async function openRebuilds(config: Config, signal: SignalSink): Promise<OpenRebuilds> {
  (await openLogReader(config)).close();
  const log = await openLog(config, signal);
  const folder = new ViewFiles(config.dataDir);
  folder.removeUnfinished();
  const threads = new RebuildThreads();
  return {
    total: (await log.store.countAfter()) ?? null,
    run: (projection, onProgress) => {
      const follower = { started: () => {}, progressed: onProgress };
      const run = threads.run({ log: logSettings(config), projection, isPartialWelcome: false }, follower);
      const ended = run.ended.then((end) => {
        if (end.kind === 'built') folder.removeOthers(end.file);
        return end;
      });
      return { ...run, ended };
    },
    close: () => log.close(),
  };
}

/** Starts the whole program; settles when it listens. What was opened is closed again when a later step fails. */
export async function startChancery(config: Config, signal: SignalSink): Promise<Chancery> {
  let projectors: ProjectorHost | undefined;
  const log = await openLog(config, signal, () => projectors?.notify());
  try {
    projectors = await startProjectors({ settings: logSettings(config), log: log.store, clock, signal });
    const { timelines, rebuilds } = projectors;
    const stopping = new AbortController();
    const app = createApp({
      ...log,
      projections: timelines,
      agreementChains: agreements,
      definitions: mountedProjections(),
      rebuilds,
      clock,
      actor: ANONYMOUS,
      stopping: stopping.signal,
      signal,
    });
    const server = await listen(createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, app), config);
    const url = urlOf(server, config.host);
    signal({ kind: 'listening', url });
    const close = async (): Promise<void> => {
      stopping.abort();
      await closeServer(server);
      await projectors?.close();
      await log.close();
    };
    return { ...log, url, timelines, close };
  } catch (error) {
    await projectors?.close();
    await log.close();
    throw error;
  }
}

/** The settings that worker threads get. */
function logSettings({ dataDir, eventStore, extensions }: Config): LogSettings {
  return { dataDir, eventStore, extensions };
}

const clock = (): Date => new Date();

/** From its first byte to its last: a bulk upload of a million events takes minutes. */
const REQUEST_TIMEOUT_MS = 3_600_000;
const IN_FLIGHT_TIMEOUT_MS = 5_000;

/** Who records while nobody has to say who they are: only the machine itself can reach the port. */
const ANONYMOUS = 'local';

async function listen(server: Server, { host, port }: Config): Promise<Server> {
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return httpAddress(host, port);
}

/** Answers what is in flight; a request that is still not answered after a while is cut off. */
async function closeServer(server: Server): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_TIMEOUT_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cutOff);
}
