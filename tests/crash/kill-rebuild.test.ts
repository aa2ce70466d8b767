import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endOfRebuild, isUnfinished, until } from '../cli/polling.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { ask } from '../http/support/client.ts';
import {
  type Acknowledged,
  expectAllStored,
  expectTimelinesMatchRebuild,
  Writer,
} from './acknowledged-events.ts';

/** `CRASH_ROUNDS=200` makes a long run. */
const ROUNDS = Math.max(8, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_TIMEOUT_MS = 30_000;
const EVENTS = 1_000;
/** Without it, the log grows by thousands of events in each round, and with it the time of a rebuild. */
const PAUSE_MS = 10;
const PROJECTIONS = ['country', 'topic'];

let dataDir = '';

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'chancery-crash-rebuild-')), 'data');
});

afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

const writers = [1, 2].map((seed) => new Writer(seed));

/** Starts a server and two writers, lets the work run, and kills the server. */
async function killAfter<Result>(
  work: (server: RunningServer) => Promise<Result>,
  acknowledged: Acknowledged,
): Promise<Result> {
  const server = await startServer(dataDir, ['--empty']);
  const writing = Promise.all(writers.map((writer) => writer.write(server.url, acknowledged, PAUSE_MS)));
  const result = await work(server);
  server.child.kill('SIGKILL');
  await writing;
  await server.ended;
  return result;
}

async function startRebuilds({ url }: RunningServer): Promise<void> {
  const responses = await Promise.all(
    PROJECTIONS.map((name) => ask(url, `/projections/${name}/rebuild`, { method: 'POST' })),
  );
  for (const { status } of responses) expect([202, 409]).toContain(status);
}

/** Returns how long the rebuilds of a log of this size take on this machine, under appends. */
async function measureRebuildMs(server: RunningServer, acknowledged: Acknowledged): Promise<number> {
  await until(() => acknowledged.size >= EVENTS);
  const startedMs = Date.now();
  await startRebuilds(server);
  await Promise.all(PROJECTIONS.map((name) => endOfRebuild(server.url, name)));
  return Date.now() - startedMs;
}

test(
  `a server killed at ${ROUNDS} points of a rebuild loses no event, and its timelines match a rebuild`,
  async () => {
    const acknowledged: Acknowledged = new Map();
    const rebuildMs = await killAfter((server) => measureRebuildMs(server, acknowledged), acknowledged);
    const states: string[] = [];
    let last = '0';
    for (let round = 0; round < ROUNDS; round += 1) {
      const killedMs = (rebuildMs * round) / (ROUNDS - 1);
      const state = await killAfter(async (server) => {
        await startRebuilds(server);
        await delay(killedMs);
        return (await ask(server.url, '/projections/country/rebuild')).json.state as string;
      }, acknowledged);
      states.push(state);
      last = await expectAllStored(dataDir, acknowledged);
    }
    expect(states.filter(isUnfinished).length).toBeGreaterThan(ROUNDS / 4);

    await expectTimelinesMatchRebuild(dataDir, last);
  },
  (ROUNDS + 6) * ROUND_TIMEOUT_MS,
);
