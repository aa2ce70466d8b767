import { describe, expect, test } from '@jest/globals';
import { evaluateReadPreconditions, parseEntityTags } from '../../../src/http/protocol/preconditions.ts';

describe('parseEntityTags', () => {
  test.each([
    ['*', '*'],
    [' * ', '*'],
    ['"xyzzy"', [['"xyzzy"', false]]],
    ['W/"xyzzy"', [['"xyzzy"', true]]],
    ['""', [['""', false]]],
    [
      '"a", W/"b" ,\t"c"',
      [
        ['"a"', false],
        ['"b"', true],
        ['"c"', false],
      ],
    ],
    ['"a,b"', [['"a,b"', false]]],
    [
      ',"a",, "b",',
      [
        ['"a"', false],
        ['"b"', false],
      ],
    ],
    ['"caf\xe9"', [['"caf\xe9"', false]]],
  ])('parses %s', (field, tags) => {
    const parsed = parseEntityTags(field);
    expect(parsed === '*' ? parsed : parsed?.map(({ opaque, isWeak }) => [opaque, isWeak])).toEqual(tags);
  });

  test.each(['', ' ', ',', 'a', '"a', 'a"', 'w/"a"', 'W/ "a"', '"a" "b"', '"a b"', '"a", *', "'a'", '"a"b'])(
    'refuses %j',
    (field) => expect(parseEntityTags(field)).toBeUndefined(),
  );

  test('takes linear time', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `"${index}"`).join(', ');
    expect(parseEntityTags(many)).toHaveLength(100_000);
    expect(parseEntityTags(`${' '.repeat(100_000)}x`)).toBeUndefined();
  });
});

describe('evaluateReadPreconditions', () => {
  test.each<[ifMatch: string | undefined, ifNoneMatch: string | undefined, result: string]>([
    [undefined, undefined, 'proceed'],
    [undefined, '"v1"', 'not-modified'],
    [undefined, 'W/"v1"', 'not-modified'],
    [undefined, '"v0", "v1"', 'not-modified'],
    [undefined, '*', 'not-modified'],
    [undefined, '"v0"', 'proceed'],
    [undefined, 'v1', 'proceed'],
    ['"v1"', undefined, 'proceed'],
    ['*', undefined, 'proceed'],
    ['W/"v1"', undefined, 'failed'],
    ['"v0"', undefined, 'failed'],
    ['v1', undefined, 'failed'],
    ['"v0"', '"v1"', 'failed'],
    ['"v1"', '"v1"', 'not-modified'],
  ])('for the tag "v1", If-Match %s and If-None-Match %s, returns %s', (ifMatch, ifNoneMatch, result) => {
    const headers = { 'if-match': ifMatch, 'if-none-match': ifNoneMatch };
    expect(evaluateReadPreconditions(headers, '"v1"')).toBe(result);
  });
});
