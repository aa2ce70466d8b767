import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startupMessage } from '../../src/cli/support/startup-message.ts';
import { type DataFolderLock, lockDataFolder } from '../../src/sqlite/data-folder-lock.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { ask, post } from '../http/client.ts';
import {
  PROGRAM,
  type RunningProgram,
  type RunningServer,
  runProgram,
  startProgram,
  startServer,
} from './server-process.ts';

const EVENTS = 3;
/** Longer than a signal takes to a process. */
const SIGNAL_MS = 500;

let folder = '';
let dataDir = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-rebuild-command-'));
  dataDir = join(folder, 'data');
  const input = [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`).join('');
  expect((await runProgram(['import', '-', '--data-dir', dataDir], { input })).exitCode).toBe(0);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('chancery rebuild, beside what has the folder', () => {
  let lock: DataFolderLock | undefined;
  let fake: Server | undefined;
  let running: RunningProgram | undefined;
  /** What the fake server was asked for a rebuild, by method. */
  let asked: string[] = [];

  beforeEach(() => {
    lock = lockDataFolder(dataDir);
    asked = [];
  });

  afterEach(() => {
    lock?.release();
    fake?.closeAllConnections();
    fake?.close();
  });

  const status = (state: string) => ({ state, events: EVENTS, total: EVENTS, stoppedBy: null });

  type Reply = readonly [code: number, body: object] | 'hangs up';

  /** A server whose rows are being made, so that nobody knows of which log. */
  async function rebuildAt(rebuilds: (method: string) => Reply | Promise<Reply>): Promise<RunningProgram> {
    fake = createServer(async (req, res) => {
      const { method = '', url = '' } = req;
      const isRebuild = url === '/projections/country/rebuild';
      if (isRebuild) asked.push(method);
      const reply: Reply = isRebuild ? await rebuilds(method) : [200, { lineage: null }];
      if (reply === 'hangs up') req.socket.destroy();
      else res.writeHead(reply[0]).end(JSON.stringify(reply[1]));
    }).listen(0, '127.0.0.1');
    await once(fake, 'listening');
    const { port } = fake.address() as AddressInfo;
    running = startProgram(['rebuild', 'country', '--data-dir', dataDir, '--port', `${port}`]);
    return running;
  }

  async function interrupt(): Promise<void> {
    running?.child.kill('SIGINT');
    await delay(SIGNAL_MS);
  }

  test('follows a rebuild that waits for its turn', async () => {
    const states = ['waiting', 'waiting', 'running', 'activated'];
    const { ended } = await rebuildAt((method) =>
      method === 'POST' ? [202, {}] : [200, status(states.shift() ?? 'failed')],
    );
    expect(await ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`country: rebuilt from ${EVENTS} events`),
    });
    expect(asked).toEqual(['POST', 'GET', 'GET', 'GET', 'GET']);
  });

  test('gives up what it asked for when it is interrupted while it asks', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') {
        await interrupt();
        return [202, {}];
      }
      return [method === 'DELETE' ? 202 : 200, status(asked.includes('DELETE') ? 'cancelled' : 'activated')];
    });
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: 'country: given up\nchancery: stopped; what was given up is as before\n',
    });
    expect(asked).toEqual(['POST', 'DELETE', 'GET']);
  });

  test('only stops following what another asked for', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') return [409, {}];
      await interrupt();
      return [200, status(asked.length > 3 ? 'activated' : 'running')];
    });
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringMatching(/^country: goes on, as somebody else asked for it/),
    });
    expect(asked).toEqual(['POST', 'GET']);
  });

  test('says so when the server is gone at the interruption', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') return [202, {}];
      if (method === 'DELETE') return 'hangs up';
      await interrupt();
      return [200, status('running')];
    });
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^chancery: the server at \S+ answers no more; [^\n]+\n$/);
  });

  test.each([
    ['refuses', 500, /^chancery: http:\S+ does not rebuild country: it answers 500\n$/],
    ['is of another version', 202, /^chancery: what answers at http:\S+ is not a server of this program's/],
  ])('says so when the server %s', async (_, code, said) => {
    const { ended } = await rebuildAt(() => [code, {}]);
    expect(await ended).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(said) });
  });
});

describe('chancery rebuild with the address of another folder’s server', () => {
  let other: RunningServer | undefined;
  let lock: DataFolderLock | undefined;

  afterEach(async () => {
    lock?.release();
    await other?.stop();
  });

  test('rebuilds nothing there, and says why', async () => {
    other = await startServer(join(folder, 'other'), ['--empty']);
    const { url } = other;
    expect((await ask(url, '/projections/country')).json.lineage).toBe(null);
    for (const event of generateEvents(1)) {
      const { json } = await post(url, event);
      await ask(url, `/countries/PK?after=${json.events[0].position}`);
    }
    expect((await ask(url, '/projections/country')).json.lineage).toMatch(/^[0-9a-f]{8}$/);
    const before = (await ask(url, '/projections/country/rebuild')).text;
    lock = lockDataFolder(dataDir);

    const { port } = new URL(url);
    const { exitCode, stderr } = await runProgram([
      'rebuild',
      'country',
      '--data-dir',
      dataDir,
      '--port',
      port,
    ]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`the server at ${url} has another log than that of ${dataDir}`);
    expect((await ask(url, '/projections/country/rebuild')).text).toBe(before);
  }, 30_000);
});

describe('chancery rebuild without a server', () => {
  test('begins nothing when it is interrupted while it opens the log', async () => {
    const program = join(folder, 'interrupted.mjs');
    // SIGTERM is the last signal that the program takes over, and then it opens the log.
    await writeFile(
      program,
      `process.on('newListener', (name) => {
         if (name === 'SIGTERM') process.nextTick(() => process.emit('SIGINT', 'SIGINT'));
       });
       await import(${JSON.stringify(pathToFileURL(PROGRAM).href)});`,
    );
    const { exitCode, stderr } = await runProgram(['rebuild', 'country', '--data-dir', dataDir], { program });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 130,
      stderr: 'country: given up\nchancery: stopped; what was given up is as before\n',
    });
    expect(await readdir(join(dataDir, 'views'))).toEqual([]);
  });
});

describe('the start message of a server', () => {
  test.each([
    ['whose first timelines are being made', undefined, 'its timelines are being made'],
    ['whose timelines are behind', {} as never, 'its timelines are catching up'],
  ])('%s tells the events of the log', async (_, reader, doing) => {
    const store = new SqliteEventReader(dataDir);
    const timelines = { country: { reader, waitFor: async () => false } };
    const config = {
      host: '127.0.0.1',
      port: 0,
      dataDir,
      logLevel: 'warn',
      eventStore: undefined,
      extensions: [],
    } as const;
    const server = { url: 'http://127.0.0.1:1', store, place: dataDir, timelines };
    const text = await startupMessage(server, config, false);
    store.close();
    expect(text).toContain(`The log is in ${dataDir} and holds ${EVENTS} events; ${doing}.\n`);
  });
});
