import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '../http/support/client.ts';
import { until } from './polling.ts';
import { type RunningServer, runProgram, startServer } from './server-process.ts';

let dataDir: string;
let server: RunningServer;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chancery-keys-'));
  server = await startServer(dataDir, ['--empty']);
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

const keys = (...args: string[]) => runProgram(['keys', ...args, '--data-dir', dataDir]);

describe('chancery keys', () => {
  let secret = '';

  test('closes a running server with the first key, which is shown once', async () => {
    await server.waitForOutput(/Without keys/);
    expect((await ask(server.url, '/countries')).status).toBe(200);
    const made = await keys(
      'create',
      'desk',
      '--role',
      'operator',
      '--scope',
      'mou-',
      '--expires',
      '2099-01-01',
    );
    secret = made.stdout.trim();
    expect(secret).toMatch(/^chancery_key_/);
    await until(async () => (await ask(server.url, '/countries')).status === 401);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await ask(server.url, '/projections', { headers })).status).toBe(200);
    const { stdout } = await keys('list');
    expect(stdout).toMatch(/^ID +NAME +ROLE +STREAMS +STATE +LAST USED\n/);
    expect(stdout).toMatch(/ desk +operator +mou- +until 2099-01-01T00:00:00Z +never\n$/);
    const files = await Promise.all(
      ['access.db', 'access.db-wal'].map((name) => readFile(join(dataDir, name))),
    );
    expect(Buffer.concat(files).includes(secret.slice(-64))).toBe(false);
  });

  test('lets a rebuild on the running server authenticate by CHANCERY_KEY', async () => {
    const rebuild = ['rebuild', 'country', '--data-dir', dataDir, '--port', new URL(server.url).port];
    const refused = await runProgram(rebuild);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('set CHANCERY_KEY')]);
    const done = await runProgram(rebuild, { variables: { CHANCERY_KEY: secret } });
    expect([done.exitCode, done.stderr]).toEqual([0, expect.stringContaining('country: rebuilt')]);
  });

  test('revokes a key on a running server', async () => {
    const headers = { authorization: `Bearer ${secret}` };
    expect((await keys('revoke', 'desk')).stderr).toMatch(/^revoked the key [0-9a-f]{12} of desk\n$/);
    await until(async () => (await ask(server.url, '/projections', { headers })).status === 401);
    expect((await keys('list')).stdout).toContain(' revoked 20');
    expect((await keys('revoke', 'nobody')).stderr).toContain('there is no key "nobody"');
  });

  test.each([
    [['create', 'local', '--role', 'reader'], 2, 'stands for those who have no key'],
    [['create', 'anna', '--role', 'king'], 1, 'Allowed choices are'],
    [['create', 'anna'], 1, '--role'],
    [
      ['create', 'anna', '--role', 'reader', '--scope', 'MOU'],
      2,
      'expected the beginning of a name of a stream',
    ],
    [['create', 'anna', '--role', 'reader', '--expires', '2020-01-01'], 2, 'in the future'],
    [['create', 'anna', '--role', 'reader', '--expires', 'tomorrow'], 2, 'in the future'],
  ])('refuses %j and makes no key', async (args, code, message) => {
    const { exitCode, stdout, stderr } = await keys(...args);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(stderr).toContain(message);
  });
});
