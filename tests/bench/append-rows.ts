import { join } from 'node:path';
import { startServer } from '../cli/server-process.ts';
import { generateOpeningEvents, type SentEvent } from './generate-events.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { startPeer } from './peer.ts';
import type { SqliteRequest, SqliteResult } from './sqlite-peer.ts';
import { measureInTurns, type Row } from './table.ts';

const ROUNDS = { measured: 5, warmUps: 1 };
const CONNECTIONS = 64;
const CONCURRENT_REQUESTS = 3_000;
const SEQUENTIAL_REQUESTS = 500;
const JSON_HEADERS = { 'Content-Type': 'application/json' };
/** Generates another history than the one in the log. */
const SEED = 2;

function take(events: Generator<SentEvent>, count: number): string[] {
  return Array.from({ length: count }, () => JSON.stringify(events.next().value));
}

function posts(path: string, bodies: readonly string[]): LoadRequest[] {
  return bodies.map((body) => ({ path, headers: JSON_HEADERS, body }));
}

/** Measures appends of single events, each acknowledged when it is on disk, to a log with `events` events. */
export async function measureAppends(
  { folder, dataDir, events }: { readonly folder: string; readonly dataDir: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const express = startPeer<object, string>('express-peer');
  const sqlite = startPeer<SqliteRequest, SqliteResult>('sqlite-peer');
  const client = startPeer<Load, LoadResult>('load-client');
  const expressUrl = await express.request({});
  const newEvents = generateOpeningEvents(SEED);
  const append = async (count: number, connections: number): Promise<number> => {
    const requests = posts('/events', take(newEvents, count));
    const { elapsedMs } = await client.request({ url: server.url, requests, connections, status: 201 });
    return (count / elapsedMs) * 1000;
  };
  const echo = async (): Promise<number> => {
    const requests = posts('/echo', take(newEvents, CONCURRENT_REQUESTS));
    const load = { url: expressUrl, requests, connections: CONNECTIONS, status: 200 };
    return (CONCURRENT_REQUESTS / (await client.request(load)).elapsedMs) * 1000;
  };
  const insert = async (): Promise<number> => {
    const texts = take(newEvents, SEQUENTIAL_REQUESTS);
    const database = join(folder, 'one-by-one.db');
    const { elapsedMs } = await sqlite.request({ kind: 'one-by-one', database, events: texts });
    return (SEQUENTIAL_REQUESTS / elapsedMs) * 1000;
  };
  report({
    name: `durable append over HTTP, ${CONNECTIONS} at once`,
    baselineName: 'Express echoing the JSON, nothing stored',
    events,
    unit: 'events/s',
    target: '≥ 0.7',
    ...(await measureInTurns(ROUNDS, () => append(CONCURRENT_REQUESTS, CONNECTIONS), echo)),
  });
  report({
    name: 'durable append over HTTP, one after another',
    baselineName: 'SQLite inserting the row with fsync, no HTTP',
    events,
    unit: 'events/s',
    target: '≥ 0.35',
    ...(await measureInTurns(ROUNDS, () => append(SEQUENTIAL_REQUESTS, 1), insert)),
  });
  await Promise.all([client.stop(), express.stop(), sqlite.stop(), server.stop()]);
}
