import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderInUseError } from '../../src/sqlite/data-folder-lock.ts';
import { newEvent } from '../../src/testing/contracts/event-store/contract.ts';
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

/** Starts a process that opens the data folder; gives what it says of it. */
async function openInOtherProcess(): Promise<string> {
  const { child: started, firstLine } = await startProcess('./hold-data-folder.ts', dataDir);
  child = started;
  return firstLine;
}

/**
 * Name and SHA-256 of each file but the lock: closing a file drops every POSIX lock that this process has on it, so
 * the lock must not be opened here.
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

describe('A data folder', () => {
  test('that a process holds is refused to a second one, which writes nothing', async () => {
    const store = openTestStore(dataDir);
    await store.append('s', 'no-stream', [newEvent(1)]);
    const before = fingerprints();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['log.db', 'log.db-wal']));

    const answer = await openInOtherProcess();

    expect(answer).toMatch(
      /^DataFolderInUseError: The data folder \/.* is in use by another Chancery process/,
    );
    expect(answer).toContain(dataDir);
    expect(fingerprints()).toEqual(before);
    const next = await store.append('s', 'any', [newEvent(2)]);
    expect(next.outcome).toBe('appended');
    await store.close();
  });

  test('is free again when the process that held it was killed', async () => {
    expect(await openInOtherProcess()).toBe('held');
    expect(() => openTestStore(dataDir)).toThrow(DataFolderInUseError);

    child?.kill('SIGKILL');
    if (child) await once(child, 'exit');

    await openTestStore(dataDir).close();
  });

  test('is free again when its store was closed, and held against a second store of the same process', async () => {
    const store = openTestStore(dataDir);
    expect(() => openTestStore(dataDir)).toThrow(DataFolderInUseError);
    await store.close();
    await openTestStore(dataDir).close();
  });
});
