import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderInUseError, lockDataFolder } from '../../src/sqlite/data-folder-lock.ts';
import { until } from './polling.ts';
import { environmentWith, observe, type RunningProgram } from './server-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['package.json', 'build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'src', 'projections'];
const LISTENING = /listening at (http:\S+)/;

let folder = '';
let dataDir = '';
let npm: RunningProgram | undefined;

/** Copies the project, because its scripts build it, and other tests run the build of this folder. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-npm-'));
  dataDir = join(folder, 'data');
  for (const source of SOURCES) await cp(join(ROOT, source), join(folder, source), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(async () => {
  killGroup(npm?.child.pid);
  await npm?.ended;
  npm = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Replaces the TypeScript compiler of the copy by a script. */
async function replaceCompiler(script: string): Promise<void> {
  const bin = join(folder, 'node_modules/typescript/bin');
  await rm(join(folder, 'node_modules'));
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'tsc'), script);
}

/** Starts npm as the leader of a process group, as a shell does. */
function startNpm(...args: readonly string[]): RunningProgram {
  const env = environmentWith({ PORT: '0', DATA_DIR: dataDir });
  npm = observe(spawn('npm', [...args], { cwd: folder, env, detached: true }));
  return npm;
}

/** Kills the processes that a failed test has left. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Every process of the group has ended.
  }
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function isLocked(): boolean {
  try {
    lockDataFolder(dataDir).release();
    return false;
  } catch (error) {
    if (error instanceof DataFolderInUseError) return true;
    throw error;
  }
}

/** Sends SIGTERM to npm alone, and waits until the server has closed its port and released the data folder. */
async function expectStop({ child, ended }: RunningProgram, url: string): Promise<void> {
  expect([await isListening(url), isLocked()]).toEqual([true, true]);
  child.kill('SIGTERM');
  await until(async () => !(await isListening(url)) && !isLocked());
  await ended;
}

describe('npm start', () => {
  test('builds and serves, and stops the server when npm gets SIGTERM', async () => {
    const started = startNpm('start');
    const [, url = ''] = await started.waitForOutput(LISTENING);
    await expectStop(started, url);
    expect((await started.ended).exitCode).toBe(0);
  });

  test('stops the build when npm gets SIGTERM', async () => {
    await replaceCompiler(
      `const parent = process.ppid;
       console.log('compiling');
       setInterval(() => process.ppid === parent || process.exit(), 20);`,
    );
    const { child, ended, waitForOutput } = startNpm('start');
    await waitForOutput(/compiling/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: null, stdout: expect.not.stringMatching(LISTENING) });
  });
});

describe('npm run dev', () => {
  test('restarts the server when a source changes, and stops it when npm gets SIGTERM', async () => {
    const started = startNpm('run', 'dev');
    await started.waitForOutput(LISTENING);
    await appendFile(join(folder, 'projections/country.ts'), '// changed\n');
    const [, url = ''] = await started.waitForOutput(/listening at[\s\S]*listening at (http:\S+)/);
    await expectStop(started, url);
  });
});
