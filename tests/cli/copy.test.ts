import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../bench/generate-events.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { ask } from '../http/support/client.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { storedEvent } from '../transfer/histories.ts';
import {
  type ProgramExit,
  type ProgramOptions,
  runProgram,
  startProgram,
  startServer,
} from './server-process.ts';

const EVENTS = 1_000;
const VERIFIED = 'all events and timelines are identical\n';

let shared = '';
/** The data folder of a log that all tests read and none changes. */
let source = '';
let folder = '';
let server: WireServer;

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'chancery-copy-source-'));
  source = join(shared, 'source');
  const lines = [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(join(shared, 'events.ndjson'), lines.join(''));
  await runProgram(['import', join(shared, 'events.ndjson'), '--data-dir', source]);
});

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
/** A URL with a password, which must not be printed. */
const serverUrl = (): string => server.connectionString.replace('//', '//admin:changeit@');

function startCopy(args: readonly string[], { variables }: ProgramOptions = {}) {
  return startProgram(['copy', ...args], { variables: { TMPDIR: at('tmp'), ...variables } });
}

async function copy(args: readonly string[], options?: ProgramOptions): Promise<ProgramExit> {
  const exit = await startCopy(args, options).ended;
  expect(exit.stdout + exit.stderr).not.toContain('changeit');
  expect(await readdir(at('tmp'))).toEqual([]);
  return exit;
}

async function exported(dataDir: string): Promise<string> {
  const { exitCode, stdout } = await runProgram(['export', '--data-dir', dataDir]);
  expect(exitCode).toBe(0);
  return stdout;
}

/** Settles once the server has stored this many events. */
function untilStored(count: number): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (server.log.all.length < count) return;
      server.log.off('stored', check);
      resolve();
    };
    server.log.on('stored', check);
    check();
  });
}

describe('a log that is copied to a server and back', () => {
  test('is identical, byte for byte', async () => {
    server.log.addForeignEvents();
    const result = await copy(['--from', source, '--to', serverUrl()]);
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining(`copied 1,000 events (0 already there); ${VERIFIED}`),
    });
    const back = await copy(['--from', serverUrl(), '--to', at('back')]);
    expect(back.stderr).toContain(`copied 1,000 events (0 already there); ${VERIFIED}`);
    expect(await exported(at('back'))).toBe(await exported(source));
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('resumes after %s', async (signal) => {
    const { child, ended } = startCopy(['--from', source, '--to', server.connectionString]);
    await untilStored(300);
    child.kill(signal);
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(signal === 'SIGKILL' ? null : 130);
    if (signal === 'SIGINT') {
      expect(stderr).toContain('chancery: stopped; run the same command again to resume\n');
      expect(await readdir(at('tmp'))).toEqual([]);
    }
    await rm(at('tmp'), { recursive: true });
    await mkdir(at('tmp'));
    const existing = server.log.all.length;
    expect(existing).toBeLessThan(EVENTS);

    const again = await copy(['--from', source, '--to', server.connectionString]);

    const counts = `copied ${(EVENTS - existing).toLocaleString('en')} events (${existing} already there); `;
    expect(again.stderr).toContain(counts + VERIFIED);
    expect(server.log.all).toHaveLength(EVENTS);
  });

  test('waits for a server that is unavailable for a while', async () => {
    const { ended, waitForOutput } = startCopy(['--from', source, '--to', server.connectionString]);
    await untilStored(300);
    server.stop();
    await waitForOutput(/Retrying\.\n/, 'stderr');
    await server.start();
    const { exitCode, stderr } = await ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(VERIFIED) });
    expect(server.log.all).toHaveLength(EVENTS);
  });
});

describe('the configured log', () => {
  test('replaces the option that is left out, on a server or in a folder', async () => {
    const inFolder = { DATA_DIR: source };
    const onServer = { EVENTSTORE_URL: serverUrl(), EVENTSTORE_PREFIX: 'archive', DATA_DIR: at('index') };
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

describe('a running server', () => {
  test('does not disturb a copy of its log, and prevents a copy into it', async () => {
    const running = await startServer(at('data'));
    await running.waitForOutput(/The timeline of Pakistan/);
    const from = await copy(['--from', at('data'), '--to', at('copied')]);
    const to = await copy(['--from', source, '--to', at('data')]);
    await running.stop();
    expect(from.stderr).toContain(VERIFIED);
    expect(to.exitCode).toBe(1);
    expect(to.stderr).toContain('is in use by another Chancery process');
    expect(await exported(at('copied'))).toBe(await exported(at('data')));
  });
});

test('proves the same as the original after key and checkpoint were taken along', async () => {
  const evidenceOf = async (dataDir: string) => {
    const { url, stop } = await startServer(dataDir);
    try {
      const id = (await ask(url, '/events?limit=1')).json.events[0].id;
      const paths = ['/log/key', '/log/checkpoint', `/events/${id}/receipt`];
      return await Promise.all(paths.map(async (path) => (await ask(url, path)).text));
    } finally {
      await stop();
    }
  };
  await cp(source, at('original'), { recursive: true });
  const original = await evidenceOf(at('original'));
  await copy(['--from', at('original'), '--to', at('moved')]);
  for (const file of ['log.key', 'checkpoint']) await cp(at(`original/${file}`), at(`moved/${file}`));
  expect(await evidenceOf(at('moved'))).toEqual(original);
});

test('copies and reports an event that the timelines cannot project', async () => {
  const store = openTestStore(at('newer'));
  await store.append('a', 'no-stream', [storedEvent(1, { type: 'Unheard' })]);
  await store.close();
  const { exitCode, stderr } = await copy(['--from', at('newer'), '--to', at('copied')]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    'country: compared up to event 00000000-0000-4000-8000-000000000001, which it cannot project',
  );
  expect(stderr).toContain('copied 1 event (');
});

describe('a copy is refused', () => {
  test.each([
    ['without a log', [], 'give --from or --to, or both'],
    ['of a log to itself', ['--from', 'a', '--to', './a/.'], '--from and --to are the same log'],
    [
      'of a log on a server to itself',
      ['--from', 'esdb://admin:changeit@h', '--to', 'esdb://h'],
      '--from and --to are the same log',
    ],
    [
      'to an invalid URL',
      ['--from', 'a', '--to', 'http://admin:changeit@h'],
      '--to: expected a URL such as ',
    ],
    ['to a folder without a name', ['--from', 'a', '--to', ''], '--to="": expected the name of a folder'],
    [
      'from a URL that cannot be parsed',
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

  test('from a folder without a log, and creates none', async () => {
    const { exitCode, stderr } = await copy(['--from', at('nothing'), '--to', at('copied')]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(`no log could be opened in the data folder ${at('nothing')}`),
    });
    expect(await readdir(folder)).toEqual(['tmp']);
  });

  test('to a different log, which stays unchanged', async () => {
    const store = openTestStore(at('other'));
    await store.append('a', 'no-stream', [storedEvent(1)]);
    await store.close();
    const before = await exported(at('other'));
    const { exitCode, stderr } = await copy(['--from', source, '--to', at('other')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'The target is not a copy of the source: ' +
        'the target has event 00000000-0000-4000-8000-000000000001 (revision 0 of a) where the source has event',
    );
    expect(await exported(at('other'))).toBe(before);
  });
});
