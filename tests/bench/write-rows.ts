import { setTimeout as delay } from 'node:timers/promises';
import { posts, take } from './append-rows.ts';
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
  const start = async (build: Build) => serve(build, await bench.copyOfDataDir(build));
  return withServers(bench, start, async (serverOf, client) => {
    const stored = new Map(bench.builds.map((build) => [build, bench.events]));
    const measure = async (build: Build, requests: readonly BareRequest[], pace: Pace): Promise<Figures> => {
      const events = (stored.get(build) ?? 0) + requests.length;
      stored.set(build, events);
      return costOfEach(serverOf(build), events, requests, () => pace(client, serverOf(build), requests));
    };
    const benchmarks = KINDS.flatMap(({ name, events, counts, aims }): Benchmark[] => [
      {
        name: `writes of ${name}, one every ${INTERVAL_MS} ms`,
        measure: (build) =>
          measure(build, posts('/events', take(events, bench.count(counts.single))), singly),
        aims,
      },
      {
        name: `writes of ${name}, ${CONNECTIONS} at once`,
        measure: (build) =>
          measure(build, posts('/events', take(events, bench.count(counts.loaded))), atOnce),
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

/** @param events in the log after `append` */
export async function costOfEach(
  server: Server,
  events: number,
  requests: readonly BareRequest[],
  append: () => Promise<unknown>,
): Promise<Figures> {
  const before = { cpu: await cpuMs(server.pid), bytes: await writtenBytes(server.pid) };
  await append();
  await untilProjected(server, events);
  const after = { cpu: await cpuMs(server.pid), bytes: await writtenBytes(server.pid) };
  const each = (from: number, to: number) => (to - from) / requests.length;
  return {
    'KB written': each(before.bytes.byCalls, after.bytes.byCalls) / 1000,
    'KB to disk': each(before.bytes.toDisk, after.bytes.toDisk) / 1000,
    'µs CPU': each(before.cpu, after.cpu) * 1000,
  };
}
