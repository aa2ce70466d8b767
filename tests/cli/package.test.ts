import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeBlocks } from '../docs/doc-pages.ts';
import { examplesOf, writeExtensions } from '../docs/page-examples.ts';
import { type RunningServer, startServer } from './server-process.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i;

const ROOT = resolve(import.meta.dirname, '../..');
/** Pages that show a whole test file, which imports `chancery/testing`. */
const PAGES_WITH_TESTS = ['README.md', 'src/docs/testing.md'];

/** A package in CycloneDX. */
interface Component {
  readonly name: string;
  readonly purl: string;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

let folder = '';
let isInstalled = false;

interface Exit {
  readonly exitCode: number;
  readonly output: string;
}

function run(program: string, args: readonly string[], cwd: string): Promise<Exit> {
  return new Promise((settle) => {
    execFile(program, [...args], { cwd, timeout: INSTALL_TIMEOUT_MS }, (error, stdout, stderr) => {
      settle({ exitCode: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

/** Creates a project that has the packed program installed, without running install scripts. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-package-'));
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  expect(packed).toMatchObject({ exitCode: 0 });
  const [tarball = ''] = await readdir(folder);
  // For a list of packages, npm needs the name and the version of what they belong to.
  const manifest = { name: 'desk', version: '1.0.0', private: true, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const installed = await run('npm', ['install', ...options, `./${tarball}`], folder);
  if (installed.exitCode !== 0 && UNREACHABLE.test(installed.output) && process.env['CI'] !== 'true') {
    process.stderr.write(`Skipped: the registry cannot be reached.\n${installed.output}\n`);
    return;
  }
  expect(installed).toMatchObject({ exitCode: 0 });
  isInstalled = true;
}, INSTALL_TIMEOUT_MS);

const started: RunningServer[] = [];

afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('the packed program prints its version', async () => {
  if (!isInstalled) return;
  const program = join(folder, 'node_modules/.bin/chancery');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const printed = await run(process.execPath, [program, '--version'], tmpdir());
  expect(printed).toEqual({ exitCode: 0, output: `${version}\n` });
});

test('npm lists the packages that the program consists of, without those of its development', async () => {
  if (!isInstalled) return;
  const listed = await run('npm', ['sbom', '--sbom-format', 'cyclonedx'], folder);
  expect(listed).toMatchObject({ exitCode: 0 });
  const { components } = JSON.parse(listed.output) as { components: readonly Component[] };
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['chancery', ...Object.keys(manifest.dependencies)]));
  expect(names.filter((name) => ['jest', 'knip', 'playwright-core', 'typescript'].includes(name))).toEqual(
    [],
  );
  expect(components.every(({ purl }) => /^pkg:npm\/.+@\d/.test(purl))).toBe(true);
});

test('the packed program serves its sample', async () => {
  if (!isInstalled) return;
  const program = join(folder, 'node_modules/.bin/chancery');
  const server = await startServer(join(folder, 'data'), [], { program });
  started.push(server);
  await server.waitForOutput(/SAMPLE/);
  const response = await fetch(`${server.url}/countries/PK`);
  expect(response.status).toBe(200);
  const page = await (await fetch(`${server.url}/countries/PK`, { headers: { accept: 'text/html' } })).text();
  const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => `${server.url}${path}`);
  const responses = await Promise.all(assets.map((url) => fetch(url)));
  expect(responses.length).toBeGreaterThan(3);
  expect(responses.every(({ ok }) => ok)).toBe(true);
  expect((await server.stop()).exitCode).toBe(0);
});

test('the packed program serves the extension and the documentation that the README shows', async () => {
  if (!isInstalled) return;
  const program = join(folder, 'node_modules/.bin/chancery');
  const server = await startServer(join(folder, 'visas'), writeExtensions('README.md', folder), { program });
  started.push(server);
  const example = examplesOf('README.md').find(({ command }) => command.includes('VisaIssued'));
  const [, event = ''] = /-d '(.*)'/s.exec(example?.command ?? '') ?? [];
  const headers = { 'Content-Type': 'application/json' };
  const appended = await fetch(`${server.url}/events`, { method: 'POST', headers, body: event });
  expect(appended.status).toBe(201);
  const docs = await (await fetch(`${server.url}/docs/events`)).text();
  expect(docs).toContain('### VisaIssued');
  expect((await server.stop()).exitCode).toBe(0);
});

/** The packages that a user's tests need. They are linked from here instead of being installed again. */
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

describe('the test files that users are shown', () => {
  beforeAll(async () => {
    if (!isInstalled) return;
    for (const tool of TEST_TOOLS) {
      const link = join(folder, 'node_modules', tool);
      await mkdir(dirname(link), { recursive: true });
      // The program may depend on one of them itself.
      if (!existsSync(link)) await symlink(join(ROOT, 'node_modules', tool), link);
    }
    for (const [index, page] of PAGES_WITH_TESTS.entries()) {
      const shown = codeBlocks(page).find(({ text }) => text.includes("'chancery/testing'"));
      await writeFile(join(folder, `shown-${index}.test.ts`), shown?.text ?? '');
    }
    await copyFile(join(ROOT, 'src/sample/rare-earths-2025.ndjson'), join(folder, 'history.ndjson'));
    const config = codeBlocks('src/docs/testing.md').find(({ text }) =>
      text.includes('extensionsToTreatAsEsm'),
    );
    await writeFile(join(folder, 'jest.config.json'), config?.text ?? '');
  });

  test('compile as they are', async () => {
    if (!isInstalled) return;
    const options = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: ['node'] };
    const config = { compilerOptions: options, include: ['shown-*.test.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiled = await run(process.execPath, ['node_modules/typescript/bin/tsc'], folder);
    expect(compiled).toEqual({ exitCode: 0, output: '' });
  });

  test('pass as they are', async () => {
    if (!isInstalled) return;
    const jest = [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      // Without this, jest would not write the first snapshot in CI.
      '--ci=false',
      '--testMatch',
      '**/*.test.ts',
    ];
    const { exitCode, output } = await run(process.execPath, jest, folder);
    expect(output).toContain('3 passed, 3 total');
    expect(output).toContain('1 snapshot written');
    expect(exitCode).toBe(0);
  });
});
