import { runProgram } from '../cli/server-process.ts';
import { posts, takeTexts } from './append-rows.ts';
import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import { generateOpeningEvents } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import type { Benchmark } from './measure.ts';
import { drive, type LoadClient, type Server, serve, untilProjected, withServers } from './servers.ts';

const CONNECTIONS = 16;
const READS = 10_000;
const APPENDS = 1_500;
const PAGE = '/countries/US';
/** Generates another history than the one in the log. */
const SEED = 3;

interface KeyedServer extends Server {
  /** Undefined if the server is open. */
  readonly key: string | undefined;
}

/** Measures what the checks cost: the same requests to a server with keys and to an open one. */
export async function measureAccess(bench: Bench): Promise<void> {
  const open = {
    ...(await serve(bench.present, await bench.copyOfDataDir(bench.present), bench)),
    key: undefined,
  };
  const keyed = new Map<Build, KeyedServer>();
  const start = async (build: Build) => {
    const server = await serveWithKeys(bench, build);
    keyed.set(build, server);
    return server;
  };
  try {
    await withServers(bench, start, async (_serverOf, client) => {
      const keyedOf = (build: Build) => keyed.get(build) as KeyedServer;
      await bench.run([reads(bench, client, keyedOf, open), appends(bench, client, keyedOf, open)], WARM);
    });
  } finally {
    await open.stop();
  }
}

async function serveWithKeys(bench: Bench, build: Build): Promise<KeyedServer> {
  const dataDir = await bench.copyOfDataDir(build);
  const create = ['keys', 'create', 'bench', '--role', 'admin', '--data-dir', dataDir];
  const { stdout } = await runProgram(create, { program: build.program });
  return { ...(await serve(build, dataDir, bench)), key: stdout.trim() };
}

type KeyedOf = (build: Build) => KeyedServer;

function reads(bench: Bench, client: LoadClient, keyedOf: KeyedOf, open: KeyedServer): Benchmark {
  const read = (server: KeyedServer) => {
    const requests = withKey([{ path: PAGE }], server);
    return drive(client, server, {
      requests,
      times: bench.count(READS),
      connections: CONNECTIONS,
      status: 200,
    });
  };
  return {
    name: 'page of 50 entries with a key',
    measure: (build) => read(keyedOf(build)),
    baselines: [{ name: 'the same of a server without keys', measure: () => read(open) }],
    aims: { 'µs CPU': '≤ 1.05' },
  };
}

function appends(bench: Bench, client: LoadClient, keyedOf: KeyedOf, open: KeyedServer): Benchmark {
  const newEvents = generateOpeningEvents(SEED);
  const count = bench.count(APPENDS);
  const append = (server: KeyedServer) => {
    const requests = withKey(posts('/events', takeTexts(newEvents, count)), server);
    const settled = () => untilProjected(server, count);
    return drive(client, server, { requests, connections: CONNECTIONS, status: 201 }, settled);
  };
  return {
    name: 'durable append with a key',
    measure: (build) => append(keyedOf(build)),
    baselines: [{ name: 'the same on a server without keys', measure: () => append(open) }],
    aims: { 'µs CPU': '≤ 1.05' },
  };
}

function withKey(requests: readonly BareRequest[], { key }: KeyedServer): BareRequest[] {
  if (key === undefined) return [...requests];
  return requests.map((request) => ({
    ...request,
    headers: { ...request.headers, Authorization: `Bearer ${key}` },
  }));
}
