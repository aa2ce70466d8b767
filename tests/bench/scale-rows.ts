import { type Bench, COLD, ONCE, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import { take } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import type { Benchmark } from './measure.ts';
import { rebuildPeakMiB } from './projection-rows.ts';
import { COUNTRIES } from './read-rows.ts';
import { drive, type LoadClient, type Server, serve, type Target, withServers } from './servers.ts';

/** Size of the log that a large one is compared with. */
export const SMALL_EVENTS = 10_000;
/** Size of the log that is large enough to fill the caches of a rebuild. */
export const CACHE_FILLING_EVENTS = 100_000;

const PAGES_PER_ROUND = 200;
const PAGE_ENTRIES = 50;
/** Number of positions to read as of. */
const POSITIONS = 997;
/** Consecutive requests are this many paths apart, so every round reads from all parts of the log. */
const PATH_STEP = 7_919;
const FUTURE_YEAR = 3_000;

function sameWith(events: number): string {
  return `the same with ${events.toLocaleString('en')} events`;
}

/** Measures what must not grow with the log: the time for a page, and the time to start. */
export async function measureScale(bench: Bench): Promise<void> {
  await measureStart(bench);
  const start = async (build: Build) => serve(build, await bench.dataDir(build));
  await withServers(bench, start, async (serverOf, client) => {
    const small = await serve(bench.present, await bench.dataDir(bench.present, SMALL_EVENTS));
    await measurePages(bench, { client, small, serverOf });
    await small.stop();
  });
}

/** Compares the peak memory of a rebuild with that for a smaller log that fills the caches, too. */
export function measureMemory(bench: Bench): Promise<void> {
  const peakMiB = async (build: Build, events: number) => ({
    'MiB, peak': await rebuildPeakMiB(build, await bench.dataDir(build, events)),
  });
  const benchmark = {
    name: 'memory while all projections are rebuilt',
    measure: (build: Build) => peakMiB(build, bench.events),
    baselines: [
      { name: sameWith(CACHE_FILLING_EVENTS), measure: () => peakMiB(bench.present, CACHE_FILLING_EVENTS) },
    ],
    aims: { 'MiB, peak': '≤ 1.2' },
  };
  return bench.run([benchmark], ONCE);
}

/** Measures the time from the start of the process until every projection is up to date. */
async function measureStart(bench: Bench): Promise<void> {
  const untilReady = async (build: Build, dataDir: string) => {
    const startMs = performance.now();
    const server = await serve(build, dataDir);
    const elapsedMs = performance.now() - startMs;
    await server.stop();
    return { ms: elapsedMs };
  };
  const benchmark = {
    name: 'start until ready',
    measure: async (build: Build) => untilReady(build, await bench.dataDir(build)),
    baselines: [
      { name: 'start with an empty log', measure: () => untilReady(bench.present, bench.path('empty')) },
    ],
    aims: { ms: '≤ 2' },
  };
  await bench.run([benchmark], COLD);
}

interface Servers {
  readonly client: LoadClient;
  readonly small: Server;
  readonly serverOf: (build: Build) => Server;
}

async function measurePages(bench: Bench, { client, small, serverOf }: Servers): Promise<void> {
  const kinds: Readonly<Record<string, (target: Target, events: number) => Promise<readonly string[]>>> = {
    'timeline page of 50 entries, present': async () => presentPaths(),
    'timeline page of 50 entries, at any depth': ({ url }) => deepPaths(url),
    'timeline page of 50 entries, as of any position': async (_target, events) => asOfPaths(events),
    'list of countries, as of any position': async (_target, events) => indexPaths(events),
    'page of 50 changes of a timeline, since any position': async (_target, events) => changesPaths(events),
  };
  const benchmarks: Benchmark[] = [];
  for (const [name, pathsOf] of Object.entries(kinds)) {
    const ofSmall = firstRequests(await pathsOf(small, SMALL_EVENTS));
    const ofLarge = new Map<Build, Generator<BareRequest, never>>();
    for (const build of bench.builds) {
      ofLarge.set(build, firstRequests(await pathsOf(serverOf(build), bench.events)));
    }
    benchmarks.push({
      name,
      measure: (build) => msPerPage(client, serverOf(build), ofLarge.get(build) ?? ofSmall),
      baselines: [{ name: sameWith(SMALL_EVENTS), measure: () => msPerPage(client, small, ofSmall) }],
      aims: { ms: '≤ 1.3' },
    });
  }
  await bench.run(benchmarks, WARM);
}

/** Requests pages one after another. */
async function msPerPage(client: LoadClient, target: Target, pages: Generator<BareRequest, never>) {
  const requests = take(pages, PAGES_PER_ROUND);
  const figures = await drive(client, target, { requests, connections: 1, status: 200 });
  return { ms: 1000 / (figures['requests/s'] ?? 0) };
}

/** Repeats the paths without end. A different last day, far in the future, gives every request a new URL. */
function* firstRequests(paths: readonly string[]): Generator<BareRequest, never> {
  for (let number = 0; ; number += 1) {
    const path = paths[(number * PATH_STEP) % paths.length] ?? '';
    const isUncached = /^\/countries(\?|\/\w+\/changes)/.test(path);
    yield { path: isUncached ? path : `${path}&limit=${PAGE_ENTRIES}&to=${FUTURE_YEAR + number}` };
  }
}

function presentPaths(): readonly string[] {
  return COUNTRIES.flatMap((code) => ['asc', 'desc'].map((order) => `/countries/${code}?order=${order}`));
}

/** Returns the paths of pages from the first to the last of a timeline, in both orders. */
async function deepPaths(url: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const order of ['asc', 'desc']) {
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/countries/US?order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const response = await fetch(`${url}${path}&limit=200`);
      const { next } = (await response.json()) as { next: string | null };
      paths.push(path);
      cursor = next;
    }
  }
  return paths;
}

function asOfPaths(events: number): readonly string[] {
  return positions(events).flatMap((position, index) => {
    const code = COUNTRIES[index % COUNTRIES.length];
    return ['asc', 'desc'].map((order) => `/countries/${code}?order=${order}&asOf=${position}`);
  });
}

function indexPaths(events: number): readonly string[] {
  return positions(events).map((position) => `/countries?asOf=${position}`);
}

/** Since positions of the first half of the log, after which a timeline has more than 50 changes. */
function changesPaths(events: number): readonly string[] {
  return positions(events / 2).flatMap((position) =>
    ['asc', 'desc'].map(
      (order) => `/countries/US/changes?order=${order}&from=${position}&limit=${PAGE_ENTRIES}`,
    ),
  );
}

/** Returns positions across the log, except at its start, where timelines have fewer than 50 entries. */
function positions(events: number): readonly number[] {
  const first = SMALL_EVENTS / 10;
  return Array.from(
    { length: POSITIONS },
    (_, index) => first + Math.floor(((events - first) * index) / POSITIONS),
  );
}
