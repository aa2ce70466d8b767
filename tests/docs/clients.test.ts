import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { codeBlocks, ROOT } from './doc-pages.ts';

const run = promisify(execFile);
const PAGE = 'src/docs/clients.md';

let folder = '';
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-clients-'));
  server = await startServer(join(folder, 'data'));
  await server.waitForOutput(/The timeline of Pakistan/);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Writes the only block in the language, with the address of the server, and returns its file. */
function writeProgram(language: string, name: string): string {
  const [block, ...others] = codeBlocks(PAGE).filter((each) => each.language === language);
  if (block === undefined || others.length > 0) throw new Error(`${PAGE} needs one block in ${language}.`);
  const file = join(folder, name);
  writeFileSync(file, block.text.replace('http://127.0.0.1:8080', server.url));
  return file;
}

describe('The clients that the documentation shows', () => {
  test('in Python with the standard library alone: appends once, and reads page by page', async () => {
    const { stdout } = await run('python3', ['-I', writeProgram('py', 'client.py')]);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toMatch(/^2025-12 .*copper concentrate/);
  });

  test('in TypeScript, compiled against the packed tarball, without any other package at run time', async () => {
    const installed = join(folder, 'node_modules/chancery');
    mkdirSync(installed, { recursive: true });
    const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const { stdout: tarball } = await run('npm', pack, { cwd: ROOT });
    await run('tar', ['-xf', join(folder, tarball.trim()), '-C', installed, '--strip-components=1']);
    const program = writeProgram('ts', 'client.ts');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    await compile(program);
    const { stdout } = await run(process.execPath, [join(folder, 'client.js')]);
    const lines = stdout.trim().split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^2025-11 .*antimony/));
    expect(lines).toContain('invalid-event /occurred');
    expect(lines.at(-1)).toMatch(/^news \d+$/);
  });
});

/** The types of payloads come from zod, the library of schemas. It is gone when the program runs. */
async function compile(program: string): Promise<void> {
  const zod = join(folder, 'node_modules/zod');
  symlinkSync(join(ROOT, 'node_modules/zod'), zod);
  const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--strict', '--target', 'es2023'];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  await run(process.execPath, [...tsc, '--module', 'nodenext', ...types, program], { cwd: folder });
  rmSync(zod);
}
