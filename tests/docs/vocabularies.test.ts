import { describe, expect, test } from '@jest/globals';
import { builtInTypes } from '../../src/domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../src/domain/event-types/statement.ts';
import { readPage } from './doc-pages.ts';

const page = readPage('src/docs/vocabularies.md');

/** Returns the rows of the first table below a heading, as cells. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? '';
  const lines = table.trimEnd().split('\n').slice(2);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The terms in code marks of the first column, without the marks. */
const termsOf = (heading: string) => rowsOf(heading).map(([term = '']) => term.replaceAll('`', ''));

/** PLOVER types, in the order of the manual. */
const PLOVER_TYPES = [
  ...['AGREE', 'CONSULT', 'SUPPORT', 'CONCEDE', 'COOPERATE', 'AID', 'RETREAT', 'REQUEST', 'ACCUSE', 'REJECT'],
  ...['THREATEN', 'PROTEST', 'SANCTION', 'MOBILIZE', 'COERCE', 'ASSAULT'],
];

describe('The vocabularies', () => {
  test('relate every speech act', () => {
    expect(termsOf('Speech acts')).toEqual(expect.arrayContaining(Object.keys(SPEECH_ACTS)));
  });

  test('relate every event type', () => {
    expect(termsOf('Event types')).toEqual(expect.arrayContaining(builtInTypes.map(({ name }) => name)));
  });

  test('name every root code of CAMEO', () => {
    const codes = Array.from({ length: 20 }, (_, index) => String(index + 1).padStart(2, '0'));

    expect(termsOf('From CAMEO root codes')).toEqual(codes);
  });

  test('name every type of PLOVER', () => {
    expect(termsOf('From PLOVER types')).toEqual(PLOVER_TYPES);
  });

  test.each(['Speech acts', 'Event types'])(
    'have one row for each of the %s, with a counterpart or “—”',
    (heading) => {
      const rows = rowsOf(heading);

      expect(new Set(termsOf(heading)).size).toBe(rows.length);
      for (const [term, cameo = '', plover = ''] of rows) {
        expect([term, cameo]).toEqual([term, expect.stringMatching(/^(?:—|\d{2,4} [A-Z].+)$/)]);
        const types = typesIn(plover);
        expect([term, plover]).toEqual([term, types.length === 0 ? '—' : expect.any(String)]);
        expect(PLOVER_TYPES).toEqual(expect.arrayContaining([...types]));
      }
    },
  );

  test.each(['Speech acts', 'Event types'])('name the %s under their codes as well', (heading) => {
    const underCameo = termsByCode('From CAMEO root codes', 3);
    const underPlover = termsByCode('From PLOVER types', 1);
    const missing = rowsOf(heading).flatMap(([term = '', cameo = '', plover = '']) => [
      ...(/^\d\d/.test(cameo) && !underCameo(cameo.slice(0, 2)).includes(term) ? [[cameo, term]] : []),
      ...typesIn(plover).flatMap((type) => (underPlover(type).includes(term) ? [] : [[type, term]])),
    ]);

    expect(missing).toEqual([]);
  });
});

function typesIn(cell: string): readonly string[] {
  return cell.match(/[A-Z]{3,}/g) ?? [];
}

/** Returns a function that finds the terms, in code marks, in a column of the row of a code. */
function termsByCode(heading: string, column: number): (code: string) => readonly string[] {
  const byCode = new Map(rowsOf(heading).map((cells) => [cells[0], cells[column]?.match(/`[\w-]+`/g) ?? []]));
  return (code) => byCode.get(code) ?? [];
}
