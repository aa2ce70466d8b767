import { join } from 'node:path';
import { startServer } from '../cli/server-process.ts';
import { generateEvents } from './generate-events.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { startPeer } from './peer.ts';
import type { SqliteQuestion, Timed } from './sqlite-peer.ts';
import { inTurns, type Row } from './table.ts';

const TURNS = { rounds: 5, warmUps: 1 };
const AT_ONCE = 64;
const AT_ONCE_REQUESTS = 3_000;
const ONE_BY_ONE_REQUESTS = 500;
const JSON_HEADERS = { 'Content-Type': 'application/json' };
/** Another history than the one that the log holds. */
const SEED = 2;
const OPENINGS = new Set(['BriefingHeld', 'MouSigned', 'ShipmentAnnounced']);

/** Events that open a record each, so that they can be sent in any order. */
function* openings(): Generator<string> {
  for (const event of generateEvents(Number.MAX_SAFE_INTEGER, SEED)) {
    if (OPENINGS.has(event.type)) yield JSON.stringify(event);
  }
}

function take(events: Generator<string>, count: number): string[] {
  return Array.from({ length: count }, () => String(events.next().value));
}

function posts(path: string, bodies: readonly string[]): LoadRequest[] {
  return bodies.map((body) => ({ path, headers: JSON_HEADERS, body }));
}

/** Single events, each acknowledged when it is on disk, onto a log that holds `events` already. */
export async function measureAppends(
  { folder, dataDir, events }: { readonly folder: string; readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const express = startPeer<object, string>('express-peer');
  const sqlite = startPeer<SqliteQuestion, Timed>('sqlite-peer');
  const client = startPeer<Load, LoadResult>('load-client');
  const peerUrl = await express.ask({});
  const fresh = openings();
  const append = async (count: number, connections: number): Promise<number> => {
    const requests = posts('/events', take(fresh, count));
    const { elapsedMs } = await client.ask({ url: server.url, requests, connections, status: 201 });
    return (count / elapsedMs) * 1000;
  };
  const echo = async (): Promise<number> => {
    const requests = posts('/echo', take(fresh, AT_ONCE_REQUESTS));
    const load = { url: peerUrl, requests, connections: AT_ONCE, status: 200 };
    return (AT_ONCE_REQUESTS / (await client.ask(load)).elapsedMs) * 1000;
  };
  const insert = async (): Promise<number> => {
    const texts = take(fresh, ONE_BY_ONE_REQUESTS);
    const database = join(folder, 'one-by-one.db');
    const { elapsedMs } = await sqlite.ask({ kind: 'one-by-one', database, events: texts });
    return (ONE_BY_ONE_REQUESTS / elapsedMs) * 1000;
  };
  show({
    what: 'durable append over HTTP, 64 at once',
    ceiling: 'Express echoing the JSON, nothing stored',
    events,
    unit: 'events/s',
    promised: '≥ 0.7',
    ...(await inTurns(TURNS, () => append(AT_ONCE_REQUESTS, AT_ONCE), echo)),
  });
  show({
    what: 'durable append over HTTP, one after another',
    ceiling: 'SQLite inserting the row with fsync, no HTTP',
    events,
    unit: 'events/s',
    promised: '≥ 0.35',
    ...(await inTurns(TURNS, () => append(ONE_BY_ONE_REQUESTS, 1), insert)),
  });
  await Promise.all([client.stop(), express.stop(), sqlite.stop(), server.stop()]);
}
