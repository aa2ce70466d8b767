import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from './server-process.ts';

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i;

const ROOT = resolve(import.meta.dirname, '../..');
/** Tells users how to test, with a whole test file. */
const MANUAL = join(ROOT, 'README.md');

let folder = '';
let isInstalled = false;

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((settle) => {
    execFile(program, [...args], { cwd, timeout: 150_000 }, (error, stdout, stderr) => {
      settle({ exitCode: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

/** A project with the packed program, every install script denied. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-package-'));
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  expect(packed).toMatchObject({ exitCode: 0 });
  const [tarball = ''] = await readdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const installed = await run('npm', ['install', ...options, `./${tarball}`], folder);
  if (installed.exitCode !== 0 && UNREACHABLE.test(installed.output) && process.env['CI'] !== 'true') {
    process.stderr.write(`Skipped: the registry cannot be reached.\n${installed.output}\n`);
    return;
  }
  expect(installed).toMatchObject({ exitCode: 0 });
  isInstalled = true;
}, 200_000);

const started: RunningServer[] = [];

afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('the packed program serves its sample', async () => {
  if (!isInstalled) return;
  const program = join(folder, 'node_modules/.bin/chancery');
  const server = await startServer(join(folder, 'data'), [], { program });
  started.push(server);
  await server.prints(/SAMPLE/);
  const response = await fetch(`${server.url}/countries/PK`);
  expect(response.status).toBe(200);
  const page = await (await fetch(`${server.url}/countries/PK`, { headers: { accept: 'text/html' } })).text();
  const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, address]) => `${server.url}${address}`);
  const answers = await Promise.all(assets.map((address) => fetch(address)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await server.stop()).exitCode).toBe(0);
}, 60_000);

/** What a user has besides to test with; taken from here instead of being installed again. */
const TEST_TOOLS = [
  'jest',
  '@jest/globals',
  'expect',
  '@swc/jest',
  '@swc/core',
  'typescript',
  '@types/node',
  'fast-check',
];

describe('the test file that users are shown', () => {
  beforeAll(async () => {
    if (!isInstalled) return;
    for (const tool of TEST_TOOLS) {
      const link = join(folder, 'node_modules', tool);
      await mkdir(dirname(link), { recursive: true });
      // The program may have brought one of them along.
      if (!existsSync(link)) await symlink(join(ROOT, 'node_modules', tool), link);
    }
    const blocks = (await readFile(MANUAL, 'utf8')).matchAll(/^```ts\n(.*?)^```$/gms);
    const [shown = ''] = [...blocks].flatMap(([, text = '']) =>
      text.includes("'chancery/testing'") ? [text] : [],
    );
    await writeFile(join(folder, 'party.test.ts'), shown);
    await copyFile(join(ROOT, 'src/sample/rare-earths-2025.ndjson'), join(folder, 'history.ndjson'));
    await copyFile(join(ROOT, 'jest.config.json'), join(folder, 'jest.config.json'));
  });

  test('compiles as it stands', async () => {
    if (!isInstalled) return;
    const options = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: ['node'] };
    const config = { compilerOptions: options, include: ['party.test.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiled = await run(process.execPath, ['node_modules/typescript/bin/tsc'], folder);
    expect(compiled).toEqual({ exitCode: 0, output: '' });
  }, 60_000);

  test('passes as it stands', async () => {
    if (!isInstalled) return;
    const jest = [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      // A user who tries it writes the first snapshot, also where this runs in CI.
      '--ci=false',
      '--testMatch',
      '**/*.test.ts',
    ];
    const { exitCode, output } = await run(process.execPath, jest, folder);
    expect(output).toContain('2 passed, 2 total');
    expect(output).toContain('1 snapshot written');
    expect(exitCode).toBe(0);
  }, 60_000);
});
