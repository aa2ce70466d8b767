import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runWithMounts, testWithMount } from './mounted-folder.ts';
import { environmentWith, observe, PROGRAM, type ProgramExit, runProgram } from './server-process.ts';

const SAMPLE = 'src/sample/rare-earths-2025.ndjson';

/** A folder with a log, which each test copies. */
let template = '';
let exported = '';
let folder = '';

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'chancery-output-log-'));
  const dataDir = join(template, 'data');
  await runProgram(['import', SAMPLE, '--data-dir', dataDir]);
  exported = (await runProgram(['export', '--data-dir', dataDir])).stdout;
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-output-'));
  await cp(template, folder, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function exportTo(...file: readonly string[]): Promise<ProgramExit> {
  return runProgram(['export', ...file, '--data-dir', at('data')]);
}

/** Runs a shell script in the folder. `chancery` runs the built program. */
function runShell(script: string): Promise<ProgramExit> {
  const text = `chancery() { "${process.execPath}" "${PROGRAM}" "$@"; }\n${script}`;
  const env = environmentWith({ DATA_DIR: at('data') });
  return observe(spawn('bash', ['--norc', '-euc', text], { cwd: folder, env })).ended;
}

const text = (name: string): Promise<string> => readFile(at(name), 'utf8');
const partFiles = async () => (await readdir(folder)).filter((name) => name.endsWith('.part'));

describe('export writes to what it is given', () => {
  test('the file behind a symbolic link, which stays a link', async () => {
    await symlink('new.ndjson', at('link'));
    expect((await exportTo(at('link'))).exitCode).toBe(0);
    expect([await text('new.ndjson'), await text('link')]).toEqual([exported, exported]);
  });

  test('a file that exists, which keeps its mode', async () => {
    await writeFile(at('private'), 'old', { mode: 0o600 });
    await exportTo(at('private'));
    expect([await text('private'), (await stat(at('private'))).mode & 0o777]).toEqual([exported, 0o600]);
    expect(await partFiles()).toEqual([]);
  });

  test('a named pipe, as soon as it has a reader', async () => {
    const { exitCode, stdout } = await runShell('mkfifo pipe; chancery export pipe & cat pipe; wait $!');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: exported });
  });

  test('a named pipe whose reader leaves', async () => {
    const { exitCode } = await runShell('mkfifo pipe; chancery export pipe & head -c 1 pipe; wait $!');
    expect(exitCode).toBe(0);
  });

  test('devices', async () => {
    expect(await exportTo('/dev/null')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect((await exportTo('/dev/stdout')).stdout).toBe(exported);
    expect((await runShell('chancery export /dev/stdout | cat')).stdout).toBe(exported);
    await runShell('echo before > file; chancery export /dev/stdout >> file');
    expect(await text('file')).toBe(`before\n${exported}`);
  });

  test('nothing after SIGTERM, even while it waits for the reader of a pipe', async () => {
    const { exitCode } = await runShell(
      `mkfifo pipe; timeout -s TERM 2 "${process.execPath}" "${PROGRAM}" export pipe`,
    );
    expect(exitCode).toBe(124);
  });
});

describe('export refuses a file of a data folder', () => {
  test.each([
    'data/log.db',
    'data/log.db-wal',
    'data/lock.db',
    'data/tree.db',
    'data/inbox.db',
    'data/log.key',
    'data/checkpoint',
    'data/views/country.1.db',
    'other/log.db',
    'link',
    'hard-link',
    'link-to-folder/log.db',
  ])('%s', async (name) => {
    await mkdir(at('data/views'));
    await mkdir(at('other'));
    await writeFile(at('other/log.db'), 'another log');
    await symlink('data/log.db', at('link'));
    await link(at('data/log.db'), at('hard-link'));
    await symlink('data', at('link-to-folder'));
    const before = await readFile(at('data/log.db'));
    const { exitCode, stderr } = await exportTo(at(name));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^chancery: .* is a file of the data folder .*, so nothing was written\n$/);
    expect(await readFile(at('data/log.db'))).toEqual(before);
    expect(await text('other/log.db')).toBe('another log');
  });

  test('as its stdout', async () => {
    const before = await readFile(at('data/log.db'));
    const { exitCode, stderr } = await runShell('chancery export >> data/log.db');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('stdout is a file of'),
    });
    expect(await readFile(at('data/log.db'))).toEqual(before);
  });
});

describe('errors of the system are one line that names the right thing', () => {
  const LONG = 'x'.repeat(300);

  test.each([
    ['export data', 'data cannot be written: it is a folder'],
    ['export missing/file', 'missing/file cannot be written: its folder does not exist (ENOENT)'],
    ['export file/file', 'file/file cannot be written: part of the path is a file (ENOTDIR)'],
    ['export loop', 'loop cannot be written: its symbolic links lead in a circle (ELOOP)'],
    [`export ${LONG}`, `${LONG} cannot be written: the name is too long (ENAMETOOLONG)`],
    ['export /dev/full', '/dev/full cannot be written: its disk is full (ENOSPC)'],
    ['export > /dev/full', 'stdout cannot be written: its disk is full (ENOSPC)'],
    ['import data', 'data cannot be read: it is a folder'],
    ['import missing', 'missing cannot be read: no such file or folder (ENOENT)'],
    ['import loop', 'loop cannot be read: its symbolic links lead in a circle (ELOOP)'],
    ['serve --data-dir /proc/xx', 'the data folder /proc/xx cannot be created (ENOENT)'],
    [
      `serve --data-dir /tmp/${LONG}`,
      `the data folder /tmp/${LONG} cannot be used: the name is too long (ENAMETOOLONG)`,
    ],
    ['serve --data-dir file', 'cannot be created: part of its path is a file'],
  ])('%.50s', async (command, message) => {
    await writeFile(at('file'), '');
    await symlink('loop', at('loop'));
    const { exitCode, stdout, stderr } = await runShell(`chancery ${command}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a working directory that was deleted', async () => {
    const { exitCode, stderr } = await runShell('mkdir gone; cd gone; rmdir ../gone; chancery export');
    const message = 'chancery: the working directory was deleted: change to another one\n';
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: message });
  });

  testWithMount(
    'a disk that is full: an export names the output, and leaves the file as it was',
    async () => {
      const script = `
      mkdir "$1/disk"; mount -t tmpfs -o size=64k tmpfs "$1/disk"
      echo old > "$1/disk/file"; dd if=/dev/zero of="$1/disk/filler" bs=1k 2>/dev/null || true
      chancery export "$1/disk/file" --data-dir "$1/data" || ls -A "$1/disk" && cat "$1/disk/file"`;
      const { stdout, stderr } = await runWithMounts(script, folder);
      expect(stderr).toContain(`${at('disk/file')} cannot be written: its disk is full (ENOSPC)`);
      expect(stdout).toBe('file\nfiller\nold\n');
    },
  );

  testWithMount('a read-only data folder: it can be exported, and not served', async () => {
    const script = `
      mount --bind "$1/data" "$1/data"; mount -o remount,bind,ro "$1/data"
      chancery export --data-dir "$1/data"; chancery serve --port 0 --log-level fatal --data-dir "$1/data"`;
    const { exitCode, stdout, stderr } = await runWithMounts(script, folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: exported });
    const [unaudited, refused] = stderr.split('\n');
    expect(unaudited).toMatch(/^this is not in the audit log of \S+data: /);
    expect(refused).toBe(`chancery: the data folder ${at('data')} can be read, but not written (EROFS)`);
  });

  testWithMount('a disk that became full: the server stops and starts again', async () => {
    const script = `
      mkdir "$1/disk"; mount -t tmpfs -o size=6m tmpfs "$1/disk"
      serve() {
        "${process.execPath}" "${PROGRAM}" serve --port 0 --log-level fatal --data-dir "$1" > "$2" &
        server=$!
        until grep -qs browser "$2"; do kill -0 $server; sleep 0.1; done
      }
      stop() { kill $server; wait $server; }
      serve "$1/disk/data" "$1/first"
      dd if=/dev/zero of="$1/disk/filler" bs=1k 2>/dev/null || true
      stop
      for round in 1 2 3; do serve "$1/disk/data" "$1/again$round"; stop; done`;
    const { exitCode, stderr } = await runWithMounts(script, folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(existsSync(at('again3'))).toBe(true);
  });
});
