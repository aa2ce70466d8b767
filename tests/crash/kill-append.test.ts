import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../cli/polling.ts';
import { startServer } from '../cli/server-process.ts';
import {
  type Acknowledged,
  expectAllStored,
  expectTimelinesMatchRebuild,
  Writer,
} from './acknowledged-events.ts';

/** `CRASH_ROUNDS=200` makes a long run. */
const ROUNDS = Math.max(8, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_TIMEOUT_MS = 30_000;
const WRITERS = [1, 2, 3, 4];
const KILL_DELAY_MS = { min: 50, max: 800 };
/** `chancery serve` ends within nine seconds. */
const SHUTDOWN_MS_MAX = 12_000;

let dataDir = '';

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'chancery-crash-')), 'data');
});

afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

interface Shutdown {
  readonly exitCode: number | null;
  readonly elapsedMs: number;
}

/** Lets the writers write until the condition holds, sends the signal, and waits until the server has ended. */
async function writeUntil(
  condition: () => Promise<void>,
  signal: 'SIGKILL' | 'SIGTERM',
  writers: readonly Writer[],
  acknowledged: Acknowledged,
): Promise<Shutdown> {
  const server = await startServer(dataDir, ['--empty']);
  const writing = Promise.all(writers.map((writer) => writer.write(server.url, acknowledged)));
  await condition();
  const signalledMs = Date.now();
  server.child.kill(signal);
  await writing;
  const { exitCode } = await server.ended;
  return { exitCode, elapsedMs: Date.now() - signalledMs };
}

function randomDelayMs(): number {
  const { min, max } = KILL_DELAY_MS;
  return min + Math.random() * (max - min);
}

describe('a server under load', () => {
  test(
    `loses no acknowledged event when it is killed ${ROUNDS} times, and its timelines match a rebuild`,
    async () => {
      const writers = WRITERS.map((seed) => new Writer(seed));
      const acknowledged: Acknowledged = new Map();
      let last = '0';
      for (let round = 0; round < ROUNDS; round += 1) {
        const killable = async () => {
          await delay(randomDelayMs());
          await until(() => acknowledged.size > round + 1);
        };
        await writeUntil(killable, 'SIGKILL', writers, acknowledged);
        last = await expectAllStored(dataDir, acknowledged);
      }
      expect(acknowledged.size).toBeGreaterThan(ROUNDS);

      await expectTimelinesMatchRebuild(dataDir, last);
    },
    (ROUNDS + 4) * ROUND_TIMEOUT_MS,
  );

  test('answers the requests in flight after SIGTERM and exits with 0', async () => {
    const writers = WRITERS.map((seed) => new Writer(seed));
    const acknowledged: Acknowledged = new Map();
    const busy = () => until(() => acknowledged.size > 20);

    const { exitCode, elapsedMs } = await writeUntil(busy, 'SIGTERM', writers, acknowledged);

    expect(exitCode).toBe(0);
    expect(elapsedMs).toBeLessThan(SHUTDOWN_MS_MAX);
    const last = await expectAllStored(dataDir, acknowledged);
    expect(Number(last)).toBeGreaterThan(4);
    // Every event in the log was acknowledged, so every request in flight got its response.
    expect(Number(last)).toBe(acknowledged.size);
  });
});
