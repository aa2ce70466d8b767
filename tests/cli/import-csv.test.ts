import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TREATIES, treatyMapping } from '../append/csv/treaties.ts';
import { briefing, uuid } from '../append/sent-events.ts';
import { type ProgramExit, runProgram, startServer } from './server-process.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-csv-'));
  await writeFile(at('treaties.csv'), TREATIES);
  await writeFile(at('mapping.json'), JSON.stringify(treatyMapping));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

/** Runs an import, and leaves out the lines of its progress, which a slow machine prints. */
async function importFile(file: string, ...flags: readonly string[]): Promise<ProgramExit> {
  const exit = await runProgram(['import', at(file), '--data-dir', at('data'), ...flags]);
  return { ...exit, stderr: exit.stderr.replace(/^\d+ events, .*\n/gm, '') };
}

const importCsv = (file: string, ...flags: readonly string[]) =>
  importFile(file, '--mapping', at('mapping.json'), ...flags);

async function eventsInLog(): Promise<readonly { readonly type: string; readonly stream: string }[]> {
  const { stdout } = await runProgram(['export', '--data-dir', at('data')]);
  const lines = stdout.trimEnd().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as { type: string; stream: string });
}

const refusedLines = async (file: string) => {
  const text = (await readFile(at(file), 'utf8')).trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as object);
};

describe('an import of CSV', () => {
  test('records the events of its rows, and skips them when it is repeated', async () => {
    expect(await importCsv('treaties.csv')).toMatchObject({
      exitCode: 0,
      stderr: 'recorded 3, repeated 0\n',
    });
    expect((await eventsInLog()).map(({ type, stream }) => `${type} ${stream}`).sort()).toEqual([
      'MouEnteredIntoForce mou-treaty-2',
      'MouEnteredIntoForce mou-treaty-3',
      'MouSigned mou-treaty-1',
      'MouSigned mou-treaty-2',
      'MouSigned mou-treaty-3',
      'MouTerminated mou-treaty-3',
    ]);
    expect(await importCsv('treaties.csv')).toMatchObject({
      exitCode: 0,
      stderr: 'recorded 0, repeated 3\n',
    });
  });

  test('recognises gzip, and says when it is cut off', async () => {
    const zipped = gzipSync(TREATIES);
    await writeFile(at('treaties.csv.gz'), zipped);
    await writeFile(at('cut.csv.gz'), zipped.subarray(0, -9));
    expect((await importCsv('treaties.csv.gz')).stderr).toBe('recorded 3, repeated 0\n');
    const { exitCode, stderr } = await importCsv('cut.csv.gz');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cut.csv.gz cannot be decompressed: its end is missing');
  });

  test('ends at the first row that is refused, with line, column, pointer and reason', async () => {
    await writeFile(at('treaties.csv'), TREATIES.replace('Senegal",', 'Atlantis",'));
    const { exitCode, stderr } = await importCsv('treaties.csv');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'treaties.csv:3: column “Parties” → MouSigned /data/parties/1/country: No country is known as “Atlantis”.',
    );
  });

  test('needs a mapping, and refuses a wrong one before anything is recorded', async () => {
    expect(await importFile('treaties.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('needs --mapping'),
    });
    await writeFile(at('mapping.json'), JSON.stringify({ ...treatyMapping, dates: ['dd.mm.yyyy'] }));
    expect(await importCsv('treaties.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('mapping.json: /dates'),
    });
    await writeFile(at('mapping.json'), JSON.stringify({ ...treatyMapping, delimiter: ';' }));
    expect(await importCsv('treaties.csv')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The columns are separated by commas, not by semicolons.'),
    });
    expect(await eventsInLog()).toEqual([]);
  });
});

/** 20 rows with two spellings that are unknown, and one date that is wrong. */
const spelled = [
  'Number,Title,Parties,Signed,In force,Ended',
  ...Array.from({ length: 20 }, (_, index) => {
    const other = ['Oman', 'Atlantis', 'Lemuria', 'Atlantis'][index % 4];
    return `${index},Treaty ${index},"PK, ${other}",${index === 16 ? '1999' : '09/11/1999'},,`;
  }),
  '',
].join('\n');

describe('with refused rows', () => {
  beforeEach(() => writeFile(at('treaties.csv'), spelled));

  test('a check groups them by code and value, and leaves no trace', async () => {
    const { exitCode, stderr } = await importCsv('treaties.csv', '--check');
    expect(exitCode).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'checked 20: 4 to record, 0 repeated, 16 refused',
      'chancery: 16 lines were refused:',
      expect.stringMatching(
        /^ {2}10 × unknown-country “Atlantis”: .*\(first .*treaties\.csv:3, column “Parties” → /,
      ),
      expect.stringMatching(/^ {2}5 × unknown-country “Lemuria”: .*\(first .*treaties\.csv:4, /),
      expect.stringMatching(
        /^ {2}1 × invalid-date “1999”: .*treaties\.csv:18, column “Signed” → MouSigned \/occurred\)$/,
      ),
      '',
    ]);
    expect(existsSync(at('data'))).toBe(false);
  });

  test('an import that keeps going records the others and lists the refused ones in a file', async () => {
    const { exitCode, stderr } = await importCsv(
      'treaties.csv',
      '--keep-going',
      '--refused',
      at('refused.ndjson'),
    );
    expect([exitCode, stderr.split('\n')[0]]).toEqual([1, 'recorded 4, repeated 0, refused 16']);
    const refused = await refusedLines('refused.ndjson');
    expect(refused).toHaveLength(16);
    expect(refused[0]).toEqual({
      line: 3,
      text: '1,Treaty 1,"PK, Atlantis",09/11/1999,,',
      errors: [expect.objectContaining({ code: 'unknown-country', column: 'Parties', value: 'Atlantis' })],
    });
    expect(await eventsInLog()).toHaveLength(4);
  });

  test('aliases of the command line make up for the spellings', async () => {
    const flags = ['--alias', 'Atlantis=GR', '--alias', 'Lemuria=IN', '--keep-going'];
    const { stderr } = await importCsv('treaties.csv', ...flags);
    expect(stderr).toContain('recorded 19, repeated 0, refused 1\n');
    expect((await importCsv('treaties.csv', '--alias', 'Atlantis=Greece')).stderr).toContain(
      '--alias Atlantis=Greece: expected a name and the code of a country',
    );
  });
});

describe('an import of NDJSON', () => {
  const strange = { ...briefing, id: uuid(2), data: { ...briefing.data, hosts: ['Atlantis'] } };
  const lines = [{ ...briefing, id: uuid(1) }, strange, { ...briefing, id: uuid(3) }];
  const text = [...lines.map((line) => JSON.stringify(line)), '{"type":'].join('\n');

  beforeEach(() => writeFile(at('events.ndjson'), text));

  test('keeps going in the same way, and takes aliases', async () => {
    const { stderr } = await importFile('events.ndjson', '--keep-going', '--refused', at('refused.ndjson'));
    expect(stderr).toContain('recorded 2, repeated 0, refused 2\n');
    expect(await refusedLines('refused.ndjson')).toMatchObject([
      { line: 2, errors: [{ code: 'unknown-country', pointer: '/data/hosts/0', value: 'Atlantis' }] },
      { line: 4, text: '{"type":', errors: [{ code: 'malformed', character: 9 }] },
    ]);
    expect((await importFile('events.ndjson', '--keep-going', '--alias', 'Atlantis=GR')).stderr).toContain(
      'recorded 1, repeated 2, refused 1\n',
    );
  });

  test('is checked while a server has the log open', async () => {
    const server = await startServer(at('data'), ['--empty']);
    const { stderr } = await importFile('events.ndjson', '--check');
    await server.stop();
    expect(stderr).toContain('checked 4: 2 to record, 0 repeated, 2 refused\n');
  });
});
