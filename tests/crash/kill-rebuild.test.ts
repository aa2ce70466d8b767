import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startServer } from '../cli/server-process.ts';
import { ask } from '../http/client.ts';
import { type Acknowledged, expectAllThere, expectAsRebuilt, Writer } from './acknowledged-events.ts';

/** `CRASH_ROUNDS=200` for the long run. */
const ROUNDS = Math.max(20, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_MS_MAX = 15_000;
const FILLED_MS = 2_500;
/** A rebuild of what was recorded by then takes about this long, the start of its thread included. */
const REBUILD_MS = 600;

let dataDir = '';

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'chancery-crash-rebuild-')), 'data');
});

afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

const writers = [1, 2].map((seed) => new Writer(seed));

/** Two writers at work; after a while both timelines are rebuilt, and `killedMs` later the process is killed. */
async function rebuildUntilKilled(rebuildMs: number, killedMs: number, known: Acknowledged): Promise<string> {
  const server = await startServer(dataDir, ['--empty']);
  const writing = Promise.all(writers.map((writer) => writer.write(server.url, known)));
  await delay(rebuildMs);
  const started = await Promise.all(
    ['country', 'topic'].map((name) => ask(server.url, `/projections/${name}/rebuild`, { method: 'POST' })),
  );
  for (const { status } of started) expect([202, 409]).toContain(status);
  await delay(killedMs);
  const { json } = await ask(server.url, '/projections/country/rebuild');
  server.child.kill('SIGKILL');
  await writing;
  await server.ended;
  return json.state;
}

test(
  `killed at ${ROUNDS} points of a rebuild under appends, nothing is lost and the timelines are those of the log`,
  async () => {
    const acknowledged: Acknowledged = new Map();
    const states: string[] = [];
    let last = '0';
    for (let round = 0; round < ROUNDS; round += 1) {
      const killedMs = (REBUILD_MS * round) / (ROUNDS - 1);
      states.push(await rebuildUntilKilled(round === 0 ? FILLED_MS : 0, killedMs, acknowledged));
      last = await expectAllThere(dataDir, acknowledged);
    }
    expect(states.filter((state) => state === 'running').length).toBeGreaterThan(ROUNDS / 4);

    await expectAsRebuilt(dataDir, last);
  },
  (ROUNDS + 6) * ROUND_MS_MAX,
);
