import { describe, expect, test } from '@jest/globals';
import { createRecorder } from '../../../src/append/recorder.ts';
import { InMemoryEventStore } from '../../../src/testing/in-memory/in-memory-event-store.ts';
import { eventsOf, readRows } from './read-csv.ts';
import { TREATIES, treatyMapping } from './treaties.ts';

describe('the rows of a table', () => {
  test('become the events that the mapping describes', async () => {
    const [first, second] = await readRows(TREATIES, treatyMapping);
    expect(eventsOf(first)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
        type: 'MouSigned',
        stream: 'mou-treaty-1',
        correlationId: 'treaties',
        occurred: '1997-11-09',
        data: {
          title: 'Pakistan - Oman treaty (1997)',
          instrument: 'treaty',
          parties: [
            { name: 'Pakistan', kind: 'state', country: 'Pakistan' },
            { name: 'Oman', kind: 'state', country: 'Oman' },
          ],
        },
        sources: [{ outlet: 'Treaty office', url: 'https://treaties.example/1' }],
      },
    ]);
    expect(eventsOf(second).map(({ type }) => type)).toEqual(['MouSigned', 'MouEnteredIntoForce']);
  });

  test('names with a comma in them stay whole, and aliases and other values replace names', async () => {
    const [, second, third] = await readRows(TREATIES, treatyMapping);
    expect(eventsOf(second)[0]).toMatchObject({
      data: { parties: [{ name: 'Korea, Republic of' }, { name: 'Senegal' }] },
    });
    expect(eventsOf(third)[0]).toMatchObject({
      data: {
        parties: [
          { name: 'BLEU', kind: 'igo' },
          { name: 'Georgia', country: 'GE' },
        ],
      },
    });
  });

  test('have dates in the first format that fits', async () => {
    const [, , third] = await readRows(TREATIES, treatyMapping);
    expect(eventsOf(third).map(({ occurred }) => occurred)).toEqual(['1993-06-23', '1996-06', '2020-12-31']);
  });

  test('are accepted by the recorder, all events of a row together', async () => {
    const recorder = createRecorder(new InMemoryEventStore(() => new Date()));
    for (const row of await readRows(TREATIES, treatyMapping)) {
      expect(await recorder.record(eventsOf(row), { actor: 'local' })).toMatchObject({ outcome: 'recorded' });
    }
  });

  test('have the same ids in every reading, whatever the other cells, and other ids in another data set', async () => {
    const idsOf = async (text: string, mapping: object) =>
      (await readRows(text, mapping)).flatMap(eventsOf).map(({ id }) => id);
    const ids = await idsOf(TREATIES, treatyMapping);
    expect(new Set(ids).size).toBe(6);
    expect(await idsOf(TREATIES.replace('Pakistan - Oman', 'Oman - Pakistan'), treatyMapping)).toEqual(ids);
    const others = await idsOf(TREATIES, { ...treatyMapping, dataSet: 'other' });
    expect(others.some((id) => ids.includes(id))).toBe(false);
  });

  test('without a name for their records, have one per key', async () => {
    const { stream: _stream, ...mapping } = treatyMapping;
    const rows = await readRows(TREATIES, mapping);
    const streams = rows.map((row) => new Set(eventsOf(row).map(({ stream }) => stream)));
    expect(streams.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect([...(streams[0] ?? [])][0]).toMatch(/^mou-treaties-[0-9a-f-]{36}$/);
  });
});

describe('the items of a list', () => {
  const withSignatories = {
    dataSet: 'meetings',
    key: ['Id'],
    fields: { '/sources/0/outlet': { value: 'Office' } },
    events: [
      {
        type: 'MeetingHeld',
        fields: {
          '/occurred': 'Day',
          '/data/participants/0/name': 'First',
          '/data/participants/0/kind': { value: 'person', when: 'First' },
          '/data/participants/1/name': 'Second',
          '/data/participants/1/kind': { value: 'person', when: 'Second' },
          '/data/topics': { column: 'Topics', split: ';' },
        },
      },
    ],
  };

  test('leave no gap where cells are empty, and errors name the column of the item', async () => {
    const [row] = await readRows('Id,Day,First,Second,Topics\n1,2025-01-01,,Ahmed, a ;;b\n', withSignatories);
    expect(eventsOf(row)[0]).toMatchObject({
      data: { participants: [{ name: 'Ahmed', kind: 'person' }], topics: ['a', 'b'] },
    });
    if (row?.kind !== 'events') throw new Error('expected events');
    const error = { pointer: '/0/data/participants/0/name', code: 'too-long', detail: '' };
    expect(row.explain(error)).toMatchObject({ column: 'Second', pointer: '/data/participants/0/name' });
    expect(row.explain({ ...error, pointer: '' })).not.toHaveProperty('value');
  });
});

describe('a row is refused', () => {
  const refusal = async (row: string) => {
    const [line] = await readRows(`Number,Title,Parties,Signed,In force,Ended\n${row}\n`, treatyMapping);
    return line;
  };

  test('for a date in another format, with line, column, pointer and value', async () => {
    expect(await refusal('1,T,"PK, OM",1997-11-09,,')).toMatchObject({
      kind: 'refused',
      line: 2,
      errors: [
        {
          code: 'invalid-date',
          column: 'Signed',
          pointer: '/occurred',
          event: 'MouSigned',
          value: '1997-11-09',
        },
      ],
    });
  });

  test('for a key that is empty', async () => {
    expect(await refusal(',T,"PK, OM",09/11/1997,,')).toMatchObject({ errors: [{ column: 'Number' }] });
  });

  test('for more or fewer cells than columns', async () => {
    expect(await refusal('1,T')).toMatchObject({ errors: [{ code: 'wrong-cell-count' }] });
    expect(await refusal('1,T,,,,,')).toMatchObject({ errors: [{ code: 'wrong-cell-count' }] });
  });

  test('for what its event type does not allow, with column and pointer', async () => {
    const recorder = createRecorder(new InMemoryEventStore(() => new Date()));
    const line = await refusal('1,T,"PK, Atlantis",09/11/1997,,');
    const outcome = await recorder.record(eventsOf(line), { actor: 'local' });
    if (outcome.outcome !== 'invalid' || line?.kind !== 'events')
      throw new Error('expected an invalid event');
    expect(outcome.errors.map(line.explain)).toMatchObject([
      {
        code: 'unknown-country',
        column: 'Parties',
        event: 'MouSigned',
        pointer: '/data/parties/1/country',
        value: 'Atlantis',
      },
    ]);
  });
});

describe('a file that does not fit its mapping says why', () => {
  const problem = (text: string | Buffer, mapping: object = treatyMapping) =>
    expect(readRows(text, mapping)).rejects;

  test.each([
    ['semicolons', ';', '"delimiter": ";"'],
    ['tabs', '\t', '"delimiter": "\\t"'],
  ])('with %s between the columns', async (_name, delimiter, setting) => {
    await problem(`Number,Title,Parties,Signed,In force,Ended\n`.replaceAll(',', delimiter)).toThrow(setting);
  });

  test('without a column of the mapping', async () => {
    const text = 'Number,TITLE,Parties,Signed,In force,Ended\n';
    await problem(text).toThrow(
      'The file has no column “Title”, which the mapping names at /events/0/fields/~1data~1title. Do you mean “TITLE”?',
    );
    await problem('Number,Parties\n').toThrow('Its columns are “Number”, “Parties”.');
  });

  test('with a column that is there twice', async () => {
    await problem(TREATIES.replace('Number,', 'Number,Number,')).toThrow(
      'Two columns of the file are called “Number”',
    );
  });

  test.each([
    ['utf-16le', Buffer.from(`\uFEFF${TREATIES}`, 'utf16le')],
    ['utf-16le', Buffer.from(TREATIES, 'utf16le')],
    ['utf-16be', Buffer.from(TREATIES, 'utf16le').swap16()],
  ])('in %s', async (encoding, bytes) => {
    await problem(bytes).toThrow(`Set "encoding": "${encoding}" in the mapping.`);
    expect(await readRows(bytes, { ...treatyMapping, encoding })).toHaveLength(3);
  });

  test('in UTF-8 where another encoding is declared', async () => {
    await problem(TREATIES.replace('Oman', 'Côte d’Ivoire'), {
      ...treatyMapping,
      encoding: 'windows-1252',
    }).toThrow('Set "encoding": "utf-8"');
  });

  test('as a spreadsheet, or without rows', async () => {
    await problem(Buffer.from('PK\x03\x04rest')).toThrow('not CSV');
    await problem('').toThrow('The file has no rows.');
  });
});

test('an encoding that the mapping declares is decoded, and a byte order mark is left out', async () => {
  const text = TREATIES.replace('Pakistan - Oman', 'Côte d’Ivoire');
  const bytes = Buffer.from(text.replace('’', '\x92'), 'latin1');
  const [row] = await readRows(bytes, { ...treatyMapping, encoding: 'windows-1252' });
  expect(eventsOf(row)[0]).toMatchObject({ data: { title: 'Côte d’Ivoire treaty (1997)' } });
  expect(await readRows(`\uFEFF${TREATIES}`, treatyMapping)).toHaveLength(3);
});

test('a file without a header has the columns that the mapping names', async () => {
  const columns = ['Number', 'Title', 'Parties', 'Signed', 'In force', 'Ended'];
  const rows = TREATIES.slice(TREATIES.indexOf('\n') + 1);
  expect(await readRows(rows, { ...treatyMapping, columns })).toHaveLength(3);
  await expect(readRows(rows.replaceAll(',', ';'), { ...treatyMapping, columns })).rejects.toThrow(
    'semicolons',
  );
});
