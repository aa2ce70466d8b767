import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from './polling.ts';
import { runProgram, startServer } from './server-process.ts';

let folder = '';
let dataDir = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-serve-'));
  dataDir = join(folder, 'data');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Timeline {
  readonly entries: readonly { readonly headline: string; readonly occurred: { readonly edtf: string } }[];
}

async function timeline(url: string, path: string): Promise<Timeline['entries']> {
  const response = await fetch(url + path);
  expect(response.status).toBe(200);
  return ((await response.json()) as Timeline).entries;
}

describe('serve with an empty log', () => {
  test('adds the sample, says so, and prints the timeline of Pakistan', async () => {
    const server = await startServer(dataDir);
    await server.waitForOutput(/Open in a browser[\s\S]*\/events\n/);
    const entries = await timeline(server.url, '/countries/PK');
    const { exitCode, stdout } = await server.stop();

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Chancery is listening at ${server.url}`);
    expect(stdout).toContain(dataDir);
    expect(stdout).toContain('SAMPLE');
    expect(stdout).toContain('npm start -- --empty');
    expect(entries.length).toBeGreaterThan(2);
    for (const { occurred, headline } of entries) {
      expect(stdout).toContain(`  ${occurred.edtf.padEnd(22)} ${headline}\n`);
    }
    expect(stdout).toContain(`${server.url}/topics/rare-earths\n`);
  });

  test('adds the sample only at the first start', async () => {
    const first = await startServer(dataDir);
    const [, events] = await first.waitForOutput(/holds (\d+) events/);
    await first.stop();
    const second = await startServer(dataDir);
    const [, eventsAgain] = await second.waitForOutput(/holds (\d+) events/);
    const { stdout } = await second.stop();

    expect(Number(events)).toBeGreaterThan(3);
    expect(eventsAgain).toBe(events);
    expect(stdout).not.toContain('SAMPLE');
  });

  test('adds nothing with --empty', async () => {
    const server = await startServer(dataDir, ['--empty']);
    await server.waitForOutput(/holds 0 events/);
    const { countries } = (await (await fetch(`${server.url}/countries`)).json()) as { countries: unknown[] };
    const { exitCode, stdout } = await server.stop();

    expect(countries).toEqual([]);
    expect(stdout).not.toContain('SAMPLE');
    expect(exitCode).toBe(0);
  });

  test('logs JSON lines to stderr', async () => {
    const server = await startServer(dataDir, ['--empty', '--log-level', 'info']);
    const { stderr } = await server.stop();
    const messages = stderr
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(expect.arrayContaining(['log-opened', 'listening', 'stopping', 'stopped']));
  });
});

describe('serve refuses to start', () => {
  test.each([
    [{ PORT: '70000' }, 'PORT="70000"'],
    [{ HOST: '0.0.0.0' }, 'HOST="0.0.0.0": other machines reach this address, so keys are needed'],
    [{ PUBLIC_URL: 'https://record.example.org' }, 'so keys are needed'],
    [{ HOST: 'a b' }, 'HOST="a b"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL="loud"'],
    [{ EVENTSTORE_URL: 'http://localhost:2113' }, 'EVENTSTORE_URL'],
    [{ EVENTSTORE_URL: 'esdb://a:b:c@localhost:2113' }, 'EVENTSTORE_URL: A connection string'],
    [{ EVENTSTORE_URL: 'esdb://localhost?tlsCAFile=none.crt' }, 'EVENTSTORE_URL: Failed to load certificate'],
  ])(
    'with the invalid setting %j, names it, exits with 2 and creates nothing',
    async (variables, message) => {
      const { exitCode, stderr } = await runProgram(['serve', '--data-dir', dataDir], { variables });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(message);
      expect(existsSync(dataDir)).toBe(false);
    },
  );

  async function refusal(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runProgram(['serve', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }

  test('on a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const message = await refusal(['--port', `${port}`, '--data-dir', dataDir]);
    other.close();
    expect(message).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(message.trimEnd().split('\n')).toHaveLength(1);
  });

  test('with a data folder that cannot be created', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await refusal(['--port', '0', '--data-dir', join(file, 'data')])).toContain('cannot be created');
  });

  /** Returns the content of the files by name. The `-shm` files are left out, because readers change them too. */
  async function logFiles(): Promise<Record<string, string>> {
    const entries = await readdir(dataDir, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => name);
    const read = names.map(async (name) => [name, await readFile(join(dataDir, name), 'base64')] as const);
    return Object.fromEntries(await Promise.all(read));
  }

  test('with a data folder that another process has open, and does not disturb it', async () => {
    const checkpoint = join(dataDir, 'checkpoint');
    const server = await startServer(dataDir);
    await server.waitForOutput(/Open in a browser/);
    // The last thing that the server writes by itself is the checkpoint of the four events of the sample.
    await until(() => existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').split('\n')[1] === '4');
    // From then on, the server does not change its files either.
    await until(async () => (await stat(join(dataDir, 'log.db-wal'))).size === 0);
    const before = await logFiles();
    const message = await refusal(['--port', '0', '--data-dir', dataDir]);
    const after = await logFiles();
    const entries = await timeline(server.url, '/countries/PK');
    const { exitCode } = await server.stop();
    expect(after).toEqual(before);
    expect(Object.keys(before)).toContain('log.db');
    expect(message).toContain('in use by another Chancery process');
    expect(entries.length).toBeGreaterThan(0);
    expect(exitCode).toBe(0);
  });
});

describe('a server that is asked to stop', () => {
  /** A request whose body never arrives keeps the server from stopping for some seconds. */
  async function startUnfinishedRequest(url: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    await once(socket, 'connect');
    socket.write(
      'POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n',
    );
    socket.write('Expect: 100-continue\r\n\r\n');
    await once(socket, 'data');
    return socket;
  }

  test('treats the copies of one Ctrl-C as one request', async () => {
    const server = await startServer(dataDir, ['--empty', '--log-level', 'info']);
    const socket = await startUnfinishedRequest(server.url);
    // Two different signals, because the operating system may merge two of the same kind.
    server.child.kill('SIGINT');
    server.child.kill('SIGTERM');
    await server.waitForOutput(/"stopping"/, 'stderr');
    socket.destroy();
    const { exitCode, stderr } = await server.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"stopped"');
  });

  test('ends at once at a second request', async () => {
    const server = await startServer(dataDir, ['--empty', '--log-level', 'info']);
    const socket = await startUnfinishedRequest(server.url);
    server.child.kill('SIGINT');
    await server.waitForOutput(/"stopping"/, 'stderr');
    const repeat = setInterval(() => server.child.kill('SIGINT'), 100);
    const { exitCode, stderr } = await server.ended;
    clearInterval(repeat);
    socket.destroy();
    expect(exitCode).toBe(130);
    expect(stderr).not.toContain('"stopped"');
  });
});
