import { expect, test } from '@jest/globals';
import { searchCountries } from '../../src/domain/countries/search.ts';

function codes(text: string): readonly string[] {
  return searchCountries(text).map(({ code }) => code);
}

test('a country is found by the beginning of its name in many languages, and that name is given', () => {
  expect(searchCountries('Pakist')).toEqual([{ code: 'PK', name: 'Pakistan' }]);
  expect(searchCountries('پاکستان')[0]).toEqual({ code: 'PK', name: 'پاکستان' });
  expect(searchCountries('巴基')[0]).toMatchObject({ code: 'PK' });
  expect(codes('Deutschl')).toContain('DE');
  expect(codes('Бурма').length + codes('Burma').length).toBeGreaterThan(0);
});

test('a country is found by its code and by a word of its name, regardless of case and accents', () => {
  expect(codes('us')[0]).toBe('US');
  expect(codes('STATES')).toContain('US');
  expect(codes('cote d')).toContain('CI');
  expect(codes('united st')[0]).toBe('US');
});

test('names that begin with the text come before names that contain it', () => {
  const found = codes('island');
  expect(found.indexOf('IS')).toBeLessThan(found.indexOf('CK'));
});

test('an empty or nonsensical text finds nothing', () => {
  expect([codes(''), codes('  '), codes('?'), codes('qqqq'), codes('x'.repeat(100_000))]).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});
