import { expect, test } from '@jest/globals';
import { foldCase } from '../../src/domain/values/text.ts';

test.each([
  ['LIN JIAN', 'Lin Jian'],
  ['STRASSE', 'straße'],
  ['STRAẞE', 'straße'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['İBRAHİM', 'ibrahim'],
  ['YALÇIN', 'yalçın'],
  ['\u212Aelvin', 'kelvin'],
  ['ﬁeld', 'FIELD'],
  ['ՀԱՅԵՒ', 'Հայև'],
  ['ЁЛКИН', 'ёлкин'],
  ['JOSE\u0301', 'josé'],
  ['ᾼδης', 'ΑΙΔΗΣ'],
])('%s and %s differ in case only', (one, other) => {
  expect(foldCase(one)).toBe(foldCase(other));
  expect(foldCase(foldCase(one))).toBe(foldCase(one));
});

test.each([
  ['Jose', 'José'],
  ['Ёлкин', 'Елкин'],
  ['習', '习'],
])('%s and %s differ in more than case', (one, other) => {
  expect(foldCase(one)).not.toBe(foldCase(other));
});
