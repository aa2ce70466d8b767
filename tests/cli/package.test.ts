import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startServer } from './server-process.ts';

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i;

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-package-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

function npm(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('npm', [...args], { cwd, timeout: 150_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

test('the packed program, installed with every install script denied, serves its sample', async () => {
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], process.cwd());
  expect(packed).toMatchObject({ exitCode: 0 });
  const [tarball = ''] = await readdir(folder);
  await writeFile(join(folder, 'package.json'), '{"private":true}');

  const install = [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    `./${tarball}`,
  ];
  const installed = await npm(install, folder);
  if (installed.exitCode !== 0 && UNREACHABLE.test(installed.output) && process.env['CI'] !== 'true') {
    process.stderr.write(`Skipped: the registry cannot be reached.\n${installed.output}\n`);
    return;
  }
  expect(installed).toMatchObject({ exitCode: 0 });

  const program = join(folder, 'node_modules/.bin/chancery');
  const server = await startServer(join(folder, 'data'), [], { program });
  await server.prints(/SAMPLE/);
  const response = await fetch(`${server.url}/countries/PK`);
  expect(response.status).toBe(200);
  expect((await server.stop()).exitCode).toBe(0);
}, 200_000);
