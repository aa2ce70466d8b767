import { setTimeout as delay } from 'node:timers/promises';
import { posts, takeTexts } from './append-rows.ts';
import { type Bench, COLD } from './bench.ts';
import type { Build } from './builds.ts';
import { generateOpeningEvents, generateTreaties, type SentEvent } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import type { Benchmark, Figures } from './measure.ts';
import { cpuMs, writtenBytes } from './process-usage.ts';
import { type LoadClient, type Server, serve, untilProjected, withServers } from './servers.ts';

const PARTIES = 30;
/** Neither a seed of the log nor one of other appends. */
const SEED = 4;
const INTERVAL_MS = 50;
const CONNECTIONS = 64;

interface Kind {
  readonly name: string;
  readonly events: Generator<SentEvent>;
  /** Events of a round, when they come singly and under load. */
  readonly counts: { readonly single: number; readonly loaded: number };
  readonly aims: Readonly<Record<string, string>>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'an ordinary event',
    events: generateOpeningEvents(SEED),
    counts: { single: 100, loaded: 1_500 },
    aims: { 'KB written': '≤ 100 KB', 'µs CPU': '≤ 500 µs' },
  },
  {
    name: `an agreement of ${PARTIES} parties`,
    events: generateTreaties(PARTIES, SEED),
    counts: { single: 60, loaded: 300 },
    aims: { 'KB written': '≤ 3,000 KB', 'µs CPU': '≤ 8,000 µs' },
  },
];

/** Measures what an event costs the server until all timelines contain it: bytes written and CPU. */
export function measureWrites(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.copyOfDataDir(build), bench);
  return withServers(bench, start, async (serverOf, client) => {
    const measure = (build: Build, requests: readonly BareRequest[], pace: Pace): Promise<Figures> => {
      return costOfEach(serverOf(build), requests, () => pace(client, serverOf(build), requests));
    };
    const benchmarks = KINDS.flatMap(({ name, events, counts, aims }): Benchmark[] => [
      {
        name: `writes of ${name}, one every ${INTERVAL_MS} ms`,
        measure: (build) =>
          measure(build, posts('/events', takeTexts(events, bench.count(counts.single))), singly),
        aims,
      },
      {
        name: `writes of ${name}, ${CONNECTIONS} at once`,
        measure: (build) =>
          measure(build, posts('/events', takeTexts(events, bench.count(counts.loaded))), atOnce),
      },
    ]);
    await bench.run(benchmarks, COLD);
  });
}

type Pace = (client: LoadClient, server: Server, requests: readonly BareRequest[]) => Promise<unknown>;

/** Leaves time for a commit of its own between one event and the next. */
async function singly(client: LoadClient, { url }: Server, requests: readonly BareRequest[]): Promise<void> {
  for (const request of requests) {
    await client.request({ url, requests: [request], connections: 1, status: 201 });
    await delay(INTERVAL_MS);
  }
}

const atOnce: Pace = (client, { url }, requests) =>
  client.request({ url, requests, connections: CONNECTIONS, status: 201 });

/** Measures until all timelines contain what `append` sends. */
export async function costOfEach(
  server: Server,
  requests: readonly BareRequest[],
  append: () => Promise<unknown>,
): Promise<Figures> {
  const [cpuBefore, before] = [await cpuMs(server.pid), await writtenBytes(server.pid)];
  await append();
  await untilProjected(server, requests.length);
  const [cpuAfter, after] = [await cpuMs(server.pid), await writtenBytes(server.pid)];
  return {
    'KB written': (after.byCalls - before.byCalls) / requests.length / 1000,
    'KB to disk': (after.toDisk - before.toDisk) / requests.length / 1000,
    'µs CPU': ((cpuAfter - cpuBefore) / requests.length) * 1000,
  };
}
