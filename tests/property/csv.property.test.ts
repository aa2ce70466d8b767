import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { createRecorder } from '../../src/append/recorder.ts';
import { importLines } from '../../src/cli/support/import-lines.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { importLinesOf, readRecords } from '../append/csv/read-csv.ts';
import { treatyMapping } from '../append/csv/treaties.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(100);

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'a,b', 'say "no"', 'two\nlines', 'two\r\nlines', '中国'),
);
const tables = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 10 });

test('a table is read as another CSV reader reads it', async () => {
  await fc.assert(
    fc.asyncProperty(tables, fc.constantFrom('\n', '\r\n'), async (table, lineEnd) => {
      const text = table.map((row) => row.map(quoted).join(',')).join(lineEnd);
      const records = await readRecords(text);
      const cells = records.map((record) => (record.kind === 'cells' ? record.cells : record.detail));
      expect(cells).toEqual(parse(text, { record_delimiter: lineEnd }));
    }),
    { numRuns },
  );
});

/** Text that is rich in what a CSV reader stumbles over. */
const strangeText = fc
  .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', ' ', '""', '\u0000', '中', '\uFEFF'), { maxLength: 60 })
  .map((parts) => parts.join(''));

test('every line of any text is in exactly one record', async () => {
  await fc.assert(
    fc.asyncProperty(strangeText, async (text) => {
      const records = await readRecords(text);
      const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
      const covered = records.flatMap(({ line, text: own }) =>
        own.split('\n').map((each, index) => ({ line: each, number: line + index })),
      );
      const numbers = new Set(covered.map(({ number }) => number));
      expect(numbers.size).toBe(covered.length);
      const uncovered = lines.filter(({ number }) => !numbers.has(number));
      expect(uncovered.every(({ line }) => line.trim() === '')).toBe(true);
      expect(covered.every(({ line, number }) => lines[number - 1]?.line === line)).toBe(true);
    }),
    { numRuns },
  );
});

const row = fc.record({
  number: fc.constantFrom('1', '2', '3', ''),
  title: fc.constantFrom('A treaty', 'B, a treaty', ''),
  parties: fc.constantFrom('PK, OM', 'PK, Atlantis', 'Georgia, FR', ''),
  signed: fc.constantFrom('09/11/1997', '31/02/1997', '1997'),
  inForce: fc.constantFrom('', '01/01/1999', 'soon'),
  ended: fc.constantFrom('', '02/2001'),
  isBroken: fc.boolean(),
});

test('every row of an import is recorded, repeated or refused, and the log has what was recorded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      const header = 'Number,Title,Parties,Signed,In force,Ended';
      const text = [header, ...rows.map(rowText)].join('\n');
      const store = new InMemoryEventStore(() => new Date());
      const refused: number[] = [];
      const recorder = createRecorder(store);
      const result = await importLines(
        importLinesOf(text, treatyMapping),
        {
          record: (input) => recorder.record(input, { actor: 'local' }),
          restore: (envelope) => recorder.restore(envelope),
          inFlightMax: 16,
        },
        {
          progress: { update: () => {}, stop: () => {} },
          aborted: new AbortController().signal,
          mayBeInFuture: false,
          keepsGoing: true,
          onRefused: async ({ line, errors }) => {
            expect(errors.length).toBeGreaterThan(0);
            refused.push(line);
          },
          bytesRead: () => 0,
        },
      );
      expect(result.recorded + result.repeated + result.refused).toBe(rows.length);
      expect(refused).toHaveLength(result.refused);
      expect(refused).toEqual([...refused].sort((a, b) => a - b));
      const streams = await store.readAll({ direction: 'forwards', maxCount: 1_000 });
      expect(new Set(streams.map(({ stream }) => stream)).size).toBeLessThanOrEqual(result.recorded);
      if (result.recorded === 0) expect(streams).toEqual([]);
    }),
    { numRuns },
  );
});

function rowText({
  number,
  title,
  parties,
  signed,
  inForce,
  ended,
  isBroken,
}: typeof row extends fc.Arbitrary<infer Row> ? Row : never) {
  const cells = [number, title, parties, signed, inForce, ended].map(quoted).join(',');
  return isBroken ? `${cells},x` : cells;
}
