import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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

describe('serve on an empty log', () => {
  test('records the sample, says so, and shows the timeline of Pakistan that it serves', async () => {
    const server = await startServer(dataDir);
    await server.prints(/Open, or curl:[\s\S]*\/events\n/);
    const entries = await timeline(server.url, '/countries/PK');
    const { exitCode, stdout } = await server.stop();

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Chancery listens at ${server.url}`);
    expect(stdout).toContain(dataDir);
    expect(stdout).toContain('SAMPLE');
    expect(stdout).toContain('npm start -- --empty');
    expect(entries.length).toBeGreaterThan(2);
    for (const { occurred, headline } of entries) {
      expect(stdout).toContain(`  ${occurred.edtf.padEnd(22)} ${headline}\n`);
    }
    expect(stdout).toContain(`${server.url}/topics/rare-earths\n`);
  });

  test('records the sample once: a second start finds it there', async () => {
    const first = await startServer(dataDir);
    const [, events] = await first.prints(/holds (\d+) events/);
    await first.stop();
    const second = await startServer(dataDir);
    const [, eventsAgain] = await second.prints(/holds (\d+) events/);
    const { stdout } = await second.stop();

    expect(Number(events)).toBeGreaterThan(3);
    expect(eventsAgain).toBe(events);
    expect(stdout).not.toContain('SAMPLE');
  });

  test('leaves it empty with --empty', async () => {
    const server = await startServer(dataDir, ['--empty']);
    await server.prints(/holds 0 events/);
    const { countries } = (await (await fetch(`${server.url}/countries`)).json()) as { countries: unknown[] };
    const { exitCode, stdout } = await server.stop();

    expect(countries).toEqual([]);
    expect(stdout).not.toContain('SAMPLE');
    expect(exitCode).toBe(0);
  });

  test('writes what it does as JSON lines to stderr', async () => {
    const server = await startServer(dataDir, ['--empty', '--log-level', 'info']);
    const { stderr } = await server.stop();
    const messages = stderr
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(expect.arrayContaining(['log-opened', 'listening', 'stopping', 'stopped']));
  });
});

describe('serve stops before it begins', () => {
  test.each([
    [{ PORT: '70000' }, 'PORT="70000"'],
    [{ HOST: '0.0.0.0' }, 'HOST="0.0.0.0"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL="loud"'],
    [{ EVENTSTORE_URL: 'http://localhost:2113' }, 'EVENTSTORE_URL'],
    [{ EVENTSTORE_URL: 'esdb://a:b:c@localhost:2113' }, 'EVENTSTORE_URL: A connection string'],
    [{ EVENTSTORE_URL: 'esdb://localhost?tlsCAFile=none.crt' }, 'EVENTSTORE_URL: Failed to load certificate'],
  ])('with a wrong setting %j: named, exit 2, nothing created', async (variables, named) => {
    const { exitCode, stderr } = await runProgram(['serve', '--data-dir', dataDir], { variables });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(named);
    expect(existsSync(dataDir)).toBe(false);
  });

  async function refusal(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runProgram(['serve', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }

  test('when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const told = await refusal(['--port', `${port}`, '--data-dir', dataDir]);
    other.close();
    expect(told).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(told.trimEnd().split('\n')).toHaveLength(1);
  });

  test('when the data folder cannot be made', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await refusal(['--port', '0', '--data-dir', join(file, 'data')])).toContain('cannot be made');
  });

  /** Name → bytes, so that nothing written goes unseen. The map of the WAL in memory (`-shm`) belongs to readers too. */
  async function logFiles(): Promise<Record<string, string>> {
    const entries = await readdir(dataDir, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => name);
    const read = names.map(async (name) => [name, await readFile(join(dataDir, name), 'base64')] as const);
    return Object.fromEntries(await Promise.all(read));
  }

  test('when another process has the data folder, which goes on undisturbed', async () => {
    const server = await startServer(dataDir);
    await server.prints(/Open, or curl/);
    const before = await logFiles();
    const told = await refusal(['--port', '0', '--data-dir', dataDir]);
    const after = await logFiles();
    const entries = await timeline(server.url, '/countries/PK');
    const { exitCode } = await server.stop();
    expect(after).toEqual(before);
    expect(Object.keys(before)).toContain('log.db');
    expect(told).toContain('in use by another Chancery process');
    expect(entries.length).toBeGreaterThan(0);
    expect(exitCode).toBe(0);
  });
});
