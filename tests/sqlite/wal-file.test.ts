import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { walBytesInUse, walProblem } from '../../src/sqlite/wal-file.ts';
import { newEvent } from '../../src/testing/contracts/event-store/contract.ts';
import { openTestStore } from './open-test-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const APPENDS = 20;
/** Bytes of a header, and of a frame of the WAL of a log. */
const [HEADER, FRAME] = [32, 24 + 1_024];

let folder: string;
let original: string;
let wal: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const store = openTestStore(folder);
  for (let number = 1; number <= APPENDS; number += 1) await store.append('s', 'any', [newEvent(number)]);
  original = join(folder, 'original');
  wal = join(folder, 'wal');
  cpSync(`${logPath(folder)}-wal`, original);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function withByte(offset: number, change: (byte: number) => number): string | undefined {
  const bytes = readFileSync(original);
  bytes.writeUInt8(change(bytes.readUInt8(offset)), offset);
  writeFileSync(wal, bytes);
  return walProblem(wal);
}

const frames = () => (readFileSync(original).length - HEADER) / FRAME;

describe('A WAL', () => {
  test('is in order after appends, and if there is none', () => {
    expect(walProblem(original)).toBe(undefined);
    expect(walProblem(join(folder, 'none'))).toBe(undefined);
    writeFileSync(wal, '');
    expect(walProblem(wal)).toBe(undefined);
  });

  test('is damaged at the frame with another bit, and says how much is lost', () => {
    const flipped = withByte(HEADER + 5 * FRAME + 1_000, (byte) => byte ^ 4);
    expect(flipped).toMatch(
      new RegExp(`^frame 6 of ${frames()} is damaged, so SQLite drops \\d+ transactions$`),
    );
  });

  test('is damaged if its header is', () => {
    expect(withByte(13, (byte) => byte + 1)).toMatch(/^frame 1 of/);
  });

  test('is in order if only the last transaction was cut off, as by a power failure', () => {
    cpSync(original, wal);
    truncateSync(wal, readFileSync(original).length - 100);
    expect(walProblem(wal)).toBe(undefined);
    expect(withByte(HEADER + frames() * FRAME - 100, (byte) => byte ^ 1)).toBe(undefined);
  });
});

describe('The size in use', () => {
  test('is that of the WAL since it was last begun, however long the file is', () => {
    const path = join(folder, 'test.db');
    const database = openDatabase(path);
    database.exec('PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; CREATE TABLE t (bytes BLOB)');
    const inUse = () => walBytesInUse(`${path}-wal`);
    const before = inUse();
    expect(before % FRAME).toBe(0);
    database.exec('INSERT INTO t VALUES (zeroblob(1000000))');
    expect(inUse()).toBeGreaterThan(1_000_000);
    expect(inUse()).toBe(readFileSync(`${path}-wal`).length - HEADER);
    database.exec('PRAGMA wal_checkpoint(PASSIVE); DELETE FROM t WHERE false; INSERT INTO t VALUES (1)');
    expect(inUse()).toBeGreaterThan(0);
    expect(inUse()).toBeLessThan(10 * FRAME);
    expect(readFileSync(`${path}-wal`).length).toBeGreaterThan(1_000_000);
    database.close();
  });

  test('is 0 without a WAL, and of an empty one', () => {
    expect(walBytesInUse(join(folder, 'none'))).toBe(0);
    writeFileSync(wal, '');
    expect(walBytesInUse(wal)).toBe(0);
  });
});
