import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { mou, uuid } from '../append/sent-events.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { post } from '../http/support/client.ts';
import { runProgram, startServer } from './server-process.ts';

let folder: string;

const at = (name: string): string => join(folder, name);
const run = (...args: string[]) => runProgram([...args, '--data-dir', at('data')]);
const entriesOf = async (...flags: string[]) => {
  const { stdout } = await run('audit', '--ndjson', ...flags);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-audit-'));
  await writeFile(at('events.ndjson'), `${JSON.stringify({ ...mou, id: uuid(1) })}\nno JSON\n`);
  await run('import', at('events.ndjson'));
  const server = await startServer(at('data'), ['--empty']);
  await post(server.url, { ...mou, id: uuid(2), stream: 'mou-2' });
  await run('export', '--country', 'PK', at('out.ndjson'));
  await run('backup', at('chancery.backup'));
  await server.stop();
  await run('rebuild', 'country');
  await runProgram(['restore', at('chancery.backup'), '--data-dir', at('restored')]);
  const wire = await new WireServer().start();
  const url = wire.connectionString.replace('//', '//admin:changeit@');
  await runProgram(['copy', '--to', url], { variables: { DATA_DIR: at('data') } });
  wire.stop();
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

describe('chancery audit', () => {
  test('writes what the commands and the server did, by whom and to what', async () => {
    const principal = { name: userInfo().username, authenticatedBy: 'command' };
    const entries = await entriesOf();
    expect(entries).toMatchObject([
      {
        number: 1,
        action: 'import',
        recorded: 1,
        repeated: 0,
        refused: 1,
        target: at('events.ndjson'),
        principal,
      },
      { action: 'server-started', principal, address: null, request: null },
      { action: 'append', events: [uuid(2)], target: '/streams/mou-2', principal: { name: 'local' } },
      { action: 'export', format: 'ndjson', query: '?country=PK', target: '/events', principal },
      { action: 'backup', target: at('chancery.backup'), principal },
      { action: 'server-stopped', principal },
      { action: 'rebuild', target: 'country', principal },
      { number: 8, action: 'copy', target: expect.stringMatching(/\/data to esdb:\/\/\*\*\*@/), principal },
    ]);
  });

  test('writes a line for each entry that matches', async () => {
    const { stdout } = await run('audit', '--action', 'import', '--principal', userInfo().username);
    expect(stdout).toMatch(
      /^[\d-]+T[\d:.]+Z import \S+events\.ndjson recorded=1 repeated=0 refused=1 by .+\n$/,
    );
    expect(await entriesOf('--to', '2020-01-01T00:00:00Z')).toEqual([]);
    expect(await entriesOf('--from', '2020-01-01T00:00:00Z', '--action', 'backup')).toHaveLength(1);
  });

  test('writes to a file, but not over one of the data folder', async () => {
    expect((await run('audit', at('audit.txt'))).exitCode).toBe(0);
    expect(await readFile(at('audit.txt'), 'utf8')).toMatch(/ backup /);
    expect((await run('audit', at('data/audit.db'))).exitCode).not.toBe(0);
    expect(await entriesOf('--action', 'backup')).toHaveLength(1);
  });

  test('names what it does not understand', async () => {
    expect((await run('audit', '--action', 'deletion')).stderr).toMatch(/--action: expected one of .*backup/);
    expect((await run('audit', '--from', 'today')).stderr).toMatch(/--from: expected an instant/);
    expect((await runProgram(['audit', '--data-dir', at('none')])).stderr).toMatch(/has no audit log/);
  });

  test('begins a log in the folder into which a backup is restored', async () => {
    const { stdout } = await runProgram(['audit', '--ndjson', '--data-dir', at('restored')]);
    expect(JSON.parse(stdout)).toMatchObject({ number: 1, action: 'restore' });
    expect((await stat(at('restored/audit.db'))).mode & 0o777).toBe(0o600);
  });
});

describe('A damaged audit log', () => {
  test('is in order before it is damaged', async () => {
    const { exitCode, stderr } = await run('audit', '--check');
    expect(stderr).toMatch(/^8 entries are in order; the last hash is [0-9a-f]{64}\n$/);
    expect(exitCode).toBe(0);
  });

  test('is found by the check and by verify, and keeps the server from starting', async () => {
    const database = openDatabase(at('restored/audit.db'));
    database.exec(
      "DROP TRIGGER entry_is_never_updated; UPDATE entry SET json = replace(json, 'restore', 'backup')",
    );
    database.close();
    const restored = ['--data-dir', at('restored')];
    const check = await runProgram(['audit', '--check', ...restored]);
    expect(check.stderr).toMatch(/audit\.db: a trigger is missing.*CREATE TRIGGER entry_is_never_updated/);
    expect(check.stderr).toMatch(/audit\.db: entry 1 was changed/);
    expect(check.exitCode).not.toBe(0);
    const verify = await runProgram(['verify', ...restored]);
    expect(verify.stderr).toMatch(/audit\.db: entry 1 was changed/);
    expect(verify.exitCode).not.toBe(0);
    const serve = await runProgram(['serve', '--port', '0', ...restored]);
    expect(serve.stderr).toMatch(/audit\.db lacks triggers.*chancery audit --check/s);
    expect(serve.exitCode).toBe(1);
  });

  test('does not keep a command from running, which says so', async () => {
    await mkdir(at('odd'));
    await writeFile(at('odd/audit.db'), 'this is no database, whatever its name says'.repeat(20));
    await chmod(at('odd/audit.db'), 0o600);
    const { exitCode, stderr } = await runProgram(['import', at('events.ndjson'), '--data-dir', at('odd')]);
    expect(stderr).toMatch(/this is not in the audit log of \S+odd: /);
    expect(stderr).toMatch(/recorded 1/);
    // One line is no event.
    expect(exitCode).toBe(1);
  });
});
