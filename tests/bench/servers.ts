import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../cli/server-process.ts';
import type { Bench } from './bench.ts';
import type { Build } from './builds.ts';
import type { Load, LoadResult } from './load-client.ts';
import type { Figures } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { cpuMs } from './process-usage.ts';

/** A process that answers HTTP requests. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}

export interface Server extends Target {
  /** Number of events in its log. Whoever appends to it counts with `untilProjected`. */
  events: number;
  stop(): Promise<unknown>;
}

export type LoadClient = Peer<Load, LoadResult>;

interface ServeOptions {
  readonly events?: number;
  readonly flags?: readonly string[];
  /** Settings in the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts a server and waits until its timelines are up to date.
 *
 * @param options.events in its log; only needed to append to it
 */
export async function serve(
  build: Build,
  dataDir: string,
  { events = 0, flags = [], variables = {} }: ServeOptions = {},
): Promise<Server> {
  const { program } = build;
  const { url, child, stop } = await startServer(dataDir, ['--empty', ...flags], { program, variables });
  while ((await fetch(`${url}/readyz`)).status !== 200) await delay(5);
  return { url, pid: child.pid ?? 0, events, stop };
}

/** Runs a server of each build, and a load client. */
export async function withServers(
  { builds }: Bench,
  start: (build: Build) => Promise<Server>,
  use: (serverOf: (build: Build) => Server, client: LoadClient) => Promise<void>,
): Promise<void> {
  const servers = new Map<Build, Server>();
  const client: LoadClient = startPeer('load-client');
  try {
    for (const build of builds) servers.set(build, await start(build));
    await use((build) => {
      const server = servers.get(build);
      if (server === undefined) throw new RangeError(`There is no server of ${build.name}.`);
      return server;
    }, client);
  } finally {
    await Promise.all([client.stop(), ...[...servers.values()].map(({ stop }) => stop())]);
  }
}

const clientShares: number[] = [];

/** Returns, for each load so far, the CPU time of the client divided by that of the server. */
export function cpuSharesOfClient(): readonly number[] {
  return clientShares;
}

/**
 * Measures requests per second, and the CPU time of the server for each.
 *
 * @param settled waits until the server has done what it does after its answers
 */
export async function drive(
  client: LoadClient,
  { url, pid }: Target,
  load: Omit<Load, 'url'>,
  settled: () => Promise<void> = async () => {},
): Promise<Figures> {
  const startMs = await cpuMs(pid);
  const { elapsedMs, cpuMs: clientMs } = await client.request({ ...load, url });
  await settled();
  const serverMs = (await cpuMs(pid)) - startMs;
  const requests = load.requests.length * (load.times ?? 1);
  // A quick run may be over before the clock of the operating system ticks.
  if (serverMs > 0) clientShares.push(clientMs / serverMs);
  return { 'requests/s': (requests / elapsedMs) * 1000, 'µs CPU': (serverMs / requests) * 1000 };
}

interface Readiness {
  readonly projections: readonly { readonly position: string | null }[];
}

const CATCH_UP_TIMEOUT_MS = 120_000;

/** Waits until all timelines contain the last of so many events that were appended. */
export async function untilProjected(server: Server, appended: number): Promise<void> {
  server.events += appended;
  const deadlineMs = Date.now() + CATCH_UP_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    const { projections } = (await (await fetch(`${server.url}/readyz`)).json()) as Readiness;
    if (projections.every(({ position }) => position === String(server.events))) return;
    await delay(20);
  }
  throw new Error(`The projections did not catch up within ${CATCH_UP_TIMEOUT_MS} ms.`);
}
