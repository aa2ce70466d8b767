import { describe, expect, test } from '@jest/globals';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { ACTOR_KINDS } from '../../src/domain/fields/actor.ts';
import { mou } from './events.ts';

const DETAIL = /^Expected .+, such as \S+\.$|which check\.$/;

function errorsOf(party: object) {
  const parties = [{ name: 'CERN', kind: 'igo', ...party }, mou.data.parties[0]];
  const result = parseEvent({ ...mou, data: { ...mou.data, parties } });
  return result.outcome === 'refused' ? result.errors : [];
}

describe('the identifiers of an actor', () => {
  // ror: CERN, Caltech; lei: Apple, GLEIF; imo: 9×7 + 7×5 + 4×4 + 7×3 + 2×2 is 139.
  test.each([
    { wikidata: 'Q7184' },
    { wikidata: 'Q42944', ror: '01ggx4157' },
    { ror: '05dxps055' },
    { lei: 'HWUPKR0MPOU8FGXBT394' },
    { lei: '506700GE1G29325QX363' },
    { imo: '9074729' },
    // 8×7 + 2×2 is 60.
    { imo: '8000020' },
    {},
  ])('may be %j', (identifiers) => {
    expect(errorsOf({ identifiers })).toEqual([]);
  });

  test.each([
    ['wikidata', '7184'],
    ['wikidata', 'q7184'],
    ['wikidata', 'Q07'],
    ['wikidata', 'https://www.wikidata.org/wiki/Q7184'],
    ['wikidata', `Q${'1'.repeat(5_000)}`],
    ['ror', 'https://ror.org/01ggx4157'],
    ['ror', '01ggx4158'],
    ['ror', '01ggx415'],
    ['ror', '01igx4157'],
    ['lei', 'HWUPKR0MPOU8FGXBT395'],
    ['lei', 'hwupkr0mpou8fgxbt394'],
    ['lei', 'HWUPKR0MPOU8FGXBT39'],
    ['imo', '9074728'],
    ['imo', 'IMO 9074729'],
    ['imo', '907472'],
    ['imo', ''],
  ])('are refused if %s is %s', (register, id) => {
    expect(errorsOf({ identifiers: { [register]: id } })).toEqual([
      {
        pointer: `/data/parties/0/identifiers/${register}`,
        code: 'invalid-identifier',
        detail: expect.stringMatching(DETAIL),
      },
    ]);
  });

  test('are refused from other registers', () => {
    expect(errorsOf({ identifiers: { duns: '150483782' } })).toMatchObject([
      { pointer: '/data/parties/0/identifiers/duns', code: 'unknown-field' },
    ]);
  });
});

test('an actor may be of any of the kinds of the domain, and of no other', () => {
  const kinds =
    'state government-body company igo ngo political-party court legislature military person armed-group media ' +
    'territory vessel ethnic-group other';
  expect(Object.keys(ACTOR_KINDS)).toEqual(kinds.split(' '));
  for (const kind of kinds.split(' ')) expect(errorsOf({ kind })).toEqual([]);
  expect(errorsOf({ kind: 'church' })).toMatchObject([{ code: 'unknown-value' }]);
});
