import type { EventStoreDbAnswer, EventStoreDbQuestion } from './eventstoredb-peer.ts';
import { type Peer, startPeer } from './peer.ts';
import { inTurns, type Row } from './table.ts';

const TURNS = { rounds: 5, warmUps: 1 };
const AT_ONCE = 64;
const APPENDS = 5_000;
const LOG_EVENTS = 20_000;
const ADAPTER_PREFIX = 'adapter-';
const CLIENT_PREFIX = 'client-';

type Sides = Readonly<Record<EventStoreDbQuestion['side'], Peer<EventStoreDbQuestion, EventStoreDbAnswer>>>;

/** Through the adapter, and with the client alone, against the same server at the wire, which keeps its log in memory. */
export async function measureEventStoreDb(show: (row: Row) => void): Promise<void> {
  const server = startPeer<object, string>('eventstoredb-server-peer');
  const sides: Sides = { adapter: startPeer('eventstoredb-peer'), client: startPeer('eventstoredb-peer') };
  try {
    const connectionString = await server.ask({});
    await measureAppends(connectionString, sides, show);
    await measureCatchUp(connectionString, sides, show);
  } finally {
    await Promise.all([server.stop(), sides.adapter.stop(), sides.client.stop()]);
  }
}

async function measureAppends(
  connectionString: string,
  sides: Sides,
  show: (row: Row) => void,
): Promise<void> {
  const perSecond = async (side: EventStoreDbQuestion['side'], prefix: string): Promise<number> => {
    const question = {
      side,
      work: 'append',
      connectionString,
      prefix,
      events: APPENDS,
      atOnce: AT_ONCE,
    } as const;
    return (APPENDS / (await sides[side].ask(question)).elapsedMs) * 1_000;
  };
  const measured = await inTurns(
    TURNS,
    () => perSecond('adapter', ADAPTER_PREFIX),
    () => perSecond('client', CLIENT_PREFIX),
  );
  const what = 'append through the EventStoreDB adapter, 64 at once';
  show({ what, events: 0, unit: 'events/s', ceiling: 'its client alone', ...measured, promised: '≥ 0.85' });
}

/** A log that the adapter wrote, read by both: what a projector reads when it starts from nothing. */
async function measureCatchUp(
  connectionString: string,
  sides: Sides,
  show: (row: Row) => void,
): Promise<void> {
  const log = { connectionString, prefix: 'log-', events: LOG_EVENTS, atOnce: AT_ONCE } as const;
  await sides.adapter.ask({ ...log, side: 'adapter', work: 'append' });
  const perSecond = async (side: EventStoreDbQuestion['side']): Promise<number> =>
    (LOG_EVENTS / (await sides[side].ask({ ...log, side, work: 'catch-up' })).elapsedMs) * 1_000;
  const measured = await inTurns(
    TURNS,
    () => perSecond('adapter'),
    () => perSecond('client'),
  );
  const what = 'catch-up through the EventStoreDB adapter';
  show({
    what,
    events: LOG_EVENTS,
    unit: 'events/s',
    ceiling: 'its client alone',
    ...measured,
    promised: '≥ 0.85',
  });
}
