import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, open, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { type Acknowledged, Writer } from '../crash/acknowledged-events.ts';
import { until } from './polling.ts';
import { type ProgramExit, runProgram, startProgram, startServer } from './server-process.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-backup-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const backUp = (file: string, dataDir = 'data'): Promise<ProgramExit> =>
  runProgram(['backup', at(file), '--data-dir', at(dataDir)]);
const restore = (file: string, dataDir = 'restored'): Promise<ProgramExit> =>
  runProgram(['restore', at(file), '--data-dir', at(dataDir)]);

async function importEvents(dataDir: string, count: number, seed = 1): Promise<void> {
  const lines = [...generateEvents(count, seed)].map((event) => `${JSON.stringify(event)}\n`);
  await runProgram(['import', '-', '--data-dir', at(dataDir)], { input: lines.join('') });
}

interface Row {
  readonly id: string;
  readonly salt: string;
}

function rowsOf(file: string): readonly Row[] {
  const database = openDatabase(at(file), { readOnly: true });
  const rows = database.prepare<Row>('SELECT * FROM event ORDER BY position').all();
  database.close();
  return rows;
}

describe('a backup', () => {
  test('of a server under load has every event acknowledged before it, salts included', async () => {
    const server = await startServer(at('data'), ['--empty']);
    const acknowledged: Acknowledged = new Map();
    const writing = [1, 2, 3, 4].map((seed) => new Writer(seed).write(server.url, acknowledged));
    await until(() => acknowledged.size > 100);
    const before = [...acknowledged.keys()];
    const { exitCode, stderr } = await backUp('backup.db');
    const stillRunning = acknowledged.size;
    await until(() => acknowledged.size > stillRunning);
    server.child.kill('SIGKILL');
    await Promise.all([server.ended, ...writing]);

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^backed up and verified \d+ events\n$/);
    const ids = new Set(rowsOf('backup.db').map(({ id }) => id));
    expect(before.filter((id) => !ids.has(id))).toEqual([]);
    expect(ids.size).toBeGreaterThanOrEqual(before.length);
    expect(await readdir(folder)).toEqual(['backup.db', 'data']);
    expect((await restore('backup.db')).exitCode).toBe(0);
    const restored = rowsOf('restored/log.db');
    expect(restored).toEqual(rowsOf('data/log.db').slice(0, restored.length));
  });

  test('of a stopped server replaces an older one, whose mode it keeps', async () => {
    await importEvents('data', 5);
    await backUp('backup.db');
    expect((await stat(at('backup.db'))).mode & 0o777).toBe(0o600);
    await chmod(at('backup.db'), 0o640);
    await importEvents('data', 9);
    expect(await backUp('backup.db')).toMatchObject({ stderr: 'backed up and verified 9 events\n' });
    expect((await stat(at('backup.db'))).mode & 0o777).toBe(0o640);
    expect(rowsOf('backup.db')).toEqual(rowsOf('data/log.db'));
  });

  test('is not written into a data folder', async () => {
    await importEvents('data', 5);
    await symlink(at('data/log.db'), at('link'));
    const { exitCode, stderr } = await backUp('link');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is a file of the data'),
    });
    expect(rowsOf('data/log.db')).toHaveLength(5);
  });

  test('is not made of a damaged log, and leaves the older backup', async () => {
    await importEvents('data', 200);
    await backUp('backup.db');
    const file = await open(at('data/log.db'), 'r+');
    await file.write(Buffer.alloc(4096, 7), 0, 4096, 4096 * 8);
    await file.close();
    const { exitCode, stderr } = await backUp('backup.db');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^chancery: .* is (damaged|not a whole log): .*\n/);
    expect(rowsOf('backup.db')).toHaveLength(200);
    expect(await readdir(folder)).toEqual(['backup.db', 'data']);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('is whole or absent after %s', async (signal) => {
    await importEvents('data', 3_000);
    const { child, ended } = startProgram(['backup', at('backup.db'), '--data-dir', at('data')]);
    await until(async () => (await readdir(folder)).length > 1);
    child.kill(signal);
    const { exitCode, stderr } = await ended;
    if (existsSync(at('backup.db'))) expect(rowsOf('backup.db')).toHaveLength(3_000);
    else if (signal === 'SIGINT') {
      expect([exitCode, stderr]).toEqual([130, 'chancery: stopped; no backup was written\n']);
      expect(await readdir(folder)).toEqual(['data']);
    }
  });

  test('is refused if there is no log, or if it is on a server', async () => {
    expect((await backUp('backup.db')).stderr).toContain(
      `no log could be opened in the data folder ${at('data')}`,
    );
    const variables = { EVENTSTORE_URL: 'esdb://localhost:1?tls=false' };
    const { exitCode, stderr } = await runProgram(['backup', at('backup.db')], { variables });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('chancery copy --to'),
    });
    expect(existsSync(at('backup.db'))).toBe(false);
  });
});

describe('restore', () => {
  let template = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-restore-'));
    template = folder;
    await importEvents('data', 5);
    await backUp('backup.db');
  });

  afterAll(() => rm(template, { recursive: true, force: true }));

  beforeEach(() => cp(template, folder, { recursive: true }));

  test('gives a folder whose server shows the same, with rebuilt timelines', async () => {
    const pageOf = async (dataDir: string): Promise<string> => {
      const server = await startServer(at(dataDir));
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
      const text = await (await fetch(`${server.url}/countries`)).text();
      await server.stop();
      return text;
    };
    const original = await pageOf('data');
    await cp(at('data'), at('restored'), { recursive: true });
    await importEvents('restored', 9);
    await pageOf('restored');
    await rm(at('restored/log.db'));

    expect(await restore('backup.db')).toMatchObject({
      exitCode: 0,
      stderr: 'restored and verified 5 events\n',
    });
    expect(existsSync(at('restored/views'))).toBe(false);
    expect(await pageOf('restored')).toBe(original);
  });

  test('removes what a killed server knew of an older log', async () => {
    await mkdir(at('restored'));
    const derived = ['tree.db', 'tree.db-wal', 'tree.db-shm', 'checkpoint'].map((name) => `restored/${name}`);
    for (const name of derived) await writeFile(at(name), 'of an older log');
    expect((await restore('backup.db')).exitCode).toBe(0);
    expect(derived.filter((name) => existsSync(at(name)))).toEqual([]);
  });

  test('never overwrites a log', async () => {
    await importEvents('restored', 2, 2);
    const { exitCode, stderr } = await restore('backup.db');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('has a log already'),
    });
    expect(rowsOf('restored/log.db')).toHaveLength(2);
  });

  test('refuses a folder that a server has open, even if its log was deleted', async () => {
    const server = await startServer(at('restored'), ['--empty']);
    for (const name of ['log.db', 'log.db-wal', 'log.db-shm']) await rm(at(`restored/${name}`));
    const { exitCode, stderr } = await restore('backup.db');
    await server.stop();
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is in use') });
    expect(existsSync(at('restored/log.db'))).toBe(false);
  });

  test.each([
    ['a text', 'package.json', 'is not a whole log'],
    ['a view', 'view.db', 'is not a whole log'],
    ['a log with a gap', 'gap.db', 'lacks events: it has a gap in positions 1 to 5'],
    ['nothing', 'missing.db', 'cannot be read: no such file or folder'],
  ])('refuses %s, and creates nothing', async (_kind, name, message) => {
    await cp('package.json', at('package.json'));
    const view = openDatabase(at('view.db'));
    view.exec('CREATE TABLE checkpoint (one)');
    view.close();
    await cp(at('backup.db'), at('gap.db'));
    const gap = openDatabase(at('gap.db'));
    gap.exec('DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE position = 3');
    gap.close();
    const { exitCode, stderr } = await restore(name);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(existsSync(at('restored'))).toBe(false);
  });
});

test('a server without appends moves its write-ahead log into log.db', async () => {
  const server = await startServer(at('data'));
  await server.waitForOutput(/Open in a browser/);
  await until(async () => (await stat(at('data/log.db-wal'))).size === 0);
  await cp(at('data/log.db'), at('copy.db'));
  await server.stop();
  expect(rowsOf('copy.db')).toEqual(rowsOf('data/log.db'));
});
