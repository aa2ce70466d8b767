import { expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { type Occurrence, occurrenceOf } from '../../src/domain/record/summary.ts';
import { correction, id, mou, recorded } from './events.ts';

function occurrence(...inputs: readonly object[]): Occurrence {
  const { versions } = recorded(...inputs).reduce(evolveRecord, emptyRecord(mou.stream));
  const version = versions.get(id(1));
  if (version === undefined) throw new Error('The event has no version');
  return occurrenceOf(version);
}

test('an unknown end of a date is not shown as an open one', () => {
  const from1985 = { earliest: '1985-01-01', latest: null, certainty: 'certain' };
  expect(occurrence({ ...mou, occurred: '1985/' })).toEqual({
    edtf: '1985/',
    ...from1985,
    unknownEnd: 'end',
  });
  expect(occurrence({ ...mou, occurred: '1985/..' })).toEqual({ edtf: '1985/..', ...from1985 });
  const until1985 = { earliest: null, latest: '1985-12-31', certainty: 'certain' };
  expect(occurrence({ ...mou, occurred: '/1985' })).toEqual({
    edtf: '/1985',
    ...until1985,
    unknownEnd: 'start',
  });
});

test.each([
  ['2025-09-08', 'certain'],
  ['2025-09-08?', 'uncertain'],
  ['2025-09~', 'approximate'],
  ['2025%', 'uncertain-approximate'],
  ['2025-09-07?/2025-09-09~', 'uncertain-approximate'],
  ['[2010-07-13,2010-07-31]', 'certain'],
  ['{2010-07-13,2010-07-31~}', 'approximate'],
])('the date %s is %s', (occurred, certainty) => {
  expect(occurrence({ ...mou, occurred })).toMatchObject({ edtf: occurred, certainty });
});

test('the date of an approximate event has the days that are stated', () => {
  const days = { earliest: '2025-09-08', latest: '2025-09-08' };
  expect(occurrence({ ...mou, occurred: '2025-09-08~' })).toMatchObject(days);
});

test('a corrected date has the certainty of the correction', () => {
  const uncertain = { ...mou, occurred: '2025-09-08?' };
  const corrected = correction(1, mou.data, { occurred: '2025-09-09' });
  expect(occurrence(uncertain, corrected)).toMatchObject({ edtf: '2025-09-09', certainty: 'certain' });
});
