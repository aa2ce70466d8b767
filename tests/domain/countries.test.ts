import { describe, expect, test } from '@jest/globals';
import {
  countryName,
  eraMismatch,
  isCountryCode,
  resolveCountry,
} from '../../src/domain/countries/countries.ts';
import { spanOf } from '../../src/domain/values/edtf.ts';

describe('a country is resolved', () => {
  test.each([
    ['PK', 'PK'],
    ['XK', 'XK'],
    ['EU', 'EU'],
    ['SU', 'SU'],
    ['CHN', 'CN'],
    ['SUN', 'SU'],
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

describe('a withdrawn code', () => {
  test.each([
    ['SU', '1991-12-26'],
    ['SU', '1991/1995'],
    ['CS', '1968-08-20'],
    ['CS', '2004'],
    ['YU', '../1990'],
    ['DD', '198X'],
    ['PK', '2025'],
  ])('%s matches a country that existed in %s', (code, date) => {
    expect(eraMismatch(code, spanOf(date))).toBeUndefined();
  });

  test.each([
    ['SU', '1992'],
    ['CS', '1993/2002'],
    ['YU', '2025'],
    ['ZR', '1970-12-31'],
    ['DD', '1991/..'],
  ])('%s matches no country that existed in %s', (code, date) => {
    expect(eraMismatch(code, spanOf(date))).toContain('country that existed at the time');
  });
});

test.each([
  ['CN', 'China'],
  ['PK', 'Pakistan'],
  ['US', 'United States'],
  ['SU', 'Soviet Union'],
  ['CS', 'Czechoslovakia / Serbia and Montenegro'],
  ['EU', 'European Union'],
  ['XK', 'Kosovo'],
  ['constructor', 'constructor'],
])('the name of %s is %s', (code, name) => {
  expect(countryName(code)).toBe(name);
});

test('isCountryCode accepts only codes in capital letters', () => {
  expect(['PK', 'YU', 'EU', 'pk', 'UK', 'PAK', 'toString'].map(isCountryCode)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
