import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../bench/generate-events.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { storedEvent } from '../transfer/histories.ts';
import { type Ended, type ProgramOptions, runProgram, startProgram, startServer } from './server-process.ts';

const EVENTS = 1_000;
const VERIFIED = 'events and timelines are the same\n';

/** Holds the log `source` and nothing that a test writes to. */
let shared = '';
let source = '';
let folder = '';
let server: WireServer;

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'chancery-copy-source-'));
  source = join(shared, 'source');
  const lines = [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(join(shared, 'events.ndjson'), lines.join(''));
  await runProgram(['import', join(shared, 'events.ndjson'), '--data-dir', source]);
}, 60_000);

afterAll(() => rm(shared, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-copy-test-'));
  await mkdir(at('tmp'));
  server = await new WireServer().start();
});

afterEach(async () => {
  server.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
/** With a password, which is shown nowhere. */
const address = (): string => server.connectionString.replace('//', '//admin:changeit@');

function startCopy(args: readonly string[], { variables }: ProgramOptions = {}) {
  return startProgram(['copy', ...args], { variables: { TMPDIR: at('tmp'), ...variables } });
}

async function copy(args: readonly string[], options?: ProgramOptions): Promise<Ended> {
  const ended = await startCopy(args, options).ended;
  expect(ended.stdout + ended.stderr).not.toContain('changeit');
  expect(await readdir(at('tmp'))).toEqual([]);
  return ended;
}

async function exported(dataDir: string): Promise<string> {
  const { exitCode, stdout } = await runProgram(['export', '--data-dir', dataDir]);
  expect(exitCode).toBe(0);
  return stdout;
}

/** Settles when the server has stored so many events. */
function stored(count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (server.log.all.length < count) return;
      server.log.off('stored', look);
      resolve();
    };
    server.log.on('stored', look);
    look();
  });
}

describe('A log that is copied to a server and back', () => {
  test('is the same, byte for byte', async () => {
    server.log.addStrangers();
    const there = await copy(['--from', source, '--to', address()]);
    expect(there).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining(`copied 1,000 events (0 were there already); ${VERIFIED}`),
    });
    const back = await copy(['--from', address(), '--to', at('back')]);
    expect(back.stderr).toContain(`copied 1,000 events (0 were there already); ${VERIFIED}`);
    expect(await exported(at('back'))).toBe(await exported(source));
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('goes on where %s ended it', async (signal) => {
    const { child, ended } = startCopy(['--from', source, '--to', server.connectionString]);
    await stored(300);
    child.kill(signal);
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(signal === 'SIGKILL' ? null : 130);
    if (signal === 'SIGINT') {
      expect(stderr).toContain('chancery: stopped; run the same command again to go on\n');
      expect(await readdir(at('tmp'))).toEqual([]);
    }
    await rm(at('tmp'), { recursive: true });
    await mkdir(at('tmp'));
    const there = server.log.all.length;
    expect(there).toBeLessThan(EVENTS);

    const again = await copy(['--from', source, '--to', server.connectionString]);

    const counts = `copied ${(EVENTS - there).toLocaleString('en')} events (${there} were there already); `;
    expect(again.stderr).toContain(counts + VERIFIED);
    expect(server.log.all).toHaveLength(EVENTS);
  });

  test('waits for a server that is away for a while', async () => {
    const { ended } = startCopy(['--from', source, '--to', server.connectionString]);
    await stored(300);
    server.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.start();
    const { exitCode, stderr } = await ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(VERIFIED) });
    expect(stderr).toContain('It is tried again.');
    expect(server.log.all).toHaveLength(EVENTS);
  });
});

describe('The log of the settings', () => {
  test('is the side that is left out, on a server or in a folder', async () => {
    const inFolder = { DATA_DIR: source };
    const onServer = { EVENTSTORE_URL: address(), EVENTSTORE_PREFIX: 'archive', DATA_DIR: at('index') };
    expect((await copy(['--to', at('copied')], { variables: inFolder })).stderr).toContain(VERIFIED);
    expect((await copy(['--from', source], { variables: onServer })).stderr).toContain(VERIFIED);
    expect((await copy(['--to', at('back')], { variables: onServer })).stderr).toContain(VERIFIED);
    expect(server.log.all.every(({ stream }) => stream.startsWith('archive-'))).toBe(true);
    expect(await readdir(at('index'))).toContain('event-index.db');
    const original = await exported(source);
    expect(await exported(at('copied'))).toBe(original);
    expect(await exported(at('back'))).toBe(original);
  });
});

describe('A server that runs', () => {
  test('on the source goes on, and on the target is not written beside', async () => {
    const running = await startServer(at('data'));
    await running.prints(/The timeline of Pakistan/);
    const from = await copy(['--from', at('data'), '--to', at('copied')]);
    const to = await copy(['--from', source, '--to', at('data')]);
    await running.stop();
    expect(from.stderr).toContain(VERIFIED);
    expect(to.exitCode).toBe(1);
    expect(to.stderr).toContain('is in use by another Chancery process');
    expect(await exported(at('copied'))).toBe(await exported(at('data')));
  });
});

test('An event that the timelines cannot take is copied, and told', async () => {
  const store = openTestStore(at('newer'));
  await store.append('a', 'no-stream', [storedEvent(1, { type: 'Unheard' })]);
  await store.close();
  const { exitCode, stderr } = await copy(['--from', at('newer'), '--to', at('copied')]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    'country: compared up to event 00000000-0000-4000-8000-000000000001, which it cannot take',
  );
  expect(stderr).toContain('copied 1 events');
});

describe('A copy is refused', () => {
  test.each([
    ['without a log', [], 'say --from or --to, or both'],
    ['of a log to itself', ['--from', 'a', '--to', './a/.'], '--from and --to are the same log'],
    [
      'of a log on a server to itself',
      ['--from', 'esdb://admin:changeit@h', '--to', 'esdb://h'],
      '--from and --to are the same log',
    ],
    [
      'to what is no address',
      ['--from', 'a', '--to', 'http://admin:changeit@h'],
      '--to: an address such as ',
    ],
    ['to no folder', ['--from', 'a', '--to', ''], '--to="": the name of a folder is needed'],
    [
      'from an address that is not understood',
      ['--from', 'esdb://changeit@', '--to', 'b'],
      '--from: A connection string is',
    ],
  ])('%s', async (_what, args, reason) => {
    const { exitCode, stderr } = await copy(args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining(`chancery: ${reason}`),
    });
  });

  test('from a folder without a log, and makes none', async () => {
    const { exitCode, stderr } = await copy(['--from', at('nothing'), '--to', at('copied')]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(`the data folder ${at('nothing')} has no log that can be opened`),
    });
    expect(await readdir(folder)).toEqual(['tmp']);
  });

  test('to a log that is another one, which stays as it is', async () => {
    const store = openTestStore(at('other'));
    await store.append('a', 'no-stream', [storedEvent(1)]);
    await store.close();
    const before = await exported(at('other'));
    const { exitCode, stderr } = await copy(['--from', source, '--to', at('other')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'The target is no copy of the source: the target has event 00000000-0000-4000-8000-000000000001 (revision 0 of a) where the source has event',
    );
    expect(await exported(at('other'))).toBe(before);
  });
});
