import { expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { rolesInStatement, statementsOf } from '../../src/domain/record/statements.ts';
import { normalizeName } from '../../src/domain/values/text.ts';
import { briefing, mou, recorded } from './events.ts';

function reading(event: object) {
  const [version] = recorded(event).reduce(evolveRecord, emptyRecord('a-record')).versions.values();
  if (version === undefined) throw new Error('Nothing was recorded');
  return version;
}

test('a briefing has statements, and other events have none', () => {
  expect(statementsOf(reading(briefing)).map(({ key }) => key)).toEqual(['a']);
  const { statements: _, ...silent } = briefing.data;
  expect(statementsOf(reading({ ...briefing, data: silent }))).toEqual([]);
  expect(statementsOf(reading(mou))).toEqual([]);
});

test('a statement has the roles of its speaker and its issuer and those it assigns, each once', () => {
  const version = reading(briefing);
  const [said] = statementsOf(version);
  if (said === undefined) throw new Error('Nothing was said');
  const countries = [
    { country: 'PK', role: 'mentioned' },
    { country: 'CN', role: 'party' },
    { country: 'PK', role: 'mentioned' },
  ] as typeof said.countries & object;
  expect([...rolesInStatement(version, { ...said, countries })]).toEqual([
    ['CN', ['speaker', 'issuer', 'party']],
    ['PK', ['mentioned']],
  ]);
});

test.each([
  ['LIN JIAN', 'lin jian'],
  [' Lin  Jian', 'lin jian'],
  ['Lin\tJian ', 'lin jian'],
  [' Lin\u00a0\u00a0Jian ', 'lin jian'],
  ['Ｌｉｎ　Ｊｉａｎ', 'lin jian'],
  ['Jose\u0301', 'josé'],
  ['İstanbul', 'istanbul'],
  ['Straße', 'strasse'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
  ['ﬁeld', 'field'],
  ['  ', ''],
])('the name %j is compared as %j', (name, word) => {
  expect(normalizeName(name)).toBe(word);
  expect(normalizeName(normalizeName(name))).toBe(word);
});
