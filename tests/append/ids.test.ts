import { describe, expect, test } from '@jest/globals';
import { createRandomPool, createUuidV7 } from '../../src/append/ids.ts';

const zeros = (count: number): Buffer => Buffer.alloc(count);

describe('version 7 UUIDs', () => {
  test('have the layout of RFC 9562', () => {
    // given: the instant of the example in appendix A.6
    const next = createUuidV7(
      () => new Date(0x017f22e279b0),
      (count) => Buffer.alloc(count, 0xff),
    );
    // then: time, version and counter, variant and random bits
    expect(next()).toBe('017f22e2-79b0-77ff-bfff-ffffffffffff');
  });

  test('increase within a millisecond, beyond the counter, and if the clock is set back', () => {
    let nowMs = 1_000_000;
    const next = createUuidV7(() => new Date(nowMs), zeros);
    const ids = Array.from({ length: 10_000 }, next);
    nowMs -= 500;
    ids.push(next(), next());
    nowMs += 10_000;
    ids.push(next());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('have a counter that starts at a random value below 2,048 in each millisecond', () => {
    let nowMs = 0;
    const next = createUuidV7(
      () => new Date(++nowMs),
      (count) => Buffer.alloc(count, 0xab),
    );
    // 0xabab without its upper five bits
    expect(next().slice(14, 18)).toBe('73ab');
  });
});

test('random bytes are taken from large draws, in order and only once', () => {
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
