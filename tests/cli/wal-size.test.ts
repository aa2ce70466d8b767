import { mkdtemp, readdir, rm } from 'node:fs/promises';
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

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Makes a database that does not checkpoint its WAL itself. */
function openWriter(path: string) {
  const writer = openDatabase(path);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (bytes BLOB)');
  return { writer, insert: writer.prepare('INSERT INTO t VALUES (zeroblob(?))') };
}

/** How many threads the server has. */
async function countThreads(): Promise<number> {
  return (await readdir(`/proc/${server.child.pid}/task`)).length;
}

test.each(['.', 'views'])('a server checkpoints a large WAL in %s for those who write it', async (place) => {
  const path = join(folder, place, 'written.db');
  const { writer, insert } = openWriter(path);
  for (let written = 0; written <= WAL_BYTES_DUE; written += 1 << 20) insert.run(1 << 20);
  await until(() => {
    insert.run(1);
    return walBytesInUse(`${path}-wal`) < WAL_BYTES_DUE;
  });
  writer.close();
  const { exitCode, stderr } = await server.stop();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('the thread that does it ends when nobody writes any more', async () => {
  if (process.platform !== 'linux') {
    process.stderr.write('Skipped: threads are counted in /proc, which only Linux has.\n');
    return;
  }
  const before = await countThreads();
  const path = join(folder, 'written.db');
  const { writer, insert } = openWriter(path);
  insert.run(WAL_BYTES_DUE + 1);
  await until(async () => (await countThreads()) > before);
  await until(async () => (await countThreads()) === before);
  expect(walBytesInUse(`${path}-wal`)).toBeGreaterThan(WAL_BYTES_DUE);
  writer.close();
});
