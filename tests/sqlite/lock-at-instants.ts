import { join } from 'node:path';
import { DataFolderInUseError, lockDataFolder } from '../../src/sqlite/data-folder-lock.ts';

/*
 * The program of a child process: locks one new folder after another, each at an instant at which another process does
 * the same, and prints for each whether it got the lock. It keeps all locks.
 */
const [, , parent = '', rounds = '', startMs = '', intervalMs = ''] = process.argv;
const results: boolean[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const dueMs = Number(startMs) + round * Number(intervalMs);
  while (Date.now() < dueMs) {
    // Sleeping would wake the two processes at different times.
  }
  try {
    lockDataFolder(join(parent, String(round), 'data'));
    results.push(true);
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    results.push(false);
  }
}
process.stdout.write(`${JSON.stringify(results)}\n`);
setInterval(() => {}, 1_000);
