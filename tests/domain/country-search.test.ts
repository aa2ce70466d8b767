import { expect, test } from '@jest/globals';
import { countriesNamedLike } from '../../src/domain/countries/search.ts';

function codes(text: string): readonly string[] {
  return countriesNamedLike(text).map(({ code }) => code);
}

test('A country is found by the beginning of its name in many languages, and told by that name', () => {
  expect(countriesNamedLike('Pakist')).toEqual([{ code: 'PK', name: 'Pakistan' }]);
  expect(countriesNamedLike('پاکستان')[0]).toEqual({ code: 'PK', name: 'پاکستان' });
  expect(countriesNamedLike('巴基')[0]).toMatchObject({ code: 'PK' });
  expect(codes('Deutschl')).toContain('DE');
  expect(codes('Бурма').length + codes('Burma').length).toBeGreaterThan(0);
});

test('A country is found by its code, by a word within its name, and without regard to case and accents', () => {
  expect(codes('us')[0]).toBe('US');
  expect(codes('STATES')).toContain('US');
  expect(codes('cote d')).toContain('CI');
  expect(codes('united st')[0]).toBe('US');
});

test('Names that begin as asked come before those that have it within', () => {
  const found = codes('island');
  expect(found.indexOf('IS')).toBeLessThan(found.indexOf('CK'));
});

test('Nothing is found by nothing, and by nonsense', () => {
  expect([codes(''), codes('  '), codes('?'), codes('qqqq'), codes('x'.repeat(100_000))]).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});
