import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
/** The lines of an export but its last one, without the salts, which are drawn where a line has none. */
const eventLines = (text: string): string[] =>
  linesOf(text)
    .filter((line) => !line.startsWith('{"end":'))
    .map((line) => line.replace(/,"salt":"[\w-]{22}"}$/, '}'));
const eventsIn = (text: string): string =>
  eventLines(text)
    .map((line) => `${line}\n`)
    .join('');

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
  test('is identical, byte for byte: positions, revisions, instants, actors, salts', async () => {
    const events = await generatedFile('events.ndjson', 400);
    expect((await importInto('first', SAMPLE)).exitCode).toBe(0);
    expect((await importInto('first', events)).stderr).toContain('recorded 400, repeated 0');
    const before = await exported('first');
    await writeFile(at('export.ndjson'), before);

    const { exitCode } = await importInto('second', at('export.ndjson'));

    expect(exitCode).toBe(0);
    expect(linesOf(before).length).toBeGreaterThan(400);
    expect(before).toContain('"type":"EventCorrected"');
    expect(linesOf(before).filter((line) => /,"salt":"[\w-]{22}"}$/.test(line)).length).toBeGreaterThan(400);
    expect(await exported('second')).toBe(before);
  });

  test('keeps the payloads of older schema versions', async () => {
    const text = olderLines.map((line) => `${line}\n`).join('');
    expect((await importInto('data', '-', text)).stderr).toContain('recorded 3, repeated 0');
    expect(eventsIn(await exported('data'))).toBe(text);
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
    const lines = eventLines(await exported('data'));
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

describe('the last line of an export', () => {
  let lines: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-import-'));
    await importInto('data', await generatedFile('events.ndjson', 20));
    lines = linesOf(await exported('data'));
    await rm(folder, { recursive: true });
  });

  const joined = (text: readonly string[]): string => text.map((line) => `${line}\n`).join('');

  test('has the number of events and the SHA-256 of their lines', () => {
    const sha256 = createHash('sha256')
      .update(joined(lines.slice(0, -1)))
      .digest('hex');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe(JSON.stringify({ end: { events: 20, sha256 } }));
  });

  test('is there if there are no events', async () => {
    await importInto('empty', '-', '');
    const sha256 = createHash('sha256').digest('hex');
    expect(await exported('empty')).toBe(`${JSON.stringify({ end: { events: 0, sha256 } })}\n`);
  });

  const DEFECTS: readonly (readonly [string, (all: readonly string[]) => readonly string[], RegExp])[] = [
    ['lacks its first line', (all) => all.slice(1), /:20: the export has 20 events, but there are 19 /],
    ['lacks a line', (all) => all.toSpliced(9, 1), /:20: the export has 20 events, but there are 19 /],
    [
      'has a line twice',
      (all) => all.toSpliced(9, 0, all[9] ?? ''),
      /:22: the export has 20 events, but there are 21 /,
    ],
    [
      'has two lines swapped',
      (all) => all.toSpliced(3, 2, all[4] ?? '', all[3] ?? ''),
      /:21: a line of the export was altered/,
    ],
    [
      'has an altered line',
      (all) => all.with(5, (all[5] ?? '').replace('"sources":[', '"sources":[ ')),
      /:21: a line of the export was altered/,
    ],
    [
      'has a damaged last line',
      (all) => all.with(-1, '{"end":{'),
      /:21: the last line of the export was altered/,
    ],
  ];

  test.each(DEFECTS)(
    'makes an import refuse a file that %s, and record nothing',
    async (_, alter, message) => {
      await writeFile(at('altered.ndjson'), joined(alter(lines)));
      const { exitCode, stderr } = await importInto('second', at('altered.ndjson'));
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(message) });
      expect(stderr).toContain('Nothing was recorded.');
      expect(existsSync(at('second'))).toBe(false);
    },
  );

  test('is checked at the end of a pipe', async () => {
    const { exitCode, stderr } = await importInto('second', '-', joined(lines.toSpliced(19, 1)));
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'stdin:20: the export has 20 events, but there are 19 before its last line',
      ),
    });
  });

  test('may be missing, as older exports have none', async () => {
    const { stderr } = await importInto('second', '-', joined(lines.slice(0, -1)));
    expect(stderr).toContain('recorded 20, repeated 0');
  });

  test('may stand between two exports', async () => {
    await writeFile(at('twice.ndjson'), joined([...lines, '', ...lines]));
    expect((await importInto('second', at('twice.ndjson'))).stderr).toContain('recorded 20, repeated 20');
    expect(linesOf(await exported('second'))).toEqual(lines);
  });
});

describe('an event recorded in the future', () => {
  const recordedAt = (instant: string): string =>
    (olderLines[0] ?? '').replace(/"recordedAt":"[^"]*"/, `"recordedAt":"${instant}"`);

  test('is refused, and named with its line, unless it is allowed', async () => {
    const text = recordedAt('2999-01-01T00:00:00.000Z');
    const { exitCode, stderr } = await importInto('data', '-', text);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/stdin:1: \/recordedAt: 2999-\S+ is in the future, .*--allow-future/),
    });
    expect(eventLines(await exported('data'))).toEqual([]);
    const args = ['import', '-', '--allow-future', '--data-dir', at('data')];
    expect((await runProgram(args, { input: text })).stderr).toContain('recorded 1, repeated 0');
    expect(eventLines(await exported('data'))).toEqual([text]);
  });

  test('is accepted if the clocks of two machines may differ by that much', async () => {
    const text = recordedAt(new Date(Date.now() + 30_000).toISOString());
    expect((await importInto('data', '-', text)).stderr).toContain('recorded 1, repeated 0');
  });

  test.each(['+010000-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z'])(
    'or in a year without four digits is refused in any case: %s',
    async (instant) => {
      const args = ['import', '-', '--allow-future', '--data-dir', at('data')];
      const { exitCode, stderr } = await runProgram(args, { input: recordedAt(instant) });
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('/recordedAt: '),
      });
    },
  );
});

describe('export --as-of', () => {
  const exportAsOf = (asOf: string): Promise<ProgramExit> =>
    runProgram(['export', '--data-dir', at('data'), '--as-of', asOf]);
  /** Three events, recorded on 2024-11-05, 2024-11-20 and 2024-12-01 at 10:00. */
  const history = olderLines.map((line) => `${line}\n`).join('');

  test('ends with the last event recorded by then', async () => {
    await importInto('data', '-', history);
    const eventsAsOf = async (asOf: string) => eventsIn((await exportAsOf(asOf)).stdout);
    expect(await eventsAsOf('1')).toBe(`${olderLines[0]}\n`);
    expect(await eventsAsOf('2024-11-20T09:59:59Z')).toBe(`${olderLines[0]}\n`);
    expect(await eventsAsOf('2025-01-01T00:00:00Z')).toBe(history);
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
    expect(eventLines(await exported('data'))).toHaveLength(4);
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
    const ids = eventLines(await exported('data')).map((line) => (JSON.parse(line) as { id: string }).id);
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
