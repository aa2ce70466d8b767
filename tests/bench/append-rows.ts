import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import type { ExpressRequest } from './express-peer.ts';
import { generateOpeningEvents, type SentEvent, take } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import type { Baseline, Benchmark, Figures } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { drive, serve, type Target, untilProjected, withServers } from './servers.ts';
import type { SqliteRequest, SqliteResult } from './sqlite-peer.ts';

/** Connections → events of a round. */
const LOADS = [
  { connections: 1, appends: 400, aim: '≥ 0.6' },
  { connections: 16, appends: 1_500, aim: '' },
  { connections: 64, appends: 2_000, aim: '≥ 1.0' },
];
const JSON_HEADERS = { 'Content-Type': 'application/json' };
/** Generates another history than the one in the log. */
const SEED = 2;

export function takeTexts(events: Generator<SentEvent>, count: number): string[] {
  return take(events, count).map((event) => JSON.stringify(event));
}

export function posts(path: string, bodies: readonly string[]): BareRequest[] {
  return bodies.map((body) => ({ path, headers: JSON_HEADERS, body }));
}

/** Measures appends of single events over HTTP, each acknowledged when it is on disk. CPU includes projecting them. */
export function measureAppends(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.copyOfDataDir(build), bench);
  return withServers(bench, start, async (serverOf, client) => {
    const express: Peer<ExpressRequest, string> = startPeer('express-peer');
    const sqlite: Peer<SqliteRequest, SqliteResult> = startPeer('sqlite-peer');
    const target: Target = {
      url: await express.request({ folder: await bench.newFolder('express-') }),
      pid: express.pid,
    };
    const newEvents = generateOpeningEvents(SEED);
    const benchmarks = LOADS.map(({ connections, appends, aim }): Benchmark => {
      const count = bench.count(appends);
      const loadOn = (path: string) => {
        return { requests: posts(path, takeTexts(newEvents, count)), connections, status: 201 };
      };
      const append = (build: Build): Promise<Figures> => {
        const server = serverOf(build);
        return drive(client, server, loadOn('/events'), () => untilProjected(server, count));
      };
      const baselines: Baseline[] = [
        {
          name: 'Express and the same insert with fsync',
          measure: () => drive(client, target, loadOn('/events')),
        },
        { name: 'Express echoing the JSON', measure: () => drive(client, target, loadOn('/echo')) },
      ];
      if (connections === 1) baselines.push(bareInserts(bench, sqlite, () => takeTexts(newEvents, count)));
      return {
        name: connections === 1 ? 'durable append, one by one' : `durable append, ${connections} at once`,
        measure: append,
        baselines,
        aims: { 'requests/s': aim },
      };
    });
    await bench.run(benchmarks, WARM);
    await Promise.all([express.stop(), sqlite.stop()]);
  });
}

function bareInserts(
  bench: Bench,
  sqlite: Peer<SqliteRequest, SqliteResult>,
  events: () => string[],
): Baseline {
  let databases = 0;
  return {
    name: 'SQLite inserting with fsync, no HTTP',
    measure: async () => {
      databases += 1;
      const texts = events();
      const database = bench.path(`one-by-one-${databases}.db`);
      const { elapsedMs, cpuMs } = await sqlite.request({ kind: 'one-by-one', database, events: texts });
      return { 'requests/s': (texts.length / elapsedMs) * 1000, 'µs CPU': (cpuMs / texts.length) * 1000 };
    },
  };
}
