import type { EventStoreDbRequest, EventStoreDbResult } from './eventstoredb-peer.ts';
import { type Peer, startPeer } from './peer.ts';
import { measureInTurns, type Row } from './table.ts';

const ROUNDS = { measured: 5, warmUps: 1 };
const CONCURRENCY = 64;
const APPENDS = 5_000;
const LOG_EVENTS = 20_000;
const BASELINE = 'the client alone';
const TARGET = '≥ 0.85';

type Side = EventStoreDbRequest['side'];
type Sides = Readonly<Record<Side, Peer<EventStoreDbRequest, EventStoreDbResult>>>;

/**
 * Compares the EventStoreDB adapter with the client that it is built on. Both use the wire-level server of the tests,
 * which keeps its log in memory.
 */
export async function measureEventStoreDb(report: (row: Row) => void): Promise<void> {
  const server = startPeer<object, string>('eventstoredb-server-peer');
  const sides: Sides = { adapter: startPeer('eventstoredb-peer'), client: startPeer('eventstoredb-peer') };
  try {
    const connectionString = await server.request({});
    await measureAppends(connectionString, sides, report);
    await measureCatchUp(connectionString, sides, report);
  } finally {
    await Promise.all([server.stop(), sides.adapter.stop(), sides.client.stop()]);
  }
}

async function measureAppends(
  connectionString: string,
  sides: Sides,
  report: (row: Row) => void,
): Promise<void> {
  const load = { connectionString, events: APPENDS, concurrency: CONCURRENCY, work: 'append' } as const;
  const perSecond = async (side: Side): Promise<number> =>
    (APPENDS / (await sides[side].request({ ...load, side, prefix: `${side}-` })).elapsedMs) * 1_000;
  report({
    name: `append through the EventStoreDB adapter, ${CONCURRENCY} at once`,
    baselineName: BASELINE,
    events: 0,
    unit: 'events/s',
    target: TARGET,
    ...(await measureInTurns(
      ROUNDS,
      () => perSecond('adapter'),
      () => perSecond('client'),
    )),
  });
}

/** Measures how fast each side reads a log that the adapter wrote, as a projector that starts from nothing does. */
async function measureCatchUp(
  connectionString: string,
  sides: Sides,
  report: (row: Row) => void,
): Promise<void> {
  const log = { connectionString, prefix: 'log-', events: LOG_EVENTS, concurrency: CONCURRENCY } as const;
  await sides.adapter.request({ ...log, side: 'adapter', work: 'append' });
  const perSecond = async (side: Side): Promise<number> =>
    (LOG_EVENTS / (await sides[side].request({ ...log, side, work: 'catch-up' })).elapsedMs) * 1_000;
  report({
    name: 'catch-up through the EventStoreDB adapter',
    baselineName: BASELINE,
    events: LOG_EVENTS,
    unit: 'events/s',
    target: TARGET,
    ...(await measureInTurns(
      ROUNDS,
      () => perSecond('adapter'),
      () => perSecond('client'),
    )),
  });
}
