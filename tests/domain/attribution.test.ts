import { expect, test } from '@jest/globals';
import { attributionOf, attributionOfStatement } from '../../src/domain/record/attribution.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import { statementsOf } from '../../src/domain/record/statements.ts';
import { briefing, id, recorded } from './events.ts';

const person = (name: string) => ({ name, kind: 'person' });
const media = (name: string) => ({ name, kind: 'media' });

/** How a briefing reads in which Lin Jian speaks, with these attributions of his words. */
function reading(attributions: readonly object[][], sources: readonly object[]): RecordVersion {
  const [said] = briefing.data.statements;
  const statements = attributions.map((attribution, index) => {
    const speaker = { ...person('Lin Jian'), country: 'CN' };
    return { ...said, key: `${index}`, speaker, ...(attribution.length > 0 && { attribution }) };
  });
  const event = { ...briefing, data: { ...briefing.data, statements }, sources };
  const state = recorded(event).reduce(evolveRecord, emptyRecord('briefing'));
  const version = state.versions.get(id(1));
  if (version === undefined) throw new Error('No version');
  return version;
}

const dawn = { outlet: 'Dawn' };

test.each([
  ['leaves out the speaker', [media('Xinhua'), media('Dawn')], [['Lin Jian', 'Xinhua', 'Dawn']]],
  ['begins with him', [person('Lin Jian'), media('Xinhua')], [['Lin Jian', 'Xinhua']]],
  ['ends with one who is no outlet', [person('Mao Ning')], [['Lin Jian', 'Mao Ning', 'Dawn']]],
])('a chain leads from the speaker to the outlet if the attribution %s', (_, attribution, chains) => {
  const version = reading([attribution], [dawn]);
  expect(attributionOf(version)).toEqual(chains);
  const [said] = statementsOf(version);
  expect(said && attributionOfStatement(version, said).map(({ name }) => name)).toEqual(chains[0]);
});

test('chains are each once, from the statements and from the sources', () => {
  const chain = [person('Lin Jian'), media('Xinhua')];
  const version = reading([chain, chain], [{ ...dawn, attribution: [media('Xinhua')] }]);
  expect(attributionOf(version)).toEqual([
    ['Lin Jian', 'Xinhua'],
    ['Xinhua', 'Dawn'],
  ]);
});

test('there are as many chains as outlets', () => {
  const version = reading([[person('Mao Ning')]], [dawn, { outlet: 'Kyodo News' }]);
  expect(attributionOf(version)).toEqual([
    ['Lin Jian', 'Mao Ning', 'Dawn'],
    ['Lin Jian', 'Mao Ning', 'Kyodo News'],
  ]);
});

test('there is none without an attribution', () => {
  const version = reading([[]], [dawn]);
  expect(attributionOf(version)).toEqual([]);
  expect(statementsOf(version).map((said) => attributionOfStatement(version, said))).toEqual([[]]);
});
