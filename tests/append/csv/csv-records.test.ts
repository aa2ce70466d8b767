import { expect, test } from '@jest/globals';
import { readRecords } from './read-csv.ts';

const cellsOf = async (text: string) =>
  (await readRecords(text)).map((record) => (record.kind === 'cells' ? record.cells : record.code));

test('cells are separated by the delimiter, and quoted where they contain it', async () => {
  expect(await cellsOf('a,"b, c",\r\n,"say ""no""","two\nlines"\n')).toEqual([
    ['a', 'b, c', ''],
    ['', 'say "no"', 'two\nlines'],
  ]);
});

test('records have the line that they begin in, and blank lines are skipped', async () => {
  const records = await readRecords('a\n\n"b\n\nc"\n  \nd');
  expect(records.map(({ line }) => line)).toEqual([1, 3, 7]);
});

test('a quote that is out of place is refused with its place, and the other lines are read', async () => {
  const [first, second, third] = await readRecords('a,b\n1,x"y\n3,4');
  expect([first?.kind, third?.kind]).toEqual(['cells', 'cells']);
  expect(second).toMatchObject({
    kind: 'unreadable',
    line: 2,
    code: 'misplaced-quote',
    detail: expect.stringContaining('2:4'),
  });
});

test('after a quote that is never closed, the lines that follow are read as rows', async () => {
  expect(await cellsOf('a,b\n1,"2\n3,4\n5,6\n')).toEqual([
    ['a', 'b'],
    'misplaced-quote',
    ['3', '4'],
    ['5', '6'],
  ]);
});

test('a quote that stays open for a megabyte costs its own line only', async () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => `${index},${'x'.repeat(40)}`);
  const records = await readRecords(`"open\n${rows.join('\n')}`);
  expect(records.filter(({ kind }) => kind === 'unreadable').map(({ line }) => line)).toEqual([1]);
  expect(records).toHaveLength(30_001);
});

test('a line that is not UTF-8 is refused, and names an encoding to try', async () => {
  const [, second] = await readRecords(Buffer.from('a\ncaf\xe9\n', 'latin1'));
  expect(second).toMatchObject({
    line: 2,
    code: 'invalid-utf8',
    detail: expect.stringContaining('windows-1252'),
  });
});

test('without quotes, a quotation mark is a character like any other', async () => {
  const [record] = await readRecords('say "no"\t"x\n', { delimiter: '\t', quotes: false });
  expect(record).toMatchObject({ cells: ['say "no"', '"x'] });
});
