import { expect, test } from '@jest/globals';
import { searchCountries } from '../../src/domain/countries/search.ts';

function codes(text: string): readonly string[] {
  return searchCountries(text).map(({ code }) => code);
}

test('finds a country by the beginning of its name in any language, and returns that name', () => {
  expect(searchCountries('Pakist')).toEqual([{ code: 'PK', name: 'Pakistan' }]);
  expect(searchCountries('پاکستان')[0]).toEqual({ code: 'PK', name: 'پاکستان' });
  expect(searchCountries('巴基')[0]).toMatchObject({ code: 'PK' });
  expect(codes('Deutschl')).toContain('DE');
  expect(codes('Бурма').length + codes('Burma').length).toBeGreaterThan(0);
});

test('finds a country by its code and by a word of its name, regardless of case and accents', () => {
  expect(codes('us')[0]).toBe('US');
  expect(codes('STATES')).toContain('US');
  expect(codes('cote d')).toContain('CI');
  expect(codes('united st')[0]).toBe('US');
});

test('ranks names that begin with the text before names that contain it', () => {
  const found = codes('island');
  expect(found.indexOf('IS')).toBeLessThan(found.indexOf('CK'));
});

test('finds nothing for a text that is empty or in no name', () => {
  expect([codes(''), codes('  '), codes('?'), codes('qqqq'), codes('x'.repeat(100_000))]).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});
