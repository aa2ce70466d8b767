import { describe, expect, test } from '@jest/globals';
import { countryName, isCountryCode, resolveCountry } from '../../src/domain/countries/countries.ts';

describe('a country is resolved', () => {
  test.each([
    ['PK', 'PK'],
    ['XK', 'XK'],
    ['EU', 'EU'],
    ['SU', 'SU'],
    ['CHN', 'CN'],
    ['SUN', 'SU'],
    ['CSK', 'CSHH'],
    ['SCG', 'CSXX'],
    ['UK', 'GB'],
    ['pakistan', 'PK'],
    ['PAKISTAN', 'PK'],
    ['Burma', 'MM'],
    ['PRC', 'CN'],
    ['中国', 'CN'],
    ['中國', 'CN'],
    ['Китай', 'CN'],
    ['پاکستان', 'PK'],
    ['États-Unis', 'US'],
    ['Etats-Unis', 'US'],
    ['Swaziland', 'SZ'],
    ['Ivory Coast', 'CI'],
    ["Cote d'Ivoire", 'CI'],
    ['COTE DIVOIRE', 'CI'],
    ['COTE DIVOIRE(IVORY COAST)', 'CI'],
    ['America', 'US'],
    ['U.S.', 'US'],
    ['Russia', 'RU'],
    ['Republic of China', 'TW'],
    ['South Korea', 'KR'],
    ['KOREA, SOUTH', 'KR'],
    ['Korea (North)', 'KP'],
    ["Korea, Dem. People's Rep. of", 'KP'],
    ['Sudan (South)', 'SS'],
    ['CONGO (BRAZZAVILLE)', 'CG'],
    ['CONGO (KINSHASA)', 'CD'],
    ['VIRGIN ISLANDS, U.S.', 'VI'],
    ['Bahamas, The', 'BS'],
    ['TRINIDAD & TOBAGO', 'TT'],
    ['Iran, Islamic Republic of', 'IR'],
    ['GERMANY, DR (E)', 'DD'],
    ['FORMER U.S.S.R.', 'SU'],
    ['European Union', 'EU'],
  ])('%s is %s', (text, code) => {
    expect(resolveCountry(text)).toEqual({ outcome: 'resolved', code });
  });
});

describe('a country is refused', () => {
  test.each([
    ['Congo', ['CG', 'CD']],
    ['Конго', ['CG', 'CD']],
    ['CS', ['CSHH', 'CSXX']],
    ['cs', ['CSHH', 'CSXX']],
    ['Georgia', ['GE', 'US']],
    ['Korea', ['KR', 'KP']],
    ['Virgin Islands', ['VG', 'VI']],
    ['JA', ['JP']],
    ['EI', ['IE']],
    ['KS', ['KR']],
  ])('%s is ambiguous, and the candidates are listed', (text, candidates) => {
    expect(resolveCountry(text)).toEqual({
      outcome: 'refused',
      reason: 'ambiguous',
      detail: expect.stringContaining(candidates.at(-1) ?? ''),
      candidates,
    });
  });

  test.each([
    ['pk', ['PK']],
    ['QQ', []],
    ['Atlantis', []],
    ['constructor', []],
    ['__proto__', []],
    ['', []],
    ['China and Pakistan', []],
    ['x'.repeat(100_000), []],
  ])('%.20s is unknown', (text, candidates) => {
    expect(resolveCountry(text)).toMatchObject({ outcome: 'refused', reason: 'unknown', candidates });
  });
});

test.each([
  ['CN', 'China'],
  ['PK', 'Pakistan'],
  ['US', 'United States'],
  ['SU', 'Soviet Union'],
  ['CSHH', 'Czechoslovakia'],
  ['CSXX', 'Serbia and Montenegro'],
  ['EU', 'European Union'],
  ['XK', 'Kosovo'],
  ['constructor', 'constructor'],
])('the name of %s is %s', (code, name) => {
  expect(countryName(code)).toBe(name);
});

test('isCountryCode accepts only codes in capital letters', () => {
  expect(['PK', 'YU', 'EU', 'CSHH', 'CSXX'].map(isCountryCode)).toEqual([true, true, true, true, true]);
  expect(['pk', 'UK', 'PAK', 'CS', 'toString'].some(isCountryCode)).toBe(false);
});
