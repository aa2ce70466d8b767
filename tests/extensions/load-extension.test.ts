import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transform } from '@swc/core';
import { type ProgramExit, type RunningServer, runProgram, startServer } from '../cli/server-process.ts';

const EXPORTS = 'export const eventTypes = [visaIssued];\nexport const projections = [visas, visaCounts];\n';

/** A folder in which the program and zod are installed. */
let folder: string;
let visa: string;
let faults = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-extension-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules/chancery'));
  await symlink(resolve('node_modules/zod'), join(folder, 'node_modules/zod'));
  const source = await readFile('tests/extensions/visa.ts', 'utf8');
  const { code } = await transform(source.replace('../../src/index.ts', 'chancery'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  visa = await extension('visa.mjs', `${code}\n${EXPORTS}`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function extension(name: string, code: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, code);
  return path;
}

const issued = {
  type: 'VisaIssued',
  stream: 'visa-1',
  id: '01999c0e-6b1c-7d5f-8a3e-2f4b6c8d0e12',
  occurred: '2025-10-01',
  data: { issuer: 'China', holder: { name: 'A. Khan', kind: 'person', country: 'PK' }, purpose: 'work' },
  sources: [{ outlet: 'Dawn' }],
};

describe('an extension', () => {
  test('adds event types and projections to every command, and across restarts', async () => {
    const dataDir = join(folder, 'data');
    const run = (...args: readonly string[]) =>
      runProgram([...args, '--data-dir', dataDir, '--extension', visa], {
        input: `${JSON.stringify(issued)}\n`,
      });
    expect(await run('import', '-')).toMatchObject({ exitCode: 0 });
    const byFlag = startServer(dataDir, ['--empty', '--extension', visa]);
    await withServer(byFlag, (url) => appendAndRead(url, 'visa-2'));
    const byVariable = startServer(dataDir, ['--empty'], { variables: { EXTENSIONS: visa } });
    await withServer(byVariable, (url) => appendAndRead(url, 'visa-3'));
    const rebuilt = await run('rebuild', 'visas');
    expect(rebuilt.stderr).toContain('visas: rebuilt from 3 events');
    const exported = await run('export', '--country', 'PK');
    expect(exported.stdout.match(/"type":"VisaIssued"/g)).toHaveLength(3);
  }, 60_000);

  test.each<[fault: string, code: string, message: RegExp]>([
    ['exports nothing', 'export {};', /exports neither eventTypes nor projections/],
    ['has a syntax error', 'export const = 1;', /cannot be loaded: Unexpected token/],
    [
      'exports a type, not a list',
      'export const eventTypes = {};',
      /exports eventTypes that is not an array/,
    ],
    [
      'has a type with an incomplete definition',
      "export const eventTypes = [{ name: 'VisaIssued', category: 'visa', label: 'Visa' }];",
      /is refused: Event type VisaIssued needs a description/,
    ],
    [
      'has an example that its own schema refuses',
      `import { z } from 'zod';
       export const eventTypes = [{
         name: 'VisaIssued', category: 'visa', lane: 'Visas', label: 'Visa', description: 'A visa.', version: 1,
         data: z.strictObject({ days: z.number() }), headline: () => 'x', countries: () => [],
         example: { occurred: '2025', data: { days: 'ten' } },
       }];`,
      /Event type VisaIssued has an example that its data refuses, at \/days/,
    ],
    [
      'takes the name of a built-in type',
      `import { z } from 'zod';
       export const eventTypes = [{
         name: 'MouSigned', category: 'mou', lane: 'Agreements', label: 'Mine', description: 'Mine.', version: 1,
         data: z.strictObject({}), headline: () => 'x', countries: () => [],
         example: { occurred: '2025', data: {} },
       }];`,
      /Event type MouSigned is defined already/,
    ],
    [
      'takes the name of a built-in projection',
      "export const projections = [{ name: 'country', version: 1, partitionBy() {}, entry() {} }];",
      /There is a projection country already/,
    ],
    [
      'has a projection without its functions',
      "export const projections = [{ name: 'mine', version: 1 }];",
      /The projection mine needs the functions partitionBy and entry/,
    ],
  ])('that %s stops the start with one line and leaves no data folder', async (_fault, code, message) => {
    const path = await extension(`faulty-${faults++}.mjs`, code);
    expectRefusal(await serve(path), path, message);
  });

  test('that does not exist stops the start with one line', async () => {
    const path = join(folder, 'missing.mjs');
    expectRefusal(await serve(path), path, /cannot be loaded: Cannot find module/);
  });
});

async function withServer(
  starting: Promise<RunningServer>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = await starting;
  try {
    await use(server.url);
  } finally {
    expect(await server.stop()).toMatchObject({ exitCode: 0 });
  }
}

/** Appends a visa and finds it on the extension's own timeline as soon as that has caught up. */
async function appendAndRead(url: string, stream: string): Promise<void> {
  const { id, ...event } = issued;
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...event, stream }),
  });
  const { events } = (await response.json()) as { events: readonly [{ position: string }] };
  const timeline = `${url}/projections/visas/timelines/CN?after=${events[0].position}`;
  let answer = await fetch(timeline);
  while (answer.status === 503) answer = await fetch(timeline);
  expect(await answer.json()).toMatchObject({
    entries: expect.arrayContaining([expect.objectContaining({ stream, holder: 'A. Khan' })]),
  });
}

function serve(path: string): Promise<ProgramExit> {
  return runProgram(['serve', '--port', '0', '--data-dir', join(folder, 'none'), '--extension', path]);
}

function expectRefusal({ exitCode, stdout, stderr }: ProgramExit, path: string, message: RegExp): void {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toContain(`chancery: The extension ${path} `);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
}
