import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUITES = [
  'tests/contract',
  'tests/sqlite',
  'tests/http/events/post-events.test.ts',
  'tests/http/timelines/timelines.test.ts',
];
const NODE_24 = ['-y', '-p', 'node@24', 'node'];
const RUNS_ON_24 = Number.parseInt(process.versions.node, 10) >= 24;

interface Exit {
  readonly exitCode: number;
  readonly output: string;
}

const DOWNLOAD_TIMEOUT_MS = 200_000;
const SUITES_TIMEOUT_MS = 900_000;

/** Runs Node 24 from its npm package, which is downloaded the first time. */
function node24(args: readonly string[], timeoutMs: number): Promise<Exit> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: timeoutMs, maxBuffer: 64 << 20 };
    execFile('npx', [...NODE_24, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

const testOnOlderNode = RUNS_ON_24 ? test.skip : test;

testOnOlderNode(
  'the stores and the API pass their tests on Node 24, with its built-in SQLite',
  async () => {
    const version = await node24(['-p', 'process.version'], DOWNLOAD_TIMEOUT_MS);
    if (!version.output.includes('v24.')) {
      if (process.env['CI'] === 'true') throw new Error(`Node 24 is not available: ${version.output}`);
      process.stderr.write(`Skipped: Node 24 is not available from the registry.\n${version.output}\n`);
      return;
    }
    const jest = [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--maxWorkers=1',
      '--forceExit',
      ...SUITES,
    ];
    const { exitCode, output } = await node24(jest, SUITES_TIMEOUT_MS);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const [, passed = '0'] = /^Tests: .*?(\d+) passed/m.exec(output) ?? [];
    expect(Number(passed)).toBeGreaterThan(40);
  },
  DOWNLOAD_TIMEOUT_MS + SUITES_TIMEOUT_MS,
);
