import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou, shipment, uuid } from '../append/sent-events.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { runProgram, startServer } from './server-process.ts';

const SECRET = 'Zweigenthal';
const GROUND = ['--ground', 'personal-data', '--basis', 'request 7/2026'];

let root: string;
let dataDir: string;

const run = (...args: string[]) => runProgram([...args, '--data-dir', dataDir]);
const filesWithSecret = () =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(SECRET));

beforeAll(async () => {
  root = temporaryFolder();
  dataDir = join(root, 'data');
  const events = [
    { ...mou, id: uuid(1), data: { ...mou.data, subject: `${SECRET} ore` } },
    { ...shipment, id: uuid(2) },
  ];
  const file = join(root, 'events.ndjson');
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await run('import', file);
  await run('rebuild');
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

describe('chancery redact', () => {
  test('shows what it would remove, and removes nothing', async () => {
    const { exitCode, stderr } = await run('redact', uuid(1), ...GROUND);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`MouSigned ${uuid(1)}`);
    expect(stderr).toContain('With --yes it is removed.');
    expect(filesWithSecret()).not.toEqual([]);
  });

  test('is refused while a server runs, which asks two administrators', async () => {
    const server = await startServer(dataDir);
    const { exitCode, stderr } = await run('redact', uuid(1), ...GROUND, '--yes');
    await server.stop();
    expect(stderr).toMatch(/is in use/);
    expect(exitCode).not.toBe(0);
  });

  test.each([
    [['redact', uuid(9), ...GROUND], /no event with this id/],
    [['redact', 'x', ...GROUND], /event: /],
    [['redact', uuid(1), '--ground', 'because', '--basis', 'x'], /ground: /],
    [['redact', uuid(1), ...GROUND, '--statement', 'a'], /has this statement/],
    [['redact', uuid(1), '--ground', 'copyright'], /--basis/],
  ])('names what is wrong: %j', async (args, message) => {
    const { exitCode, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(exitCode).not.toBe(0);
  });

  test('removes the content from every file, says who did it, and leaves a log that is in order', async () => {
    const { exitCode, stderr } = await run('redact', uuid(1), ...GROUND, '--yes');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`MouSigned ${uuid(1)}`)]);
    expect(filesWithSecret()).toEqual([]);
    const { stdout } = await run('export');
    const removal = stdout.split('\n').find((line) => line.includes('EventRedacted'));
    expect(JSON.parse(removal ?? '{}')).toMatchObject({
      actor: 'operator',
      data: { redacts: uuid(1), ground: 'personal-data', basis: 'request 7/2026' },
    });
    await run('rebuild');
    expect(filesWithSecret()).toEqual([]);
    expect((await run('verify')).exitCode).toBe(0);
    expect((await run('redact', uuid(1), ...GROUND, '--yes')).stderr).toMatch(/was removed before/);
  });
});

describe('A log from which content was removed without a record of it', () => {
  test.each([
    [
      'what is left was altered',
      "UPDATE event SET content = replace(content, 'party', 'host') WHERE position = 1",
    ],
    ['the removal itself was deleted', 'DELETE FROM event WHERE position = 3'],
  ])('is found by verify: %s', async (_name, sql) => {
    const { openDatabase } = await import('../../src/sqlite/driver.ts');
    const copy = join(root, `copy-${sql.length}`);
    expect((await runProgram(['copy', '--from', dataDir, '--to', copy])).exitCode).toBe(0);
    const database = openDatabase(join(copy, 'log.db'));
    const triggers = database
      .prepare<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      .all();
    database.exec(triggers.map(({ name }) => `DROP TRIGGER ${name};`).join(''));
    database.exec(sql);
    database.exec(triggers.map((trigger) => `${trigger.sql};`).join(''));
    database.close();
    const { exitCode, stderr } = await runProgram(['verify', '--data-dir', copy]);
    expect(stderr).toContain(uuid(1));
    expect(exitCode).toBe(1);
  });
});
