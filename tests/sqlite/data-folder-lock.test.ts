import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderInUseError } from '../../src/sqlite/data-folder-lock.ts';
import { newEvent } from '../../src/testing/contracts/event-store/contract.ts';
import { until } from '../cli/polling.ts';
import { openTestStore } from './open-test-store.ts';
import { startProcess } from './other-processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

let dataDir: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  dataDir = temporaryFolder();
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

/** Starts a process that opens the data folder, and returns its first line of output. */
async function openInOtherProcess(): Promise<string> {
  const { child: started, firstLine } = await startProcess('./hold-data-folder.ts', dataDir);
  child = started;
  return firstLine;
}

/**
 * Returns the SHA-256 of each file by its name. Skips the lock file: closing a file releases every POSIX lock of this
 * process on it.
 */
function fingerprints(): Record<string, string> {
  const files = readdirSync(dataDir).filter((file) => file !== 'lock.db');
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(dataDir, file)))
        .digest('hex'),
    ]),
  );
}

describe('lockDataFolder', () => {
  test('refuses a second process, which writes nothing', async () => {
    const store = openTestStore(dataDir);
    await store.append('s', 'no-stream', [newEvent(1)]);
    // From then on, the store does not change its files either.
    await until(() => statSync(join(dataDir, 'log.db-wal')).size === 0);
    const before = fingerprints();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['log.db', 'log.db-wal']));

    const firstLine = await openInOtherProcess();

    expect(firstLine).toMatch(
      /^DataFolderInUseError: The data folder \/.* is in use by another Chancery process/,
    );
    expect(firstLine).toContain(dataDir);
    expect(fingerprints()).toEqual(before);
    const next = await store.append('s', 'any', [newEvent(2)]);
    expect(next.outcome).toBe('appended');
    await store.close();
  });

  test('releases the folder when its process is killed', async () => {
    expect(await openInOtherProcess()).toBe('locked');
    expect(() => openTestStore(dataDir)).toThrow(DataFolderInUseError);

    child?.kill('SIGKILL');
    if (child) await once(child, 'exit');

    await openTestStore(dataDir).close();
  });

  test('refuses a second store of the same process until the first is closed', async () => {
    const store = openTestStore(dataDir);
    expect(() => openTestStore(dataDir)).toThrow(DataFolderInUseError);
    await store.close();
    await openTestStore(dataDir).close();
  });

  test('lets exactly one of two processes have a new folder that both lock at the same instant', async () => {
    const rounds = 50;
    const args = [dataDir, `${rounds}`, `${Date.now() + 4_000}`, '20'];
    const processes = await Promise.all([1, 2].map(() => startProcess('./lock-at-instants.ts', ...args)));
    for (const each of processes) each.child.kill('SIGKILL');
    const [first = [], second = []] = processes.map(({ firstLine }) => JSON.parse(firstLine) as boolean[]);
    expect(first).toHaveLength(rounds);
    expect(second).toEqual(first.map((isLocked) => !isLocked));
  });

  test('creates a folder and files for their owner only, whatever the umask', async () => {
    const old = process.umask(0);
    try {
      const store = openTestStore(join(dataDir, 'above', 'data'));
      await store.append('s', 'no-stream', [newEvent(1)]);
      const modeOf = (name: string) => statSync(join(dataDir, 'above', name)).mode & 0o777;
      const files = readdirSync(join(dataDir, 'above', 'data')).sort();
      expect(files).toEqual(['lock.db', 'log.db', 'log.db-shm', 'log.db-wal']);
      for (const file of files) expect(modeOf(`data/${file}`)).toBe(0o600);
      expect([modeOf('.'), modeOf('data')]).toEqual([0o700, 0o700]);
      await store.close();
    } finally {
      process.umask(old);
    }
  });

  test('fails at once where the system refuses every name', () => {
    expect(() => openTestStore('/proc/chancery/data')).toThrow('ENOENT');
  });
});
