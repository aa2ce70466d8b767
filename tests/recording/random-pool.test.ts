import { expect, test } from '@jest/globals';
import { createRandomPool } from '../../src/recording/random-pool.ts';

test('random bytes come from large draws, in order, and none is given twice', () => {
  const draws: number[] = [];
  const take = createRandomPool((count) => {
    draws.push(count);
    return Buffer.from(Array.from({ length: count }, (_, index) => (index + draws.length) % 251));
  });
  expect([...take(3)]).toEqual([1, 2, 3]);
  expect([...take(2)]).toEqual([4, 5]);
  for (let taken = 5; taken + 16 <= 8_192; taken += 16) take(16);
  expect(draws).toEqual([8_192]);
  expect([...take(16)].slice(0, 2)).toEqual([2, 3]);
  expect(draws).toEqual([8_192, 8_192]);
});
