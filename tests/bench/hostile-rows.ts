import { setTimeout as delay } from 'node:timers/promises';
import { posts, takeTexts } from './append-rows.ts';
import { type Bench, COLD } from './bench.ts';
import type { Build } from './builds.ts';
import { generateOpeningEvents } from './generate-events.ts';
import type { HostileLoad } from './hostile-client.ts';
import type { BareRequest } from './http-connection.ts';
import { type Benchmark, type Figures, quantile } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { memory } from './process-usage.ts';
import { COUNTRIES } from './read-rows.ts';
import { type Server, serve, untilProjected, withServers } from './servers.ts';
import type { SteadyLoad } from './steady-client.ts';

/** Healthy requests of a measurement. Each tenth one is an append. */
const REQUESTS = 1_000;
const APPENDS_OF_TEN = 1;
const INTERVAL_MS = 10;
/** The hostile load begins before the healthy one and ends after it. */
const MARGIN_MS = 500;
const SAMPLE_INTERVAL_MS = 50;
/** Neither a seed of the log nor one of other appends. */
const SEED = 5;

const PIPELINED = 500;
const BODY_BYTES = 1_000_000;

const ODD_TEXT = encodeURIComponent('\u{1d5ba}\u0301ﷺ'.repeat(125).slice(0, 500));
const NO_MATCH = '/countries/US?types=MouSigned&topics=no-such-topic&countries=CN,PK&order=desc&limit=200';

const HELD_BODY =
  head('POST', '/events', { 'Content-Type': 'application/json', 'Content-Length': String(BODY_BYTES) }) +
  'a'.repeat(BODY_BYTES - 1);

const KINDS: readonly (Omit<HostileLoad, 'url' | 'forMs'> & { readonly name: string })[] = [
  { name: 'searches for 500 odd characters', text: get(`/search?q=${ODD_TEXT}`), answers: 1, connections: 4 },
  { name: 'filters that match nothing', text: get(NO_MATCH), answers: 1, connections: 4 },
  {
    name: `${PIPELINED} pipelined requests`,
    text: get('/countries/CN?order=desc&limit=200').repeat(PIPELINED),
    answers: PIPELINED,
    connections: 1,
  },
  {
    name: '200 held bodies of 1 MB',
    text: HELD_BODY,
    answers: 0,
    connections: 200,
  },
];

/** Measures how long other clients wait, and what memory it takes, while one client is hostile. */
export function measureHostile(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.copyOfDataDir(build), bench);
  return withServers(bench, start, async (serverOf) => {
    const healthy: Peer<SteadyLoad, readonly number[]> = startPeer('steady-client');
    const hostile: Peer<HostileLoad, number> = startPeer('hostile-client');
    const newEvents = generateOpeningEvents(SEED);
    const requests = bench.count(REQUESTS);
    const appends = (requests * APPENDS_OF_TEN) / 10;
    const waits = async (server: Server): Promise<readonly number[]> => {
      const load = { url: server.url, requests: healthyRequests(requests, takeTexts(newEvents, appends)) };
      const elapsedMs = await healthy.request({ ...load, intervalMs: INTERVAL_MS });
      await untilProjected(server, appends);
      return elapsedMs;
    };
    const benchmarks = KINDS.map(
      ({ name, ...kind }): Benchmark => ({
        name: `100 requests a second beside ${name}`,
        measure: async (build) => {
          const server = serverOf(build);
          const idle = await waits(server);
          const forMs = requests * INTERVAL_MS + 2 * MARGIN_MS;
          const attack = hostile.request({ ...kind, url: server.url, forMs });
          const growth = await memoryGrowth(server, async () => {
            await delay(MARGIN_MS);
            return figuresOf(idle, await waits(server));
          });
          await attack;
          return growth;
        },
        aims: { 'p99, compared with idle': '≤ 2', 'MiB more': '≤ 50 MiB' },
      }),
    );
    await bench.run(benchmarks, COLD);
    await Promise.all([healthy.stop(), hostile.stop()]);
  });
}

function healthyRequests(count: number, appended: readonly string[]): readonly BareRequest[] {
  const appends = posts('/events', appended);
  return Array.from({ length: count }, (_, index): BareRequest => {
    const append = index % 10 === 0 ? appends[index / 10] : undefined;
    const country = COUNTRIES[index % COUNTRIES.length];
    return append ?? { path: `/countries/${country}?order=desc&limit=50` };
  });
}

function figuresOf(idle: readonly number[], waited: readonly number[]): Figures {
  const [idleP99, p99] = [quantile(idle, 0.99), quantile(waited, 0.99)];
  return { 'ms, p99, idle': idleP99, 'ms, p99': p99, 'p99, compared with idle': p99 / idleP99 };
}

/** Adds how much the memory of a server grows at most during the work. */
async function memoryGrowth({ pid }: Server, work: () => Promise<Figures>): Promise<Figures> {
  const before = (await memory(pid)).residentMiB;
  let most = before;
  const sampling = setInterval(async () => {
    most = Math.max(most, (await memory(pid)).residentMiB);
  }, SAMPLE_INTERVAL_MS);
  try {
    const figures = await work();
    return { ...figures, 'MiB more': most - before };
  } finally {
    clearInterval(sampling);
  }
}

function get(path: string): string {
  return head('GET', path, {});
}

function head(method: string, path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
