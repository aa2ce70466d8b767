import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../bench/generate-events.ts';
import { until } from './polling.ts';
import { type ProgramExit, type RunningServer, runProgram, startServer } from './server-process.ts';

const ENDS_AT_3 = /it ends at position 3, recorded at .*, and lacks that event/;

let folder = '';
let server: RunningServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-lost-log-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

async function importEvents(dataDir: string, count: number, seed = 1): Promise<void> {
  const lines = [...generateEvents(count, seed)].map((event) => `${JSON.stringify(event)}\n`);
  const { exitCode } = await runProgram(['import', '-', '--data-dir', at(dataDir)], {
    input: lines.join(''),
  });
  expect(exitCode).toBe(0);
}

interface Readiness {
  readonly projections: readonly { readonly position: string | null }[];
}

/** Starts a server, and stops it when its timelines are at the position. */
async function makeViews(
  dataDir: string,
  position: string | null,
  flags: readonly string[] = [],
): Promise<ProgramExit> {
  server = await startServer(at(dataDir), flags);
  const { url } = server;
  await until(async () => {
    const { projections } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    return projections.every((projection) => projection.position === position);
  });
  return server.stop();
}

async function refusedStart(dataDir: string, flags: readonly string[] = []): Promise<string> {
  const args = ['serve', '--port', '0', '--data-dir', at(dataDir), ...flags];
  const { exitCode, stdout, stderr } = await runProgram(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  return stderr;
}

async function countEvents(dataDir: string): Promise<number> {
  const { stdout } = await runProgram(['export', '--data-dir', at(dataDir)]);
  return stdout.split('\n').filter((line) => line.includes('"position"')).length;
}

/** A folder whose views know five events, and an older log with the first three of them. */
let template = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-five-events-'));
  template = folder;
  await importEvents('data', 3);
  await copyFile(at('data/log.db'), at('older.db'));
  await importEvents('data', 5);
  await makeViews('data', '5');
});

afterAll(() => rm(template, { recursive: true, force: true }));

const givenViewsOfFiveEvents = (): Promise<void> => cp(template, folder, { recursive: true });

describe('a log that is not the one of the timelines stops the start', () => {
  beforeEach(givenViewsOfFiveEvents);

  test('when it is missing: the timelines say what they know, and nothing is created', async () => {
    await rm(at('data/log.db'));
    const message = await refusedStart('data');
    expect(message).toContain(
      `the log in ${at('data')} is not the one that its timelines were made from: it is missing.`,
    );
    expect(message).toMatch(
      /know 5 events of the log of lineage [0-9a-f]{8}\. The last one is [0-9a-f-]{36}, at position 5, recorded at 20/,
    );
    expect(message).toContain('--accept-log');
    expect(existsSync(at('data/log.db'))).toBe(false);
    expect((await readdir(at('data/views'))).length).toBeGreaterThan(5);
  });

  test.each([[], ['--accept-log']])(
    'when only its write-ahead log is there, which is kept: %s',
    async (...flags) => {
      await writeFile(at('data/log.db-wal'), 'events that are in no other file');
      await rm(at('data/log.db'));
      await rm(at('data/views'), { recursive: true });
      expect(await refusedStart('data', flags)).toContain(
        'has no log.db, but the log.db-wal that belongs to it',
      );
      expect(await readFile(at('data/log.db-wal'), 'utf8')).toBe('events that are in no other file');
      expect(existsSync(at('data/log.db'))).toBe(false);
    },
  );

  test.each([
    ['empty', /it is empty/, (): Promise<void> => writeFile(at('data/log.db'), '')],
    ['older', ENDS_AT_3, (): Promise<void> => copyFile(at('older.db'), at('data/log.db'))],
    [
      'another',
      /it is another log, of lineage [0-9a-f]{8}/,
      async (): Promise<void> => {
        await importEvents('other', 9, 2);
        await copyFile(at('other/log.db'), at('data/log.db'));
      },
    ],
  ])('when it is %s', async (_kind, reason, replace) => {
    await replace();
    expect(await refusedStart('data')).toMatch(reason);
  });

  test('and refuses an import and a rebuild', async () => {
    await copyFile(at('older.db'), at('data/log.db'));
    const [line] = generateEvents(1, 7);
    const imported = await runProgram(['import', '-', '--data-dir', at('data')], {
      input: JSON.stringify(line),
    });
    const rebuilt = await runProgram(['rebuild', '--data-dir', at('data')]);
    expect([imported.stderr, rebuilt.stderr]).toEqual([
      expect.stringMatching(ENDS_AT_3),
      expect.stringMatching(ENDS_AT_3),
    ]);
    expect(await countEvents('data')).toBe(3);
  });

  test.each([
    ['the flag', ['--accept-log'], {}],
    ['the variable', [], { ACCEPT_LOG: 'true' }],
  ])('unless %s accepts it, which is logged, and rebuilds the timelines', async (_kind, flags, variables) => {
    await copyFile(at('older.db'), at('data/log.db'));
    server = await startServer(at('data'), flags, { variables });
    const { url } = server;
    await until(async () => (await fetch(`${url}/readyz`)).status === 200);
    const { projections } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    const { exitCode, stderr } = await server.stop();
    expect(projections.map(({ position }) => position)).toEqual(projections.map(() => '3'));
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"msg":"log-accepted"');
    expect((await makeViews('data', '3')).stderr).not.toContain('log-accepted');
  });
});

describe('the sample history', () => {
  test('is not recorded where views exist, even if the log was always empty', async () => {
    await makeViews('data', null, ['--empty']);
    await makeViews('data', null);
    expect(await countEvents('data')).toBe(0);
  });

  test('is not recorded into a folder without a log that holds other files', async () => {
    await cp('src/sample', at('data'), { recursive: true });
    await makeViews('data', null);
    expect(await countEvents('data')).toBe(0);
  });
});

describe('a log that vanishes under a running server', () => {
  test.each([
    ['is deleted', () => rm(at('data/log.db'))],
    ['is replaced', () => rename(at('older.db'), at('data/log.db'))],
    ['loses its write-ahead log', () => rm(at('data/log.db-wal'))],
    ['moves with its folder', () => rename(at('data'), at('moved'))],
  ])('and %s: the next append answers 503, and the server stops', async (_kind, vanish) => {
    await givenViewsOfFiveEvents();
    const running = await startServer(at('data'));
    const post = async (seed: number) => {
      const [event] = generateEvents(1, seed);
      const headers = { 'Content-Type': 'application/json' };
      return fetch(`${running.url}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
    };
    expect((await post(11)).status).toBe(201);
    await vanish();
    const answer = await post(12);
    expect([answer.status, await answer.json()]).toMatchObject([503, { type: '/problems/log-failed' }]);
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/chancery: the log failed: .*\/log\.db(-wal)? was deleted or replaced/);
  });
});
