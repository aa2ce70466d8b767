import { posts, takeTexts } from './append-rows.ts';
import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import type { EventStoreDbRequest, EventStoreDbResult } from './eventstoredb-peer.ts';
import { generateOpeningEvents } from './generate-events.ts';
import type { Benchmark, Figures } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { drive, serve, withServers } from './servers.ts';

const CONCURRENCY = 64;
/** Connections → appends of a round over HTTP. */
const HTTP_LOADS = [
  { connections: 1, appends: 300 },
  { connections: 16, appends: 1_500 },
  { connections: 64, appends: 3_000 },
];
/** Generates another history than that of the other rows. */
const HTTP_SEED = 3;
const APPENDS = 5_000;
const LOG_EVENTS = 20_000;
const BASELINE = 'the client alone';
const AIMS = { 'events/s': '≥ 0.85' };

type Side = EventStoreDbRequest['side'];
type Sides = Readonly<Record<Side, Peer<EventStoreDbRequest, EventStoreDbResult>>>;

/**
 * Compares the EventStoreDB adapter with the client that it is built on. Both use the wire-level server of the tests,
 * which keeps its log in memory. Only the present build is measured.
 */
export async function measureEventStoreDb(bench: Bench): Promise<void> {
  const server = startPeer<object, string>('eventstoredb-server-peer');
  const sides: Sides = { adapter: startPeer('eventstoredb-peer'), client: startPeer('eventstoredb-peer') };
  try {
    const connectionString = await server.request({});
    await bench.run(
      [await catchUp(bench, connectionString, sides), appends(bench, connectionString, sides)],
      WARM,
      0,
    );
    await measureHttp(bench, connectionString, sides);
  } finally {
    await Promise.all([server.stop(), sides.adapter.stop(), sides.client.stop()]);
  }
}

/** Measures appends over HTTP, which the server projects meanwhile. */
async function measureHttp(bench: Bench, connectionString: string, sides: Sides): Promise<void> {
  const variables = { EVENTSTORE_URL: connectionString, EVENTSTORE_PREFIX: 'http' };
  const start = async (build: Build) => serve(build, await bench.newFolder('eventstoredb-'), { variables });
  await withServers(bench, start, async (serverOf, client) => {
    const newEvents = generateOpeningEvents(HTTP_SEED);
    const benchmarks = HTTP_LOADS.map(({ connections, appends: full }): Benchmark => {
      const events = bench.count(full);
      return {
        name: `append over HTTP on EventStoreDB, ${connections} at once`,
        measure: (build) => {
          const requests = posts('/events', takeTexts(newEvents, events));
          return drive(client, serverOf(build), { requests, connections, status: 201 });
        },
        baselines: [
          {
            name: BASELINE,
            measure: async () => {
              const load = {
                connectionString,
                prefix: `client-${connections}-`,
                events,
                concurrency: connections,
              };
              const { elapsedMs } = await sides.client.request({ ...load, side: 'client', work: 'append' });
              return { 'requests/s': (events / elapsedMs) * 1000 };
            },
          },
        ],
        aims: { 'requests/s': '≥ 0.3' },
      };
    });
    await bench.run(benchmarks, WARM, 0);
  });
}

function appends(bench: Bench, connectionString: string, sides: Sides): Benchmark {
  const events = bench.count(APPENDS);
  const measure = async (side: Side): Promise<Figures> => {
    const load = {
      connectionString,
      events,
      concurrency: CONCURRENCY,
      work: 'append',
      prefix: `${side}-`,
    } as const;
    const { elapsedMs } = await sides[side].request({ ...load, side });
    return { 'events/s': (events / elapsedMs) * 1000 };
  };
  return {
    name: `append through the EventStoreDB adapter, ${CONCURRENCY} at once`,
    measure: () => measure('adapter'),
    baselines: [{ name: BASELINE, measure: () => measure('client') }],
    aims: AIMS,
  };
}

/** Measures how fast each side reads a log that the adapter wrote, as a projector that starts from nothing does. */
async function catchUp(bench: Bench, connectionString: string, sides: Sides): Promise<Benchmark> {
  const events = bench.count(LOG_EVENTS);
  const log = { connectionString, prefix: 'log-', events, concurrency: CONCURRENCY } as const;
  await sides.adapter.request({ ...log, side: 'adapter', work: 'append' });
  const measure = async (side: Side): Promise<Figures> => {
    const { elapsedMs } = await sides[side].request({ ...log, side, work: 'catch-up' });
    return { 'events/s': (events / elapsedMs) * 1000 };
  };
  return {
    name: 'catch-up through the EventStoreDB adapter',
    measure: () => measure('adapter'),
    baselines: [{ name: BASELINE, measure: () => measure('client') }],
    aims: AIMS,
  };
}
