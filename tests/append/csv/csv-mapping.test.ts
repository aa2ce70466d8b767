import { expect, test } from '@jest/globals';
import { parseMapping } from '../../../src/append/csv/csv-mapping.ts';
import { treatyMapping } from './treaties.ts';

const errorsOf = (mapping: object | string) => {
  const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping);
  const parsed = parseMapping(Buffer.from(text));
  return parsed.outcome === 'refused' ? parsed.errors : [];
};

test('a mapping is accepted', () => {
  expect(errorsOf(treatyMapping)).toEqual([]);
});

test.each([
  ['a field that it does not have', { ...treatyMapping, delimeter: ';' }, '/delimeter'],
  ['no key', { ...treatyMapping, key: [] }, '/key'],
  ['a date format without a year', { ...treatyMapping, dates: ['DD/MM'] }, '/dates'],
  ['an alias that is no code', { ...treatyMapping, aliases: { Georgia: 'Georgien' } }, '/aliases/Georgia'],
  ['an encoding that is not read', { ...treatyMapping, encoding: 'ebcdic' }, '/encoding'],
  ['an unknown event type', { ...treatyMapping, events: [{ type: 'MouAgreed' }] }, '/events/0/type'],
  [
    'two events of one name',
    { ...treatyMapping, events: [{ type: 'MouSigned' }, { type: 'MouSigned' }] },
    '/events/1/name',
  ],
  [
    'a pointer to what the server sets',
    { ...treatyMapping, fields: { '/recordedAt': 'Signed' } },
    '/fields/~1recordedAt',
  ],
  [
    'a pointer to a prototype',
    { ...treatyMapping, fields: { '/data/__proto__/x': 'Signed' } },
    '/fields/~1data~1__proto__~1x',
  ],
  [
    'a field within another',
    {
      ...treatyMapping,
      events: [{ type: 'MouSigned', fields: { '/data/a': 'Title', '/data/a/b': 'Title' } }],
    },
    '/events/0/fields',
  ],
  [
    'a correction on a day that does not exist',
    { ...treatyMapping, correction: { occurred: '2026-02-30' } },
    '/correction/occurred',
  ],
  [
    'a kind of correction that there is not',
    { ...treatyMapping, correction: { kind: 'typo' } },
    '/correction/kind',
  ],
  ['a field that says nothing', { ...treatyMapping, fields: { '/data/a': {} } }, '/fields/~1data~1a'],
])('%s is refused with a pointer', (_name, mapping, pointer) => {
  expect(errorsOf(mapping)[0]).toMatchObject({
    pointer: expect.stringContaining(pointer),
    detail: expect.any(String),
  });
});

test('JSON that is malformed is refused with its place', () => {
  expect(errorsOf('{\n  "dataSet": }')).toMatchObject([{ detail: expect.stringMatching(/^2:14: /) }]);
});
