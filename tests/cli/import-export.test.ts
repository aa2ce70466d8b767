import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { olderLines } from '../append/older-history.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { until } from './polling.ts';
import { type ProgramExit, runProgram, startProgram, startServer } from './server-process.ts';

const SAMPLE = 'src/sample/rare-earths-2025.ndjson';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-import-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function importInto(dataDir: string, file: string, input?: string): Promise<ProgramExit> {
  return runProgram(['import', file, '--data-dir', at(dataDir)], input === undefined ? {} : { input });
}

async function exported(dataDir: string): Promise<string> {
  const { exitCode, stdout } = await runProgram(['export', '--data-dir', at(dataDir)]);
  expect(exitCode).toBe(0);
  return stdout;
}

async function generatedFile(name: string, count: number, seed = 1): Promise<string> {
  const lines = [...generateEvents(count, seed)].map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(at(name), lines.join(''));
  return at(name);
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('an import', () => {
  const shipment = (implemented: string) => ({
    type: 'ShipmentAnnounced',
    occurred: '2025-10',
    data: {
      origin: { country: 'PK' },
      destination: { country: 'US' },
      goods: [{ description: 'antimony' }],
      implements: [implemented],
    },
    sources: [{ outlet: 'Dawn' }],
  });
  const file = (...implemented: readonly string[]) =>
    implemented.map((stream) => `${JSON.stringify(shipment(stream))}\n`).join('');

  test('shows how many warnings there were, and the first ones with their lines', async () => {
    const { exitCode, stderr } = await importInto('data', '-', `\n${file('mou-a', 'mou-b')}`);
    expect(exitCode).toBe(0);
    expect(linesOf(stderr)).toEqual([
      'recorded 2, repeated 0',
      '2 warnings',
      '  stdin:2: /data/implements/0: Nothing is recorded yet under mou-a. (unknown-record)',
      '  stdin:3: /data/implements/0: Nothing is recorded yet under mou-b. (unknown-record)',
    ]);
  });

  test('shows five warnings and counts the rest', async () => {
    const text = file(...Array.from({ length: 7 }, (_, index) => `mou-${index}`));
    const { stderr } = await importInto('data', '-', text);
    const [, count, ...shown] = linesOf(stderr);
    expect([count, shown.length, shown[0], shown[5]]).toEqual([
      '7 warnings',
      6,
      expect.stringContaining('stdin:1: '),
      '  and 2 more',
    ]);
  });
});

describe('an exported history that is imported', () => {
  test('is identical, byte for byte: positions, revisions, instants, actors', async () => {
    const events = await generatedFile('events.ndjson', 400);
    expect((await importInto('first', SAMPLE)).exitCode).toBe(0);
    expect((await importInto('first', events)).stderr).toContain('recorded 400, repeated 0');
    const before = await exported('first');
    await writeFile(at('export.ndjson'), before);

    const { exitCode } = await importInto('second', at('export.ndjson'));

    expect(exitCode).toBe(0);
    expect(linesOf(before).length).toBeGreaterThan(400);
    expect(before).toContain('"type":"EventCorrected"');
    expect(await exported('second')).toBe(before);
  });

  test('keeps the payloads of older schema versions', async () => {
    const text = olderLines.map((line) => `${line}\n`).join('');
    expect((await importInto('data', '-', text)).stderr).toContain('recorded 3, repeated 0');
    expect(await exported('data')).toBe(text);
  });

  test('is skipped when it is imported again', async () => {
    const events = await generatedFile('events.ndjson', 50);
    await importInto('data', events);
    const before = await exported('data');
    await writeFile(at('export.ndjson'), before);

    expect((await importInto('data', events)).stderr).toContain('recorded 0, repeated 50');
    expect((await importInto('data', at('export.ndjson'))).stderr).toContain('recorded 0, repeated 50');
    expect(await exported('data')).toBe(before);
  });

  test('is written to a file that gets its name once it is complete', async () => {
    await importInto('data', SAMPLE);
    const args = ['export', at('out.ndjson'), '--data-dir', at('data')];
    expect((await runProgram(args)).exitCode).toBe(0);
    expect(await readFile(at('out.ndjson'), 'utf8')).toBe(await exported('data'));
    expect(existsSync(at('out.ndjson.part'))).toBe(false);
  });

  test('can be exported while a server is running', async () => {
    const server = await startServer(at('data'));
    await server.waitForOutput(/Open in a browser/);
    const lines = linesOf(await exported('data'));
    await server.stop();
    expect(lines.length).toBe(linesOf(await readFile(SAMPLE, 'utf8')).length);
  });

  test('can be written to a pipe that closes early', async () => {
    await importInto('data', await generatedFile('events.ndjson', 300));
    const { child, ended } = startProgram(['export', '--data-dir', at('data')]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { exitCode, stderr } = await ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('export --as-of', () => {
  const exportAsOf = (asOf: string): Promise<ProgramExit> =>
    runProgram(['export', '--data-dir', at('data'), '--as-of', asOf]);
  /** Three events, recorded on 2024-11-05, 2024-11-20 and 2024-12-01 at 10:00. */
  const history = olderLines.map((line) => `${line}\n`).join('');

  test('ends with the last event recorded by then', async () => {
    await importInto('data', '-', history);
    const first = { exitCode: 0, stdout: `${olderLines[0]}\n`, stderr: '' };
    expect(await exportAsOf('1')).toEqual(first);
    expect(await exportAsOf('2024-11-20T09:59:59Z')).toEqual(first);
    expect(await exportAsOf('2025-01-01T00:00:00Z')).toMatchObject({ exitCode: 0, stdout: history });
  });

  test.each([
    ['2099-01-01T00:00:00Z', 'is in the future; the last event was recorded at 2024-12-01T10:00:00.000Z'],
    ['4', 'the log ends at 3, recorded at 2024-12-01T10:00:00.000Z'],
    ['2024-11-05T09:00:00Z', 'the log begins at 2024-11-05T10:00:00.000Z'],
    ['yesterday', 'expected a position, or an instant such as 2025-10-13T07:00:00Z'],
  ])('refuses %s, which is not a point of the log', async (asOf, reason) => {
    await importInto('data', '-', history);
    const refused = { exitCode: 2, stdout: '', stderr: `chancery: --as-of ${asOf}: ${reason}\n` };
    expect(await exportAsOf(asOf)).toEqual(refused);
  });

  test('is refused while the log is empty', async () => {
    await importInto('data', '-', '');
    const { exitCode, stderr } = await exportAsOf('2024-11-05T09:00:00Z');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the log is empty'),
    });
  });
});

describe('import', () => {
  test('reads stdin', async () => {
    const { stderr } = await importInto('data', '-', await readFile(SAMPLE, 'utf8'));
    expect(stderr).toMatch(/recorded \d+, repeated 0/);
  });

  test('gives a line without an id the same id each time', async () => {
    const [first] = generateEvents(1);
    const { id: _id, stream: _stream, ...sent } = first ?? {};
    const line = JSON.stringify(sent);
    expect((await importInto('data', '-', line)).stderr).toContain('recorded 1, repeated 0');
    expect((await importInto('data', '-', line)).stderr).toContain('recorded 0, repeated 1');
  });

  test('stops at an invalid event, names the field, and keeps the lines before it', async () => {
    const good = linesOf(await readFile(await generatedFile('good.ndjson', 5), 'utf8'));
    const broken = { ...(JSON.parse(good[4] ?? '') as object), occurred: '2025-02-30' };
    const text = [...good.slice(0, 4), '', JSON.stringify(broken)].join('\n');

    const { exitCode, stderr } = await importInto('data', '-', text);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('recorded 4, repeated 0');
    expect(stderr).toContain('stdin:6: /occurred: ');
    expect(linesOf(await exported('data'))).toHaveLength(4);
  });

  test('stops at invalid JSON and prints line and column', async () => {
    const { exitCode, stderr } = await importInto('data', '-', '\n{"type":\n');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/stdin:2:\d+: /);
  });

  test('limits the length of a line', async () => {
    const { exitCode, stderr } = await importInto('data', '-', 'x'.repeat(3 << 20));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('stdin:1: the line is too long');
  });

  async function hasEvents(dataDir: string): Promise<boolean> {
    try {
      const reader = new SqliteEventReader(dataDir);
      const events = await reader.countAfter();
      reader.close();
      return events > 0;
    } catch {
      // The log does not exist yet, or is being created.
      return false;
    }
  }

  test.each(['SIGINT', 'SIGKILL'] as const)('resumes after %s', async (signal) => {
    const count = 3_000;
    const events = await generatedFile('events.ndjson', count);
    const { child, ended } = startProgram(['import', '-', '--data-dir', at('data')]);
    // Without the end of its input, the import cannot complete before the signal.
    const lines = linesOf(await readFile(events, 'utf8')).slice(0, count / 3);
    child.stdin?.write(`${lines.join('\n')}\n`);
    await until(() => hasEvents(at('data')));
    child.kill(signal);
    const stopped = await ended;
    expect(stopped.exitCode).toBe(signal === 'SIGINT' ? 130 : null);
    if (signal === 'SIGINT') expect(stopped.stderr).toContain('run the same import again');

    const { exitCode, stderr } = await importInto('data', events);

    const [, recorded, repeated] = /recorded (\d+), repeated (\d+)/.exec(stderr) ?? [];
    expect(exitCode).toBe(0);
    expect(Number(recorded)).toBeGreaterThan(0);
    expect(Number(recorded) + Number(repeated)).toBe(count);
    const ids = linesOf(await exported('data')).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(count);
  });

  test('prints how to send the file to a running server that has the folder open', async () => {
    const server = await startServer(at('data'), ['--empty']);
    const { exitCode, stderr } = await importInto('data', SAMPLE);
    await server.stop();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('in use by another Chancery process');
    expect(stderr).toContain(`curl --data-binary @${SAMPLE} -H 'Content-Type: application/x-ndjson'`);
  });
});
