import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyChanges } from '../../src/domain/values/apply-changes.ts';
import type { JsonValue } from '../../src/domain/values/json.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';

const ROUNDS = fuzzRounds(200);

describe('applyChanges', () => {
  test.each<[what: string, before: JsonValue, after: JsonValue, onto: JsonValue, result: JsonValue]>([
    ['keeps what only the third value has', { a: 1 }, { a: 2 }, { a: 1, kept: true }, { a: 2, kept: true }],
    ['keeps what has changed since', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 3 }, { a: 2, b: 3 }],
    ['lets the change win where both have changed', { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }],
    ['removes a field', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 1, c: 1 }, { b: 1, c: 1 }],
    ['adds a field', {}, { a: 1 }, { b: 1 }, { a: 1, b: 1 }],
    [
      'edits an item',
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 9 }],
      [{ a: 1 }, { a: 2, k: 1 }],
      [{ a: 1 }, { a: 9, k: 1 }],
    ],
    ['edits one of two equal items', ['a', 'a'], ['a', 'b'], ['a', 'a'], ['a', 'b']],
    ['edits an item of a list that has grown', ['a', 'b'], ['a', 'c'], ['new', 'a', 'b'], ['new', 'a', 'c']],
    ['removes an item', [{ a: 1 }, { a: 2 }], [{ a: 2 }], [{ a: 1 }, { a: 2, k: 1 }], [{ a: 2, k: 1 }]],
    ['adds an item', [{ a: 1 }], [{ a: 1 }, { a: 2 }], [{ a: 1, k: 1 }], [{ a: 1, k: 1 }, { a: 2 }]],
    ['keeps what both have added to a list', ['a'], ['a', 'b'], ['a', 'c'], ['a', 'c', 'b']],
    ['keeps the lists that both have begun', {}, { l: ['a'] }, { l: ['b'] }, { l: ['b', 'a'] }],
    ['keeps what was added to a list that is emptied', { l: ['a'] }, {}, { l: ['a', 'b'] }, { l: ['b'] }],
    ['lets a list that states that there is none win', { l: ['a'] }, { l: [] }, { l: ['a', 'b'] }, { l: [] }],
    ['adds what both have added once', ['a'], ['a', 'b'], ['b', 'a'], ['b', 'a']],
    ['keeps away what the third list has no more', ['a', 'b'], ['a', 'b', 'c'], ['b'], ['b', 'c']],
    ['keeps an edited item that the third list has no more', ['a', 'b'], ['a', 'c'], ['a'], ['a', 'c']],
    [
      'edits an item beside one that was removed',
      [
        { key: '1', a: 1 },
        { key: '2', a: 2 },
      ],
      [
        { key: '1', a: 1 },
        { key: '2', a: 9 },
      ],
      [{ key: '2', a: 2, kept: true }],
      [{ key: '2', a: 9, kept: true }],
    ],
    [
      'edits one item and adds another',
      [{ a: 1, b: 1 }],
      [{ a: 2, b: 1 }, { a: 3 }],
      [{ a: 1, b: 4, kept: true }],
      [{ a: 2, b: 4, kept: true }, { a: 3 }],
    ],
    ['edits the key of an item', [{ key: '1' }], [{ key: '2' }], [{ key: '1', k: 1 }], [{ key: '2', k: 1 }]],
    [
      'finds a key that a form has tidied',
      [{ key: 'a b', a: 1 }],
      [{ key: 'a b' }],
      [{ key: ' a\nb', a: 1 }],
      [{ key: ' a\nb' }],
    ],
    [
      'leaves out a key that was taken meanwhile',
      [{ key: '1' }],
      [{ key: '1' }, { key: '2', a: 1 }],
      [{ key: '1' }, { key: '2', a: 2 }],
      [{ key: '1' }, { key: '2', a: 2 }, { a: 1 }],
    ],
    ['fills an empty list', [], ['a'], [], ['a']],
    ['removes a field that has the name of an inherited one', { toString: 1 }, {}, { toString: 1 }, {}],
    [
      'keeps a field that has the name of an inherited one',
      {},
      { a: 1 },
      { toString: 1 },
      { toString: 1, a: 1 },
    ],
  ])('%s', (_what, before, after, onto, result) => {
    expect(applyChanges(before, after, onto)).toEqual(result);
  });

  test('changes nothing without a change, and everything if nothing else has changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [before, after] = [a as JsonValue, b as JsonValue];
        expect(applyChanges(before, before, after)).toEqual(after);
        expect(applyChanges(before, after, before)).toEqual(after);
      }),
      { numRuns: ROUNDS },
    );
  });
});
