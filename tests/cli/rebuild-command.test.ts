import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startupMessage } from '../../src/cli/support/startup-message.ts';
import { type DataFolderLock, lockDataFolder } from '../../src/sqlite/data-folder-lock.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { ask, post } from '../http/support/client.ts';
import { until } from './polling.ts';
import {
  PROGRAM,
  type RunningProgram,
  type RunningServer,
  runProgram,
  startProgram,
  startServer,
} from './server-process.ts';

const EVENTS = 3;

let folder = '';
let dataDir = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-rebuild-command-'));
  dataDir = join(folder, 'data');
  const input = [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`).join('');
  expect((await runProgram(['import', '-', '--data-dir', dataDir], { input })).exitCode).toBe(0);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes a file that runs these statements and then the program. */
async function programAfter(statements: string): Promise<string> {
  const program = join(folder, 'program.mjs');
  await writeFile(program, `${statements}\nawait import(${JSON.stringify(pathToFileURL(PROGRAM).href)});`);
  return program;
}

describe('chancery rebuild, when another process has the data folder open', () => {
  let lock: DataFolderLock | undefined;
  let fake: Server | undefined;
  let running: RunningProgram | undefined;
  /** The methods of the requests for the rebuild. */
  let requests: string[] = [];

  beforeEach(() => {
    lock = lockDataFolder(dataDir);
    requests = [];
  });

  afterEach(() => {
    lock?.release();
    fake?.closeAllConnections();
    fake?.close();
  });

  const status = (state: string) => ({
    projections: ['country'],
    state,
    events: EVENTS,
    total: EVENTS,
    stoppedBy: null,
  });

  type Reply = readonly [code: number, body: object] | 'hangs up';

  /** Starts a fake server whose timelines do not reveal their log yet, and the command that uses it. */
  async function rebuildAt(rebuilds: (method: string) => Reply | Promise<Reply>): Promise<RunningProgram> {
    fake = createServer(async (req, res) => {
      const { method = '', url = '' } = req;
      const isRebuild = url === '/projections/country/rebuild';
      if (isRebuild) requests.push(method);
      const reply: Reply = isRebuild ? await rebuilds(method) : [200, { lineage: null }];
      if (reply === 'hangs up') req.socket.destroy();
      else res.writeHead(reply[0]).end(JSON.stringify(reply[1]));
    }).listen(0, '127.0.0.1');
    await once(fake, 'listening');
    const { port } = fake.address() as AddressInfo;
    const program = await programAfter("process.on('SIGINT', () => process.stdout.write('interrupted'));");
    running = startProgram(['rebuild', 'country', '--data-dir', dataDir, '--port', `${port}`], { program });
    return running;
  }

  async function interrupt(): Promise<void> {
    running?.child.kill('SIGINT');
    await running?.waitForOutput(/interrupted/);
  }

  test('follows a rebuild that waits for others', async () => {
    const states = ['waiting', 'waiting', 'running', 'activated'];
    const { ended } = await rebuildAt((method) =>
      method === 'POST' ? [202, status('waiting')] : [200, status(states.shift() ?? 'failed')],
    );
    expect(await ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`country: rebuilt from ${EVENTS} events`),
    });
    expect(requests).toEqual(['POST', 'GET', 'GET', 'GET', 'GET']);
  });

  test('cancels its own rebuild when it is interrupted while it requests it', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') {
        await interrupt();
        return [202, status('waiting')];
      }
      const state = requests.includes('DELETE') ? 'cancelled' : 'activated';
      return [method === 'DELETE' ? 202 : 200, status(state)];
    });
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: 'country: cancelled\nchancery: stopped; the timelines of cancelled rebuilds are unchanged\n',
    });
    expect(requests).toEqual(['POST', 'DELETE', 'GET']);
  });

  test('stops following a rebuild that another client requested', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') return [409, {}];
      await interrupt();
      return [200, status(requests.length > 3 ? 'activated' : 'running')];
    });
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringMatching(/^country: still running, as another client requested the rebuild\n/),
    });
    expect(requests).toEqual(['POST', 'GET']);
  });

  test('says so when the server disappears after an interruption', async () => {
    const { ended } = await rebuildAt(async (method) => {
      if (method === 'POST') return [202, status('waiting')];
      if (method === 'DELETE') return 'hangs up';
      await interrupt();
      return [200, status('running')];
    });
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^chancery: the server at \S+ no longer responds; [^\n]+\n$/);
  });

  test.each([
    ['refuses', 500, /^chancery: http:\S+ did not rebuild country: it responded with status 500\n$/],
    ['has another version', 202, /^chancery: http:\S+ is not a Chancery server of this version\n$/],
  ])('says so when the server %s', async (_, code, message) => {
    const { ended } = await rebuildAt(() => [code, {}]);
    expect(await ended).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(message) });
  });
});

describe('chancery rebuild with the address of a server that has another folder', () => {
  let other: RunningServer | undefined;
  let lock: DataFolderLock | undefined;

  afterEach(async () => {
    lock?.release();
    lock = undefined;
    await other?.stop();
    other = undefined;
  });

  test.each(['open', 'closed'])(
    'rebuilds nothing if its own folder is %s, and says why',
    async (folderState) => {
      const server = await startServer(join(folder, 'other'), ['--empty']);
      other = server;
      const { url } = server;
      const lineage = async () => (await ask(url, '/projections/country')).json.lineage;
      expect(await lineage()).toBe(null);
      for (const event of generateEvents(1)) await post(url, event);
      await until(async () => (await lineage()) !== null);
      expect(await lineage()).toMatch(/^[0-9a-f]{8}$/);
      const rebuildStatus = async (): Promise<object> => {
        const { requestId: _requestId, ...status } = (await ask(url, '/projections/country/rebuild')).json;
        return status;
      };
      const before = await rebuildStatus();
      if (folderState === 'open') lock = lockDataFolder(dataDir);

      const address = ['--port', new URL(url).port];
      const { exitCode, stderr } = await runProgram([
        'rebuild',
        'country',
        '--data-dir',
        dataDir,
        ...address,
      ]);

      expect(exitCode).toBe(1);
      expect(stderr).toContain(`the server at ${url} has another log than the data folder ${dataDir}`);
      expect(await rebuildStatus()).toEqual(before);
    },
  );

  test('rebuilds there if it has no log itself', async () => {
    other = await startServer(dataDir);
    await until(async () => (await fetch(`${other?.url}/readyz`)).status === 200);
    const args = [
      'rebuild',
      'country',
      '--data-dir',
      join(folder, 'nothing'),
      '--port',
      new URL(other.url).port,
    ];
    const { exitCode, stderr } = await runProgram(args);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`country: rebuilt from ${EVENTS} events`),
    });
  });

  test('says so if there is no server', async () => {
    const { exitCode, stderr } = await runProgram([
      'rebuild',
      'country',
      '--data-dir',
      dataDir,
      '--port',
      '1',
    ]);
    const noServer = expect.stringContaining('no server responds at http://127.0.0.1:1');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: noServer });
  });
});

describe('chancery rebuild without a server', () => {
  test('starts nothing when it is interrupted while it opens the log', async () => {
    // The program handles SIGTERM last, just before it opens the log.
    const program = await programAfter(
      `process.on('newListener', (name) => {
         if (name === 'SIGTERM') process.nextTick(() => process.emit('SIGINT', 'SIGINT'));
       });`,
    );
    const { exitCode, stderr } = await runProgram(['rebuild', 'country', '--data-dir', dataDir], { program });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 130,
      stderr: 'country: cancelled\nchancery: stopped; the timelines of cancelled rebuilds are unchanged\n',
    });
    expect(await readdir(join(dataDir, 'views'))).toEqual([]);
  });
});

describe('the startup message', () => {
  test.each([
    ['being built', undefined],
    ['catching up', {} as never],
  ])('says how many events the log holds, and that its timelines are %s', async (activity, reader) => {
    const store = new SqliteEventReader(dataDir);
    const projections = { country: { reader, waitFor: async () => false } };
    const config = {
      host: '127.0.0.1',
      port: 0,
      dataDir,
      logLevel: 'warn',
      eventStore: undefined,
      extensions: [],
      acceptLog: false,
      corsOrigin: undefined,
      embedOrigins: [],
      privateWebhooks: false,
      accessFile: join(dataDir, 'access.db'),
      publicRead: false,
      allowedHosts: [],
      trustedProxies: [],
      clientLimits: {
        requestsPerMinute: 1,
        concurrentRequests: 1,
        streams: 1,
        bodyBytes: 1,
        connections: 1,
      },
    } as const;
    const access = { isOpen: true };
    const server = { url: 'http://127.0.0.1:1', store, location: dataDir, access, projections };
    const text = await startupMessage(server, config, false);
    store.close();
    expect(text).toContain(`The log in ${dataDir} holds ${EVENTS} events; its timelines are ${activity}.\n`);
  });
});
