import { describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import { hsCodeFault } from '../../src/domain/fields/harmonized-system.ts';
import { isCurrency } from '../../src/domain/values/currencies.ts';
import { isLanguageTag } from '../../src/domain/values/language-tags.ts';

describe('a language tag', () => {
  test.each([
    'en',
    'EN',
    'zh-Hans',
    'zh-Hant-TW',
    'ZH-hant-tw',
    'es-419',
    'sr-Latn',
    'sq-XK',
    'de-1996',
    'sl-rozaj-biske',
    'en-x-legal',
    'en-u-co-phonebk',
    // Languages that Intl has no name for: Saraiki, Southern Pashto, Northern Hindko.
    'skr',
    'pbt',
    'hno',
    'und',
    'mul',
  ])('%s is registered', (tag) => {
    expect(isLanguageTag(tag)).toBe(true);
  });

  test.each([
    'English',
    'xx',
    'xyz',
    'qaa',
    'x-legal',
    'en-Xxxx',
    'en-XX',
    'en-ZZ',
    'en-999',
    'en_US',
    'en-',
    'e',
    '',
    'en-US-US',
    'zh-cn-hans-',
  ])('%j is not', (tag) => {
    expect(isLanguageTag(tag)).toBe(false);
  });

  test('has every language of the registry, as axe-core lists them, and no other', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const two = letters.flatMap((first) => letters.map((second) => first + second));
    const all = [...two, ...two.flatMap((pair) => letters.map((third) => pair + third))];
    const { validLangs } = (axe as unknown as { utils: { validLangs(): string[] } }).utils;
    const registered = validLangs().filter((language) => !/^q[a-t]/.test(language) || language.length === 2);
    expect(all.filter(isLanguageTag)).toEqual(registered.sort(byLength));
  });
});

function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

describe('a currency', () => {
  test.each([
    'USD',
    'CNY',
    'XDR',
    'DEM',
    'FRF',
    'SUR',
    'ITL',
    'YUM',
    'CSK',
    'ZWN',
    'GHP',
    'HRK',
    'XAU',
    'CLF',
  ])('%s is one of ISO 4217', (code) => {
    expect(isCurrency(code)).toBe(true);
  });

  test.each(['usd', 'US$', 'XXX', 'XTS', 'CNH', 'BTC', 'ZZZ', ''])('%j is none', (code) => {
    expect(isCurrency(code)).toBe(false);
  });
});

describe('an HS code', () => {
  test.each<[code: string, edition: string | undefined]>([
    ['26', undefined],
    ['2603', undefined],
    ['260300', '2022'],
    ['2621', '1988'],
    ['9706', '2017'],
    ['240411', '2022'],
    ['240411', undefined],
    // National tariffs are longer and have chapters 98 and 99.
    ['9802004000', undefined],
    // The headings of later editions are not known.
    ['2622', '2028'],
  ])('%s of edition %s may exist', (code, edition) => {
    expect(hsCodeFault(code, edition)).toBeUndefined();
  });

  test.each<[code: string, edition: string | undefined, reason: string]>([
    ['00', undefined, 'no chapter 00'],
    ['77', undefined, 'no chapter 77'],
    ['770100', '2028', 'no chapter 77'],
    ['7701000000', undefined, 'no chapter 77'],
    ['9999', undefined, 'no chapter 99'],
    ['2622', undefined, 'no heading 2622; its last one is 2621'],
    ['260000', undefined, 'no heading 2600'],
    ['240411', '2017', 'Heading 2404 came with the edition of 2022; hsEdition is 2017.'],
    ['382600', '2007', 'Heading 3826 came with the edition of 2012; hsEdition is 2007.'],
  ])('%s of edition %s is none', (code, edition, reason) => {
    expect(hsCodeFault(code, edition)).toContain(reason);
  });
});
