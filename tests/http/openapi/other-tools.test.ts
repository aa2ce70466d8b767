import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT } from '../../docs/doc-pages.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

/* Tools of others that read `/openapi.json`. */

const run = promisify(execFile);
const require = createRequire(import.meta.url);

let chancery: Harness;
let folder = '';
let document = '';

beforeAll(async () => {
  chancery = await startHarness();
  folder = mkdtempSync(join(tmpdir(), 'chancery-openapi-'));
  document = join(folder, 'openapi.json');
  writeFileSync(document, (await ask(chancery.url, '/openapi.json')).text);
});
afterAll(async () => {
  await chancery.close();
  rmSync(folder, { recursive: true });
});

describe('/openapi.json', () => {
  test('passes the recommended rules of Redocly', async () => {
    const cli = require.resolve('@redocly/cli/bin/cli.js');
    // A redirect is all that a TimeGate and a form answer with, and servers without access control have no schemes.
    const skipped = ['operation-2xx-response', 'security-defined'].flatMap((rule) => ['--skip-rule', rule]);
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await run(process.execPath, [cli, 'lint', document, '--format', 'json', ...skipped], {
      env,
    });
    expect(JSON.parse(stdout).problems).toEqual([]);
  });

  test('becomes types for TypeScript with openapi-typescript', async () => {
    const types = join(folder, 'api.d.ts');
    await run(process.execPath, [
      require.resolve('openapi-typescript/bin/cli.js'),
      document,
      '--output',
      types,
    ]);
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--noEmit', '--target', 'es2023', '--module', 'nodenext', '--types', ''];
    const compiled = run(process.execPath, [tsc, ...options, 'program.ts'], { cwd: folder });
    expect(await compiled.catch(({ stdout }) => ({ stdout }))).toMatchObject({ stdout: '' });
  });
});

const PROGRAM = `
import type { components, operations } from './api.d.ts';

type Page = operations['getCountryTimeline']['responses'][200]['content']['application/json'];
type Query = NonNullable<operations['getCountryTimeline']['parameters']['query']>;
type Sent = NonNullable<operations['appendEvents']['requestBody']>['content']['application/json'];

export const query: Query = { types: ['MouSigned'], order: 'desc', limit: 20 };
// @ts-expect-error: there is no such order
export const wrongQuery: Query = { order: 'newest' };

export function headlines(page: Page): readonly string[] {
  // @ts-expect-error: entries have no such member
  page.entries.map(({ title }) => title);
  return page.entries.map(({ headline }) => headline);
}

const event = {
  type: 'MouTerminated',
  stream: 'mou-ussm-fwo-2025',
  occurred: '2025-12-01',
} as const;
export const sent: Sent = { ...event, sources: [{ outlet: 'Dawn' }], data: { terminatedOn: '2025-12-01' } };
// @ts-expect-error: the day is missing
export const incomplete: Sent = { ...event, sources: [{ outlet: 'Dawn' }], data: {} };

export function before(change: components['schemas']['FieldChange']): unknown {
  return change.before;
}
`;
