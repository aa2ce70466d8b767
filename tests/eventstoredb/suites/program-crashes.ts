import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunningServer } from '../../cli/server-process.ts';
import { expectOnceEach } from '../support/check-log.ts';
import { HttpWriters } from '../support/http-writers.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  expectTimelinesOfTheLog,
  newDataDir,
  readLogDirectly,
  startProgramOn,
  stopPrograms,
} from '../support/program.ts';
import { newPrefix, type TestServer } from '../support/test-server.ts';

/** `CRASH_ROUNDS=200` makes a long run. */
const ROUNDS = Math.max(2, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_MS_MAX = 60_000;
const KILLED_AFTER_MS = { least: 50, most: 800 };

/** What a crash may destroy in the data folder, with the files that are removed. */
const LOSSES: readonly (readonly [string, readonly string[]])[] = [
  ['nothing', []],
  ['the index of ids', ['event-index.db', 'event-index.db-wal', 'event-index.db-shm']],
  ['the timelines', ['views']],
];

/** Kills a program under load and restarts it on its data folder, or on what is left of it. */
export function describeProgramCrashes(server: TestServer): void {
  describe(`a program on ${server.name} that is killed under load`, () => {
    afterEach(async () => {
      await stopPrograms();
      await closeAll();
    });

    test(
      `loses and duplicates nothing in ${ROUNDS * LOSSES.length} crashes, some of which destroy a part of its folder`,
      async () => {
        const [prefix, dataDir] = [newPrefix(), newDataDir()];
        let program = await startProgramOn(server, prefix, dataDir);
        const writers = new HttpWriters(() => program.url);
        for (const [loss, files] of Array.from({ length: ROUNDS }, () => LOSSES).flat()) {
          await killUnderLoad(program, writers);
          for (const file of files) remove(loss, join(dataDir, file));
          program = await startProgramOn(server, prefix, dataDir);
        }
        await writers.untilMore(20);
        await writers.stop();
        const log = await readLogDirectly(server, prefix);
        expectOnceEach(log, writers.acknowledged);
        await expectTimelinesOfTheLog(program, server, prefix, log);
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

/** Throws if the file does not exist, except for the temporary files of a database. */
function remove(loss: string, path: string): void {
  if (!path.includes('.db-') && !existsSync(path))
    throw new Error(`${path} does not exist; cannot lose ${loss}.`);
  rmSync(path, { recursive: true, force: true });
}
