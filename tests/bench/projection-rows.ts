import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startProgram } from '../cli/server-process.ts';
import { posts, takeTexts } from './append-rows.ts';
import { type Bench, COLD, chancery, importInto, writeLines } from './bench.ts';
import type { Build } from './builds.ts';
import { perEvent } from './bulk-rows.ts';
import { generateEvents, generateOpeningEvents } from './generate-events.ts';
import type { Figures } from './measure.ts';
import { requestOnce, startPeer } from './peer.ts';
import { childrenOf, cpuMs, memory } from './process-usage.ts';
import type { ProjectionRequest, ProjectionResult } from './projection-peer.ts';
import { type LoadClient, serve } from './servers.ts';
import { costOfEach } from './write-rows.ts';

const POLL_MS = 10;
const CONNECTIONS = 64;
const APPENDS = 1_500;
/** Neither a seed of the log nor one of other appends. */
const SEED = 5;

interface Usage {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

/** Runs `chancery rebuild` for all projections and reads, until its end, what it and the processes that rebuild use. */
async function rebuild(build: Build, dataDir: string, flags: readonly string[] = []): Promise<Usage> {
  const startMs = performance.now();
  const { child, ended } = startProgram(['rebuild', '--data-dir', dataDir, ...flags], {
    program: build.program,
  });
  let usage = { cpuMs: 0, peakMiB: 0 };
  while (child.exitCode === null) {
    try {
      const present = await usageWithChildren(child.pid ?? 0);
      usage = {
        cpuMs: Math.max(usage.cpuMs, present.cpuMs),
        peakMiB: Math.max(usage.peakMiB, present.peakMiB),
      };
    } catch {
      // One of the processes has ended in the meantime.
    }
    await delay(POLL_MS);
  }
  const { exitCode, stderr } = await ended;
  if (exitCode !== 0) throw new Error(stderr);
  return { ...usage, elapsedMs: performance.now() - startMs };
}

async function usageWithChildren(pid: number): Promise<Omit<Usage, 'elapsedMs'>> {
  let sum = { cpuMs: 0, peakMiB: 0 };
  for (const each of [pid, ...(await childrenOf(pid))]) {
    sum = {
      cpuMs: sum.cpuMs + (await cpuMs(each)),
      peakMiB: sum.peakMiB + (await memory(each)).peakMiB,
    };
  }
  return sum;
}

export async function rebuildPeakMiB(build: Build, dataDir: string): Promise<number> {
  return (await rebuild(build, dataDir)).peakMiB;
}

/** Makes a log of one event, whose rebuild shows what the start of the program takes. */
async function smallestDataDir(bench: Bench, build: Build): Promise<string> {
  const dataDir = bench.path(`one-event-${bench.numberOf(build)}`);
  await importInto(build, dataDir, await writeLines(bench.path('one-event.ndjson'), generateEvents(1)));
  return dataDir;
}

/** Measures how fast all projections are rebuilt from a whole log, without the start of the program. */
async function rebuildFigures(bench: Bench, build: Build, flags: readonly string[] = []): Promise<Figures> {
  const start = await rebuild(build, await smallestDataDir(bench, build), flags);
  const whole = await rebuild(build, await bench.dataDir(build), flags);
  return perEvent(bench.events, whole.elapsedMs - start.elapsedMs, whole.cpuMs - start.cpuMs);
}

export async function measureRebuild(bench: Bench): Promise<void> {
  const dataDir = await bench.dataDir(bench.present);
  const fold = (makesEntries: boolean) => peerFigures(bench, { kind: 'fold-log', dataDir, makesEntries });
  const benchmark = {
    name: 'rebuild of all projections, to disk',
    measure: (build: Build) => rebuildFigures(bench, build),
    baselines: [
      { name: 'read, parse and fold once, make all entries, write nothing', measure: () => fold(true) },
      { name: 'read, parse and fold once', measure: () => fold(false) },
    ],
    aims: { 'events/s': '≥ 0.55' },
  };
  await bench.run([benchmark], COLD);
}

/** Measures how fast an exported history is replayed in memory into the country and topic projections. */
export async function measureReplay(bench: Bench): Promise<void> {
  const file = bench.path('history.ndjson');
  await chancery(bench.present, ['export', file, '--data-dir', await bench.dataDir(bench.present)]);
  const benchmark = {
    name: 'replay of two projections, in memory',
    measure: ({ dist }: Build) => peerFigures(bench, { kind: 'replay', file, dist }),
    baselines: [
      { name: 'JSON.parse and fold', measure: () => peerFigures(bench, { kind: 'fold-lines', file }) },
    ],
    aims: { 'events/s': '≥ 0.8' },
  };
  await bench.run([benchmark], COLD);
}

async function peerFigures({ events }: Bench, request: ProjectionRequest): Promise<Figures> {
  const result = await requestOnce<ProjectionRequest, ProjectionResult>('projection-peer', request);
  return perEvent(events, result.elapsedMs, result.cpuMs);
}

/** Measures what it costs to mount each built-in projection a second time, by an extension. */
export async function measureTwiceTheProjections(bench: Bench): Promise<void> {
  const flagsOf = async (build: Build) => ['--extension', await duplicates(bench, build)];
  const benchmark = {
    name: 'rebuild of twice the projections',
    measure: async (build: Build) => rebuildFigures(bench, build, await flagsOf(build)),
    baselines: [{ name: 'the built-in projections', measure: () => rebuildFigures(bench, bench.present) }],
    aims: { 'events/s': '> 0.5' },
  };
  const client: LoadClient = startPeer('load-client');
  const appends = {
    name: `writes of an ordinary event, ${CONNECTIONS} at once, into twice the projections`,
    measure: async (build: Build) => costOfAppends(bench, client, build, await flagsOf(build)),
    baselines: [
      { name: 'the built-in projections', measure: () => costOfAppends(bench, client, bench.present, []) },
    ],
    aims: { 'µs CPU': '< 2' },
  };
  await bench.run([benchmark, appends], COLD);
  await client.stop();
}

async function costOfAppends(
  bench: Bench,
  client: LoadClient,
  build: Build,
  flags: readonly string[],
): Promise<Figures> {
  const server = await serve(build, await bench.copyOfDataDir(build), { events: bench.events, flags });
  const requests = posts('/events', takeTexts(generateOpeningEvents(SEED), bench.count(APPENDS)));
  const load = { url: server.url, requests, connections: CONNECTIONS, status: 201 };
  const figures = await costOfEach(server, requests, () => client.request(load));
  await server.stop();
  return figures;
}

/** Writes a module with the built-in projections under other names. */
async function duplicates(bench: Bench, build: Build): Promise<string> {
  const file = bench.path(`duplicates-${bench.numberOf(build)}.mjs`);
  const index = pathToFileURL(join(build.dist, 'projections/index.js')).href;
  const text = `import { projections as builtIn } from '${index}';
export const projections = builtIn.map((each) => ({ ...each, name: each.name + '-again' }));
`;
  await writeFile(file, text);
  return file;
}
