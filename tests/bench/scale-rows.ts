import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { type Peer, startPeer } from './peer.ts';
import { rebuildMemoryMiB } from './projection-rows.ts';
import { inTurns, type Row } from './table.ts';

/** Of the log that a large one is held against. */
export const SMALL_EVENTS = 10_000;
/** Of the log that the memory of a rebuild is held against. */
export const FULL_EVENTS = 100_000;

const TURNS = { rounds: 5, warmUps: 1 };
const STARTS = { rounds: 3, warmUps: 1 };
const PAGES_A_ROUND = 200;
const PAGE_ENTRIES = 50;
const FAR_YEAR = 3_000;
/** Those of which every generated history tells most. */
const COUNTRIES = ['US', 'CN', 'RU', 'IN', 'PK', 'GB', 'FR', 'DE'];

interface Sizes {
  readonly folder: string;
  readonly small: string;
  readonly dataDir: string;
  readonly events: number;
}

type Client = Peer<Load, LoadResult>;
type Show = (row: Row) => void;

/** What must not grow with the log: the cost of a page, and the start. */
export async function measureScale(sizes: Sizes, show: Show): Promise<void> {
  await measureStart(sizes, show);
  const client = startPeer<Load, LoadResult>('load-client');
  const [small, large] = [
    await startServer(sizes.small, ['--empty']),
    await startServer(sizes.dataDir, ['--empty']),
  ];
  await measurePages(sizes, { client, small, large }, show);
  await Promise.all([client.stop(), small.stop(), large.stop()]);
}

/** Most memory that a rebuild takes, against a log that is large enough to fill its caches. */
export async function measureMemory(
  { full, dataDir, events }: { readonly full: string; readonly dataDir: string; readonly events: number },
  show: Show,
): Promise<void> {
  const [ours, theirs] = [await rebuildMemoryMiB(dataDir), await rebuildMemoryMiB(full)];
  const what = 'memory while rebuilding both timelines';
  const ceiling = `the same with ${FULL_EVENTS.toLocaleString('en')} events`;
  show({ what, events, unit: 'MiB', ceiling, ours, theirs, promised: '≤ 1.2' });
}

const SMALL = `the same with ${SMALL_EVENTS.toLocaleString('en')} events`;

interface Servers {
  readonly client: Client;
  readonly small: RunningServer;
  readonly large: RunningServer;
}

async function measurePages({ events }: Sizes, { client, small, large }: Servers, show: Show): Promise<void> {
  for (const { url } of [small, large]) await ready(url);
  const kinds: Readonly<Record<string, (url: string, events: number) => Promise<readonly string[]>>> = {
    'timeline page of 50, of the present': async () => present(),
    'timeline page of 50, at any depth': (url) => deep(client, url),
    'timeline page of 50, as of any moment': async (_url, held) => asOf(held),
    'index of countries, as of any moment': async (_url, held) => indexAsOf(held),
  };
  for (const [what, pathsOf] of Object.entries(kinds)) {
    const fresh = async (url: string, held: number) => freshRequests(await pathsOf(url, held));
    const [ofLarge, ofSmall] = [await fresh(large.url, events), await fresh(small.url, SMALL_EVENTS)];
    const measured = await inTurns(
      TURNS,
      () => pageMs(client, large.url, ofLarge),
      () => pageMs(client, small.url, ofSmall),
    );
    show({ what, events, unit: 'ms', ceiling: SMALL, ...measured, promised: '≤ 1.3' });
  }
}

/** Milliseconds a page, asked for one after another. */
async function pageMs(client: Client, url: string, fresh: Generator<LoadRequest>): Promise<number> {
  const requests = Array.from({ length: PAGES_A_ROUND }, () => fresh.next().value as LoadRequest);
  return (await client.ask({ url, requests, connections: 1, status: 200 })).elapsedMs / requests.length;
}

/** Spreads the paths over the rounds. A last day far in the future makes each timeline an address that was not asked before. */
function* freshRequests(paths: readonly string[]): Generator<LoadRequest> {
  for (let number = 0; ; number += 1) {
    const path = paths[(number * 7_919) % paths.length] ?? '';
    const isIndex = path.startsWith('/countries?');
    yield { path: isIndex ? path : `${path}&limit=${PAGE_ENTRIES}&to=${FAR_YEAR + number}` };
  }
}

function present(): readonly string[] {
  return COUNTRIES.flatMap((code) => ['asc', 'desc'].map((order) => `/countries/${code}?order=${order}`));
}

/** Addresses of the pages of a timeline, from its first to its last, in both directions. */
async function deep(client: Client, url: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const order of ['asc', 'desc']) {
    let cursor: string | null = '';
    for (const step = 200; cursor !== null; ) {
      const path: string = `/countries/US?order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const load = { url, requests: [{ path: `${path}&limit=${step}` }], connections: 1, status: 200 };
      const { next }: { next: string | null } = JSON.parse((await client.ask(load)).lastText);
      paths.push(path);
      cursor = next;
    }
  }
  return paths;
}

function asOf(events: number): readonly string[] {
  return positions(events).flatMap((position, index) => {
    const code = COUNTRIES[index % COUNTRIES.length];
    return ['asc', 'desc'].map((order) => `/countries/${code}?order=${order}&asOf=${position}`);
  });
}

function indexAsOf(events: number): readonly string[] {
  return positions(events).map((position) => `/countries?asOf=${position}`);
}

/** Moments all over the log; the very first are left out, when there were not 50 entries yet. */
function positions(events: number): readonly number[] {
  const first = SMALL_EVENTS / 10;
  return Array.from({ length: 997 }, (_, index) => first + Math.floor(((events - first) * index) / 997));
}

/** From the start of the process until every timeline is up to date. */
async function measureStart({ folder, dataDir, events }: Sizes, show: Show): Promise<void> {
  const startMs = async (data: string): Promise<number> => {
    const startedMs = performance.now();
    const server = await startServer(data, ['--empty']);
    await ready(server.url);
    const elapsedMs = performance.now() - startedMs;
    await server.stop();
    return elapsedMs;
  };
  const measured = await inTurns(
    STARTS,
    () => startMs(dataDir),
    () => startMs(join(folder, 'empty')),
  );
  const what = 'start until ready';
  show({ what, events, unit: 'ms', ceiling: 'with an empty log', ...measured, promised: '≤ 2' });
}

async function ready(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await delay(5);
}
