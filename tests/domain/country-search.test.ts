import { expect, jest, test } from '@jest/globals';
import { searchCountries } from '../../src/domain/countries/search.ts';
import { limits } from '../../src/domain/values/limits.ts';

function codes(text: string): readonly string[] {
  return searchCountries(text).map(({ code }) => code);
}

/** The name that a search shows of a country to a reader of these languages. */
function shown(text: string, code: string, ...languages: readonly string[]): string | undefined {
  return searchCountries(text, languages).find((match) => match.code === code)?.name;
}

test('finds a country by the beginning of its name in any language, and returns that name', () => {
  expect(searchCountries('Pakist')).toMatchObject([{ code: 'PK', name: 'Pakistan' }]);
  expect(searchCountries('پاکستان')[0]).toMatchObject({ code: 'PK', name: 'پاکستان' });
  expect(searchCountries('巴基')[0]).toMatchObject({ code: 'PK', name: '巴基斯坦' });
  expect(codes('Deutschl')).toContain('DE');
  expect(codes('Бурма').length + codes('Burma').length).toBeGreaterThan(0);
});

test('finds a country by its code and by a word of its name, regardless of case and accents', () => {
  expect(codes('us')[0]).toBe('US');
  expect(codes('STATES')).toContain('US');
  expect(codes('cote d')).toContain('CI');
  expect(codes('united st')[0]).toBe('US');
  expect(codes('weißru')).toEqual(codes('weissru'));
});

test('finds the former states, and names in languages that only ICU has', () => {
  expect(codes('czechoslov')).toEqual(['CSHH']);
  expect(codes('serbia and')).toContain('CSXX');
  expect(codes('soviet')).toContain('SU');
  expect(codes('Kongo-Brazzaville nut')).toEqual(['CG']);
});

test('ranks an exact name first, then English beginnings, other beginnings, and names that contain the text', () => {
  const guinea = codes('guinea');
  expect(guinea[0]).toBe('GN');
  expect(guinea[1]).toBe('GW');
  expect(guinea.indexOf('GW')).toBeLessThan(guinea.indexOf('GQ'));
  expect(guinea.indexOf('GQ')).toBeLessThan(guinea.indexOf('PG'));
  const niger = codes('niger');
  expect(niger.slice(0, 2)).toEqual(['NE', 'NG']);
  expect(codes('dominica')[0]).toBe('DM');
});

test('ranks names that begin with the text before names that contain it', () => {
  const found = codes('island');
  expect(found.indexOf('IS')).toBeLessThan(found.indexOf('CK'));
});

test('shows the name in the language of the reader if one matches, else in English, else as it matched', () => {
  expect(shown('guinea', 'GQ', 'es')).toBe('Guinea Ecuatorial');
  expect(shown('guinea', 'GQ', 'de-AT', 'es')).toBe('Guinea Ecuatorial');
  expect(shown('guinea', 'GQ')).toBe('Equatorial Guinea');
  expect(shown('guinea', 'GQ', 'en-GB', 'es')).toBe('Equatorial Guinea');
  expect(shown('allemagn', 'DE', 'es')).toBe('Allemagne');
});

test('takes no letter for a code that it only is in capitals', () => {
  expect(searchCountries('ss').map(({ code }) => code)).toContain('SS');
  expect(searchCountries('ß').map(({ code }) => code)).not.toContain('SS');
});

test('finds nothing for a text that is empty or in no name', () => {
  for (const text of ['', '  ', '?', 'qqqq', 'x'.repeat(100_000)]) expect(codes(text)).toEqual([]);
});

test.each([
  ['a ligature of eighteen letters', 'ﷺ'.repeat(500)],
  ['a shorter text of it', 'ﷺ'.repeat(100)],
  ['combining marks', `a${'\u0301'.repeat(499)}`],
  ['Hangul in parts', '각'.repeat(500)],
])('normalises no more of %s than the longest name has characters', (_, text) => {
  searchCountries('a');
  const normalize = jest.spyOn(String.prototype, 'normalize');
  const found = searchCountries(text);
  const chars = normalize.mock.contexts.reduce<number>((sum, value) => sum + String(value).length, 0);
  normalize.mockRestore();
  expect(found).toEqual([]);
  expect(chars).toBeLessThanOrEqual(20 * limits.countryNameCharsMax);
});
