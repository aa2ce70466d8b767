import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LATER_TREATIES as SECOND, TREATIES, treatyMapping } from '../append/csv/treaties.ts';
import { runProgram } from './server-process.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-update-'));
  await writeFile(at('mapping.json'), JSON.stringify(treatyMapping));
  await importText(TREATIES);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

async function importText(text: string, ...flags: readonly string[]) {
  await writeFile(at('treaties.csv'), text);
  const file = ['import', at('treaties.csv'), '--data-dir', at('data'), '--mapping', at('mapping.json')];
  const { exitCode, stderr } = await runProgram([...file, ...flags]);
  return { exitCode, stderr: stderr.replace(/^\d+ events, .*\n/gm, '') };
}

interface ExportedEvent {
  readonly type: string;
  readonly stream: string;
  readonly data: { readonly reason?: string; readonly occurred?: string; readonly data?: object };
}

async function lastEvents(count: number): Promise<readonly ExportedEvent[]> {
  const { stdout } = await runProgram(['export', '--data-dir', at('data')]);
  const lines = stdout.trimEnd().split('\n').slice(0, -1);
  return lines.slice(-count).map((line) => JSON.parse(line) as ExportedEvent);
}

test('the second edition of a data set corrects the first, and lists what it lacks', async () => {
  const { exitCode, stderr } = await importText(SECOND, '--update');
  expect(exitCode).toBe(0);
  expect(stderr.split('\n')).toEqual([
    'recorded 1, repeated 0, corrected 2',
    'not in the file any more: 3 events',
    expect.stringMatching(/^ {2}MouSigned mou-treaty-3 [0-9a-f-]{36}$/),
    expect.stringMatching(/^ {2}MouEnteredIntoForce mou-treaty-3 /),
    expect.stringMatching(/^ {2}MouTerminated mou-treaty-3 /),
    '',
  ]);
  const events = await lastEvents(3);
  expect(events.find(({ type }) => type === 'EventCorrected')).toMatchObject({
    stream: 'mou-treaty-1',
    data: {
      reason: 'The data set treaties was changed.',
      occurred: '1997-11-10',
      data: { title: 'Pakistan - Oman treaty on minerals (1997)' },
    },
  });
  expect(events.map(({ type }) => type).sort()).toEqual(['EventCorrected', 'MouSigned', 'MouTerminated']);
});

test('an edition that is imported again changes nothing', async () => {
  await importText(SECOND, '--update');
  expect((await importText(SECOND, '--update')).stderr).toContain('recorded 0, repeated 3, corrected 0\n');
});

test('a check says what would be corrected', async () => {
  const { stderr } = await importText(SECOND, '--update', '--check');
  expect(stderr).toContain('checked 3: 1 to record, 0 repeated, 2 to correct, 0 refused\n');
  expect((await lastEvents(100)).length).toBe(6);
});

test('missing events are retracted only if that is asked for, and only if every row was read', async () => {
  const broken = await importText(`${SECOND}5,x\n`, '--update', '--retract-missing', '--keep-going');
  expect(broken.stderr).toContain('1 line was refused, so nothing was retracted:');
  const { exitCode, stderr } = await importText(SECOND, '--update', '--retract-missing');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('retracted 3\n')]);
  expect(await lastEvents(3)).toMatchObject(
    Array.from({ length: 3 }, () => ({
      type: 'EventRetracted',
      data: { reason: 'It is no longer in the data set treaties.' },
    })),
  );
  expect((await importText(SECOND, '--update')).stderr).toBe('recorded 0, repeated 3, corrected 0\n');
  expect((await importText(TREATIES, '--update')).stderr).toContain('A former edition lacked this event');
});

test('a row whose change is not allowed is refused with its column', async () => {
  const { exitCode, stderr } = await importText(
    SECOND.replace('Pakistan, Oman', 'Pakistan, Atlantis'),
    '--update',
  );
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining(
      'column “Parties” → MouSigned /data/parties/1/country: No country is known as “Atlantis”',
    ),
  ]);
});

test('--update needs the mapping of the data set, and --retract-missing needs --update', async () => {
  const { exitCode, stderr } = await runProgram(['import', at('treaties.csv'), '--update']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--update needs --mapping')]);
  expect(await importText(SECOND, '--retract-missing')).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('--retract-missing needs --update'),
  });
});
