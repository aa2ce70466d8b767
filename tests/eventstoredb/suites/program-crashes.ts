import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunningServer } from '../cli/server-process.ts';
import { expectOnceEach, HttpWriters } from './http-writers.ts';
import { closeAll } from './log-on-wire.ts';
import { expectTimelinesOfTheLog, logOf, newDataDir, newPlace, startOn, stopAll } from './program.ts';
import type { ServerInTest } from './server-in-test.ts';

/** `CRASH_ROUNDS=200` for the long run. */
const ROUNDS = Math.max(2, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_MS_MAX = 15_000;
const KILLED_AFTER_MS = { least: 50, most: 800 };

/** What a process that was killed may have lost of its folder, with what is gone by then. */
const LOSSES: readonly (readonly [string, readonly string[]])[] = [
  ['nothing', []],
  ['its index of ids', ['event-index.db', 'event-index.db-wal', 'event-index.db-shm']],
  ['its timelines', ['views']],
];

/** Programs that are killed under load, and started again on the same folder, or what is left of it. */
export function describeProgramCrashes(server: ServerInTest): void {
  describe(`a program that is killed, on ${server.name}`, () => {
    afterEach(async () => {
      await stopAll();
      await closeAll();
    });

    test(
      `killed ${ROUNDS * LOSSES.length} times under load, also with parts of its folder gone, a program loses and doubles nothing`,
      async () => {
        const [place, dataDir] = [newPlace(), newDataDir()];
        let program = await startOn(server, place, dataDir);
        const writers = new HttpWriters(() => program.url);
        for (const [what, files] of Array.from({ length: ROUNDS }, () => LOSSES).flat()) {
          await killUnderLoad(program, writers);
          for (const file of files) remove(what, join(dataDir, file));
          program = await startOn(server, place, dataDir);
        }
        await writers.untilMore(20);
        await writers.stop();
        const log = await logOf(server, place);
        expectOnceEach(log, writers.acknowledged);
        await expectTimelinesOfTheLog(program, server, place, log);
      },
      (ROUNDS * LOSSES.length + 4) * ROUND_MS_MAX,
    );
  });
}

async function killUnderLoad({ child, ended }: RunningServer, writers: HttpWriters): Promise<void> {
  await writers.untilMore(20);
  await delay(KILLED_AFTER_MS.least + Math.random() * (KILLED_AFTER_MS.most - KILLED_AFTER_MS.least));
  child.kill('SIGKILL');
  expect((await ended).exitCode).toBeNull();
}

/** The main file of what is lost must have been there. */
function remove(what: string, path: string): void {
  if (!path.includes('.db-') && !existsSync(path)) throw new Error(`There is no ${path} with ${what}.`);
  rmSync(path, { recursive: true, force: true });
}
