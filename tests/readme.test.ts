import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROGRAM, type RunningServer, startServer } from './cli/server-process.ts';
import { WireServer } from './eventstoredb/wire-server/wire-server.ts';

const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms),
].map(([, language = '', text = '']) => ({ language, text }));

/** Run by whoever runs this: the gate types the second, and the tests of the command line do what the first does. */
const SET_UP = /^npm install && npm (start|test)\n$/;
/** Runs until it is stopped: a test of its own. */
const SERVE_ON_EVENTSTOREDB = /^EVENTSTORE_URL='(\S+)' npm start\n$/;
/** Takes minutes, and tells figures that are this machine's. */
const BENCH = /^npm run bench/;

/** Each command with the answer that the README shows for it, where it shows one. */
const commands = blocks
  .map((block, index) => ({ ...block, answer: blocks[index + 1] }))
  .filter(
    ({ language, text }) =>
      language === 'sh' && ![SET_UP, SERVE_ON_EVENTSTOREDB, BENCH].some((other) => other.test(text)),
  )
  .map(({ text, answer }) => ({
    title: text.slice(0, text.indexOf('\n')),
    text,
    answer: answer?.language === 'json' ? answer.text : undefined,
  }));

describe('The README', () => {
  let folder: string;
  let server: RunningServer;
  let eventStoreDb: WireServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-readme-'));
    symlinkSync(join(root, 'src'), join(folder, 'src'));
    eventStoreDb = await new WireServer().start();
    server = await startServer(join(folder, 'data'));
    await server.prints(/The timeline of Pakistan/);
  });

  afterAll(async () => {
    await server.stop();
    eventStoreDb.stop();
    rmSync(folder, { recursive: true });
  });

  test('has the two commands that do all the set-up', () => {
    expect(blocks.filter(({ text }) => SET_UP.test(text))).toHaveLength(2);
  });

  test.each(commands)('does what it says: $title', async ({ text, answer }) => {
    const command = text
      .replaceAll('http://127.0.0.1:8080', server.url)
      .replaceAll('esdb://localhost:2113?tls=false', eventStoreDb.connectionString)
      .replaceAll('npx chancery', `"${process.execPath}" "${PROGRAM}"`);
    const env = { ...process.env, PORT: new URL(server.url).port };
    const { stdout } = await run('bash', ['-euc', command], { cwd: folder, env });
    if (answer !== undefined) expect(JSON.parse(stdout)).toMatchObject(JSON.parse(answer));
    if (!answer?.includes('"errors"')) expect(stdout).not.toMatch(/"status":[45]/);
  });

  test('starts on EventStoreDB as it says', async () => {
    const [address] = blocks.flatMap(({ text }) => SERVE_ON_EVENTSTOREDB.exec(text)?.[1] ?? []);
    expect(address).toBe('esdb://localhost:2113?tls=false');
    const variables = { EVENTSTORE_URL: eventStoreDb.connectionString };
    const onEventStoreDb = await startServer(join(folder, 'data-elsewhere'), [], { variables });
    await onEventStoreDb.prints(/The log is at esdb:.*\nOpen/s);
    expect(await onEventStoreDb.stop()).toMatchObject({ exitCode: 0 });
  });

  test('declares projections that compile as they stand', async () => {
    const declared = blocks.filter(
      ({ language, text }) => language === 'ts' && text.includes('../src/index.ts'),
    );
    expect(declared).toHaveLength(2);
    const project = join(folder, 'project');
    mkdirSync(project);
    for (const name of ['src', 'node_modules']) symlinkSync(join(root, name), join(project, name));
    cpSync(join(root, 'projections'), join(project, 'projections'), { recursive: true });
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    for (const [index, { text }] of declared.entries()) {
      writeFileSync(join(project, 'projections', `declared-${index}.ts`), text);
    }
    const options = { extends: join(root, 'tsconfig.json'), compilerOptions: { rootDir: '/' } };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ ...options, include: ['projections'] }));
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
  });
});
