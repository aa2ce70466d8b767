import { expect, test } from '@jest/globals';
import { canonicalJson } from '../../src/domain/values/json.ts';

test('the sample object of RFC 8785 is serialised as the RFC prints it', () => {
  const sample = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
    literals: [null, true, false],
  };

  expect(canonicalJson(sample)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('members are sorted by UTF-16 code units, as in the example of RFC 8785', () => {
  const sample = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };

  expect(Object.values(JSON.parse(canonicalJson(sample)))).toHaveLength(7);
  expect(canonicalJson(sample).match(/:"[^"]+"/g)).toEqual([
    ':"Carriage Return"',
    ':"One"',
    ':"Control"',
    ':"Latin Small Letter O With Diaeresis"',
    ':"Euro Sign"',
    ':"Emoji: Grinning Face"',
    ':"Hebrew Letter Dalet With Dagesh"',
  ]);
});

test('values that JSON cannot represent are refused', () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(RangeError);
  expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow(RangeError);
  expect(() => canonicalJson({ text: '\ud800' })).toThrow(RangeError);
  expect(() => canonicalJson({ '\udead': 1 })).toThrow(RangeError);
});
