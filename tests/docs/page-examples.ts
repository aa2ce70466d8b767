import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROGRAM, type RunningServer, startServer } from '../cli/server-process.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { codeBlocks, ROOT } from './doc-pages.ts';
import { isNotRun } from './not-run.ts';

const run = promisify(execFile);

interface Example {
  readonly title: string;
  readonly command: string;
  /** The JSON block that follows: a part of what the command prints. */
  readonly answer: object | undefined;
}

/** The commands of a page, each with the answer that the page shows for it. */
export function examplesOf(page: string): readonly Example[] {
  const blocks = codeBlocks(page);
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh' || isNotRun(page, block)) return [];
    const next = blocks[index + 1];
    const answer = next?.language === 'json' ? (JSON.parse(next.text) as object) : undefined;
    return [{ title: block.text.slice(0, block.text.indexOf('\n')), command: block.text, answer }];
  });
}

/** Runs the commands of a page in their order, against a server with the sample history and the page's extensions. */
export function describeExamples(page: string): void {
  const examples = examplesOf(page);
  if (examples.length === 0) return;
  describe(`The commands of ${page}`, () => {
    let folder: string;
    let server: RunningServer | undefined;
    let eventStoreDb: WireServer | undefined;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'chancery-docs-'));
      symlinkSync(join(ROOT, 'src'), join(folder, 'src'));
      installProgram(folder);
      eventStoreDb = await new WireServer().start();
      server = await startServer(join(folder, 'data'), writeExtensions(page, folder));
      await server.waitForOutput(/The timeline of Pakistan/);
    });

    afterAll(async () => {
      await server?.stop();
      eventStoreDb?.stop();
      rmSync(folder, { recursive: true });
    });

    test.each(examples)('$title', async ({ command, answer }) => {
      const url = server?.url ?? '';
      const adapted = command
        .replaceAll('http://127.0.0.1:8080', url)
        .replaceAll('esdb://localhost:2113?tls=false', eventStoreDb?.connectionString ?? '')
        .replaceAll('npx chancery', `"${process.execPath}" "${PROGRAM}"`);
      const env = { ...process.env, PORT: new URL(url).port };
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', adapted], { cwd: folder, env });
      if (answer !== undefined) expect(JSON.parse(stdout)).toMatchObject(answer);
      if (!isProblem(answer)) expect(stdout).not.toMatch(/"status":[45]/);
    });
  });
}

/** Modules below the folder find the program as if it had been installed there. */
function installProgram(folder: string): void {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/chancery'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(folder, 'node_modules/zod'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

/** Writes the modules that a page shows, each named in its first line, and returns the flags that load them. */
export function writeExtensions(page: string, folder: string): readonly string[] {
  return codeBlocks(page).flatMap(({ language, text }) => {
    if (language !== 'js') return [];
    const [, name = ''] = /^\/\/ (\S+\.js)\n/.exec(text) ?? [];
    writeFileSync(join(folder, name), text);
    return ['--extension', join(folder, name)];
  });
}

function isProblem(answer: object | undefined): boolean {
  return answer !== undefined && 'status' in answer && Number(answer.status) >= 400;
}
