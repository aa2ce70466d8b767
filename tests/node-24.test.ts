import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUITES = ['tests/contract', 'tests/sqlite', 'tests/http'];
const NODE_24 = ['-y', '-p', 'node@24', 'node'];
const RUNS_ON_24 = Number.parseInt(process.versions.node, 10) >= 24;

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** npm brings the binary as a package; the first time it is downloaded. */
function node24(args: readonly string[], timeoutMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: timeoutMs, maxBuffer: 64 << 20 };
    execFile('npx', [...NODE_24, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

const onAnotherNode = RUNS_ON_24 ? test.skip : test;

onAnotherNode(
  'the stores and the API hold on Node 24, with the SQLite that is built into it',
  async () => {
    const found = await node24(['-p', 'process.version'], 120_000);
    if (!found.output.includes('v24.')) {
      if (process.env['CI'] === 'true') throw new Error(`Node 24 cannot be had: ${found.output}`);
      process.stderr.write(`Skipped: Node 24 cannot be had from the registry.\n${found.output}\n`);
      return;
    }
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--maxWorkers=1', ...SUITES];
    const { exitCode, output } = await node24(jest, 300_000);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const [, passed = '0'] = /^Tests: .*?(\d+) passed/m.exec(output) ?? [];
    expect(Number(passed)).toBeGreaterThan(40);
  },
  430_000,
);
