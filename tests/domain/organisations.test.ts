import { describe, expect, test } from '@jest/globals';
import { isCountryCode } from '../../src/domain/countries/countries.ts';
import { globalOrganisations } from '../../src/domain/organisations/global-organisations.ts';
import { membersDuring } from '../../src/domain/organisations/organisation.ts';
import { findOrganisation, organisationOf } from '../../src/domain/organisations/organisations.ts';
import { regionalOrganisations } from '../../src/domain/organisations/regional-organisations.ts';
import { spanOf } from '../../src/domain/values/edtf.ts';
import { normalizeName } from '../../src/domain/values/text.ts';

const table = [...regionalOrganisations, ...globalOrganisations];

function membersOf(name: string, edtf: string): readonly string[] {
  return membersDuring(findOrganisation(name)?.members ?? [], spanOf(edtf));
}

describe('the table of organisations', () => {
  test('gives each organisation a slug, and no name to two of them', () => {
    for (const { key } of table) expect(key).toMatch(/^[a-z][a-z0-9]*(-[a-z]+)*$/);
    const names = table.flatMap(({ key, name, names }) => [
      ...new Set([key, name, ...names].map(normalizeName)),
    ]);
    expect(names).toHaveLength(new Set(names).size);
    const items = table.flatMap(({ wikidata }) => wikidata ?? []);
    expect(items).toHaveLength(new Set(items).size);
  });

  test('lists members by codes, with dates that can be read', () => {
    for (const { members } of table) {
      for (const { country, from = '2000', to = from } of members) {
        expect(isCountryCode(country)).toBe(true);
        for (const date of [from, to]) expect(date).toMatch(/^\d{4}(-\d\d-\d\d)?$/);
      }
    }
  });

  // As the organisations count their members.
  test.each([
    ['ASEAN', '2025-12-01', 11],
    ['NATO', '2025', 32],
    ['African Union', '2025', 55],
    ['EFTA', '2025', 4],
    ['EFTA', '1990', 6],
    ['BLEU', '1998', 2],
    ['Benelux', '2010', 3],
    ['OPEC', '2024-06-01', 12],
    ['EU', '2025', 27],
    ['EU', '2004-05-01', 25],
    ['G7', '2025', 7],
    ['G20', '2025', 20],
    ['SCO', '2025', 10],
    ['BRICS', '2025-02', 10],
    ['GCC', '2025', 6],
    ['SAARC', '2025', 8],
    ['Arab League', '2025', 22],
    ['OECD', '2025', 38],
    ['ECOWAS', '2024', 15],
    ['ECOWAS', '2025-02', 12],
    ['CIS', '2025', 9],
    ['OIC', '2025', 57],
    ['UN', '2025', 0],
  ])('%s has in %s %i members', (name, date, count) => {
    expect(membersOf(name, date)).toHaveLength(count);
  });

  test.each([
    ['BRICS', 'ID', '2025-01-05', '2025-01-06'],
    ['NATO', 'FI', '2023-04-03', '2023-04-04'],
    ['NATO', 'SE', '2024-03-06', '2024-03-07'],
    ['ASEAN', 'TL', '2025-10-25', '2025-10-26'],
  ])('%s has %s as a member not on %s, but on %s', (name, country, before, from) => {
    expect(membersOf(name, before)).not.toContain(country);
    expect(membersOf(name, from)).toContain(country);
  });

  test.each([
    ['EU', 'GB', '2020-01-31', '2020-02-01'],
    ['OPEC', 'QA', '2018-12-31', '2019-01-01'],
    ['OPEC', 'AO', '2023-12-31', '2024-01-01'],
    ['ECOWAS', 'ML', '2025-01-28', '2025-01-29'],
  ])('%s has %s as a member on %s, but not on %s', (name, country, last, after) => {
    expect(membersOf(name, last)).toContain(country);
    expect(membersOf(name, after)).not.toContain(country);
  });

  test('counts as a member of an imprecise date who was one at some time of it', () => {
    expect(membersOf('NATO', '2023')).toContain('FI');
    expect(membersOf('EU', '2020')).toContain('GB');
  });

  test('lets only organisations that sign for their members bind them', () => {
    expect(table.filter(({ bindsMembers }) => bindsMembers).map(({ key }) => key)).toEqual([
      'bleu',
      'benelux',
    ]);
  });
});

describe('an actor is a well-known organisation', () => {
  test.each([
    [{ name: 'NATO', kind: 'igo' }, 'nato'],
    [{ name: 'nato ', kind: 'igo' }, 'nato'],
    [{ name: 'North Atlantic  Treaty Organisation', kind: 'igo' }, 'nato'],
    [{ name: 'UN', kind: 'igo', country: 'US' }, 'un'],
    [{ name: 'BLEU (Belgium-Luxembourg Economic Union)', kind: 'igo' }, 'bleu'],
    // By its identifier, whatever it is called.
    [{ name: 'The Alliance', kind: 'other', identifiers: { wikidata: 'Q7184' } }, 'nato'],
    // BRICS has no verified item in the table, so the name decides.
    [{ name: 'BRICS', kind: 'igo', identifiers: { wikidata: 'Q1' } }, 'brics'],
  ])('%j', (actor, key) => {
    expect(organisationOf(actor as never)?.key).toBe(key);
  });

  test.each([
    { name: 'NATO', kind: 'company' },
    { name: 'NATO', kind: 'igo', identifiers: { wikidata: 'Q1' } },
    { name: 'NATO Parliamentary Assembly', kind: 'igo' },
    { name: 'NATO', kind: 'vessel', identifiers: { imo: '9074729' } },
  ])('but not %j', (actor) => {
    expect(organisationOf(actor as never)).toBeUndefined();
  });
});
