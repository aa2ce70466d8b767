import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startServer } from '../cli/server-process.ts';
import { type Acknowledged, expectAllThere, expectAsRebuilt, Writer } from './acknowledged-events.ts';

/** `CRASH_ROUNDS=200` for the long run. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 8);
const ROUND_MS_MAX = 15_000;
const WRITERS = [1, 2, 3, 4];
const KILLED_AFTER_MS = { least: 50, most: 800 };

let dataDir = '';

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'chancery-crash-')), 'data');
});

afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

/** Four writers at work until the server is ended by the signal; its exit code. */
async function writeUntil(
  signal: 'SIGKILL' | 'SIGTERM',
  afterMs: number,
  writers: readonly Writer[],
  acknowledged: Acknowledged,
): Promise<number | null> {
  const server = await startServer(dataDir, ['--empty']);
  const writing = Promise.all(writers.map((writer) => writer.write(server.url, acknowledged)));
  await delay(afterMs);
  server.child.kill(signal);
  await writing;
  return (await server.ended).exitCode;
}

function someMoment(): number {
  const { least, most } = KILLED_AFTER_MS;
  return least + Math.random() * (most - least);
}

describe('a server under load', () => {
  test(
    `that is killed ${ROUNDS} times loses nothing that it acknowledged, and its timelines are those of a rebuild`,
    async () => {
      const writers = WRITERS.map((seed) => new Writer(seed));
      const acknowledged: Acknowledged = new Map();
      let last = '0';
      for (let round = 0; round < ROUNDS; round += 1) {
        await writeUntil('SIGKILL', someMoment(), writers, acknowledged);
        last = await expectAllThere(dataDir, acknowledged);
      }
      expect(acknowledged.size).toBeGreaterThan(ROUNDS);

      await expectAsRebuilt(dataDir, last);
    },
    (ROUNDS + 4) * ROUND_MS_MAX,
  );

  test('that is told to stop answers what is in flight and exits with 0', async () => {
    const writers = WRITERS.map((seed) => new Writer(seed));
    const acknowledged: Acknowledged = new Map();
    const startedMs = Date.now();

    const exitCode = await writeUntil('SIGTERM', 700, writers, acknowledged);

    expect(exitCode).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(12_000);
    const last = await expectAllThere(dataDir, acknowledged);
    expect(Number(last)).toBeGreaterThan(4);
    // Nothing was recorded that its writer does not know of: what was in flight was answered.
    expect(Number(last)).toBe(acknowledged.size);
  }, 60_000);
});
