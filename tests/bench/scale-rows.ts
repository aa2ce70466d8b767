import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { type Peer, startPeer } from './peer.ts';
import { rebuildMemoryMiB } from './projection-rows.ts';
import { measureInTurns, type Row } from './table.ts';

/** Size of the log that a large one is compared with. */
export const SMALL_EVENTS = 10_000;
/** Size of the log that is large enough to fill the caches of a rebuild. */
export const CACHE_FILLING_EVENTS = 100_000;

const ROUNDS = { measured: 5, warmUps: 1 };
const START_ROUNDS = { measured: 3, warmUps: 1 };
const PAGES_PER_ROUND = 200;
const PAGE_ENTRIES = 50;
/** Number of positions to read as of. */
const POSITIONS = 997;
/** Consecutive requests are this many paths apart, so every round reads from all parts of the log. */
const PATH_STEP = 7_919;
const FUTURE_YEAR = 3_000;
/** The countries with the most entries in every generated history. */
const COUNTRIES = ['US', 'CN', 'RU', 'IN', 'PK', 'GB', 'FR', 'DE'];

interface Sizes {
  readonly folder: string;
  readonly small: string;
  readonly dataDir: string;
  readonly events: number;
}

type Client = Peer<Load, LoadResult>;
type Report = (row: Row) => void;

/** Measures what must not grow with the log: the time for a page, and the time to start. */
export async function measureScale(sizes: Sizes, report: Report): Promise<void> {
  await measureStart(sizes, report);
  const client = startPeer<Load, LoadResult>('load-client');
  const [small, large] = [
    await startServer(sizes.small, ['--empty']),
    await startServer(sizes.dataDir, ['--empty']),
  ];
  await measurePages(sizes, { client, small, large }, report);
  await Promise.all([client.stop(), small.stop(), large.stop()]);
}

/** Compares the peak memory of a rebuild with that for a smaller log that fills the caches, too. */
export async function measureMemory(
  {
    smaller,
    dataDir,
    events,
  }: { readonly smaller: string; readonly dataDir: string; readonly events: number },
  report: Report,
): Promise<void> {
  report({
    name: 'memory while two projections are rebuilt',
    baselineName: sameWith(CACHE_FILLING_EVENTS),
    events,
    unit: 'MiB',
    target: '≤ 1.2',
    chancery: await rebuildMemoryMiB(dataDir),
    baseline: await rebuildMemoryMiB(smaller),
  });
}

function sameWith(events: number): string {
  return `the same with ${events.toLocaleString('en')} events`;
}

interface Servers {
  readonly client: Client;
  readonly small: RunningServer;
  readonly large: RunningServer;
}

async function measurePages(
  { events }: Sizes,
  { client, small, large }: Servers,
  report: Report,
): Promise<void> {
  for (const { url } of [small, large]) await waitUntilReady(url);
  const kinds: Readonly<Record<string, (url: string, events: number) => Promise<readonly string[]>>> = {
    'timeline page of 50 entries, present': async () => presentPaths(),
    'timeline page of 50 entries, at any depth': (url) => deepPaths(client, url),
    'timeline page of 50 entries, as of any position': async (_url, count) => asOfPaths(count),
    'list of countries, as of any position': async (_url, count) => indexPaths(count),
  };
  for (const [name, pathsOf] of Object.entries(kinds)) {
    const [ofLarge, ofSmall] = [
      uncachedRequests(await pathsOf(large.url, events)),
      uncachedRequests(await pathsOf(small.url, SMALL_EVENTS)),
    ];
    const measured = await measureInTurns(
      ROUNDS,
      () => msPerPage(client, large.url, ofLarge),
      () => msPerPage(client, small.url, ofSmall),
    );
    report({ name, events, unit: 'ms', baselineName: sameWith(SMALL_EVENTS), ...measured, target: '≤ 1.3' });
  }
}

/** Requests pages one after another. */
async function msPerPage(client: Client, url: string, pages: Generator<LoadRequest>): Promise<number> {
  const requests = Array.from({ length: PAGES_PER_ROUND }, () => pages.next().value as LoadRequest);
  return (await client.request({ url, requests, connections: 1, status: 200 })).elapsedMs / requests.length;
}

/** Repeats the paths without end. A different last day, far in the future, gives every request a new URL. */
function* uncachedRequests(paths: readonly string[]): Generator<LoadRequest> {
  for (let number = 0; ; number += 1) {
    const path = paths[(number * PATH_STEP) % paths.length] ?? '';
    const isIndex = path.startsWith('/countries?');
    yield { path: isIndex ? path : `${path}&limit=${PAGE_ENTRIES}&to=${FUTURE_YEAR + number}` };
  }
}

function presentPaths(): readonly string[] {
  return COUNTRIES.flatMap((code) => ['asc', 'desc'].map((order) => `/countries/${code}?order=${order}`));
}

/** Returns the paths of pages from the first to the last of a timeline, in both orders. */
async function deepPaths(client: Client, url: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const order of ['asc', 'desc']) {
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/countries/US?order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const load = { url, requests: [{ path: `${path}&limit=200` }], connections: 1, status: 200 };
      const { next }: { next: string | null } = JSON.parse((await client.request(load)).lastText);
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

/** Returns positions across the log, except at its start, where timelines have fewer than 50 entries. */
function positions(events: number): readonly number[] {
  const first = SMALL_EVENTS / 10;
  return Array.from(
    { length: POSITIONS },
    (_, index) => first + Math.floor(((events - first) * index) / POSITIONS),
  );
}

/** Measures the time from the start of the process until every projection is up to date. */
async function measureStart({ folder, dataDir, events }: Sizes, report: Report): Promise<void> {
  const untilReadyMs = async (folderToServe: string): Promise<number> => {
    const startMs = performance.now();
    const server = await startServer(folderToServe, ['--empty']);
    await waitUntilReady(server.url);
    const elapsedMs = performance.now() - startMs;
    await server.stop();
    return elapsedMs;
  };
  const measured = await measureInTurns(
    START_ROUNDS,
    () => untilReadyMs(dataDir),
    () => untilReadyMs(join(folder, 'empty')),
  );
  const name = 'start until ready';
  report({ name, events, unit: 'ms', baselineName: 'start with an empty log', ...measured, target: '≤ 2' });
}

async function waitUntilReady(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await delay(5);
}
