import { type Bench, WARM } from './bench.ts';
import type { EventStoreDbRequest, EventStoreDbResult } from './eventstoredb-peer.ts';
import type { Benchmark, Figures } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';

const CONCURRENCY = 64;
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
  } finally {
    await Promise.all([server.stop(), sides.adapter.stop(), sides.client.stop()]);
  }
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
