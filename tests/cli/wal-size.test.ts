import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { WAL_BYTES_DUE, walBytesInUse } from '../../src/sqlite/wal-file.ts';
import { until } from './polling.ts';
import { type RunningServer, startServer } from './server-process.ts';

let folder = '';
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-wal-'));
  server = await startServer(folder, ['--empty']);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(['.', 'views'])('a server checkpoints a large WAL in %s for those who write it', async (place) => {
  const path = join(folder, place, 'written.db');
  const writer = openDatabase(path);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (bytes BLOB)');
  const insert = writer.prepare('INSERT INTO t VALUES (zeroblob(?))');
  for (let written = 0; written <= WAL_BYTES_DUE; written += 1 << 20) insert.run(1 << 20);
  expect(walBytesInUse(`${path}-wal`)).toBeGreaterThan(WAL_BYTES_DUE);
  await until(() => {
    insert.run(1);
    return walBytesInUse(`${path}-wal`) < WAL_BYTES_DUE;
  });
  writer.close();
  const { exitCode, stderr } = await server.stop();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
