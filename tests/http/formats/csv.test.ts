import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import spectrum from 'csv-spectrum';
import fc from 'fast-check';
import type { Column } from '../../../src/http/formats/column.ts';
import { csvWriter } from '../../../src/http/formats/csv.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';

const numRuns = fuzzRounds(100);

type Row = Readonly<Record<string, string>>;

const column = (name: string, type: Column<Row>['type'] = 'string'): Column<Row> => {
  return { name, type, description: name, value: (row) => row[name] };
};

/** Where readers end a row, if the text is not quoted. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** Writes the rows, and reads them again with another program's parser. */
function readBack(rows: readonly Row[], columns: readonly Column<Row>[]): unknown {
  const view = { title: '', origin: '', url: '/', asOf: undefined, columns, parse: JSON.parse };
  const items = rows.map((row) => JSON.stringify(row));
  const written = csvWriter.begin(view) + csvWriter.items(items, view, true) + csvWriter.end(view);
  return parse(written, { columns: true, bom: true, record_delimiter: LINE_ENDS });
}

const spectrumCases = await new Promise<readonly { name: string; json: Buffer }[]>((resolve, reject) => {
  spectrum((error, cases) => (error ? reject(error) : resolve(cases)));
});

describe('CSV', () => {
  test.each(spectrumCases.map(({ name, json }) => [name, [JSON.parse(String(json))].flat()] as const))(
    'of the tables of csv-spectrum is read as the same tables: %s',
    (_name, rows) => {
      const columns = Object.keys(rows[0]).map((name) => column(name));
      expect(readBack(rows, columns)).toEqual(rows);
    },
  );

  test('of any texts is read as the same texts, but for those that look like a formula', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/^[=+\-@\t\r\n＝＋－＠]/.test(text));
    const rows = fc.array(fc.record({ a: cell, b: cell }), { minLength: 1, maxLength: 5 });
    const columns = [column('a'), column('b')];
    fc.assert(
      fc.property(rows, (given) => {
        expect(readBack(given, columns)).toEqual(given);
      }),
      { numRuns },
    );
  });

  test.each(['=HYPERLINK("http://evil")', '+1', '-1+cmd', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])(
    'puts an apostrophe in front of the formula %j',
    (formula) => {
      expect(readBack([{ a: formula }], [column('a')])).toEqual([{ a: `'${formula}` }]);
    },
  );

  test.each(['a\nb', 'a\rb', 'a\r\nb', 'a\n'])('keeps the line breaks of %j in the text', (text) => {
    expect(readBack([{ a: text, b: '1' }], [column('a'), column('b')])).toEqual([{ a: text, b: '1' }]);
  });

  test('leaves numbers and dates as they are', () => {
    const columns = [column('amount', 'number'), column('earliest', 'date')];
    const row = { amount: '-5', earliest: '-0044-03-15' };
    expect(readBack([row], columns)).toEqual([row]);
  });
});
