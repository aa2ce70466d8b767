import { expect, test } from '@jest/globals';
import { BodyBudget } from '../../../src/http/limits/body-budget.ts';
import { SERVER_BUSY } from '../../../src/http/protocol/problems.ts';

test('a body waits until there is memory for all of it', () => {
  const whole = new BodyBudget(1_000, SERVER_BUSY);
  const [first, second] = [whole.open(), new BodyBudget(1_000, SERVER_BUSY, whole).open()];
  expect([first.reserve(600), second.reserve(100)]).toEqual([undefined, SERVER_BUSY]);
  const tries: unknown[] = [];
  whole.wait(100, () => tries.push(second.reserve(100)) === 1);
  first.release();
  whole.open().release();
  expect(tries).toEqual([undefined]);
  expect(whole.bytes).toBe(second.bytes);
});

test('the chunks of a body take what was reserved for it', () => {
  const budget = new BodyBudget(1_000, SERVER_BUSY);
  const held = budget.open();
  held.reserve(600);
  const reserved = budget.bytes;
  expect([held.add(600), budget.bytes]).toEqual([true, reserved]);
  expect([held.add(600), held.refusal, budget.bytes]).toEqual([false, SERVER_BUSY, 0]);
});

test('a body does not wait for memory that its budget never has, nor where too many wait', () => {
  const whole = new BodyBudget(1_000_000, SERVER_BUSY);
  const budget = new BodyBudget(1_000, SERVER_BUSY, whole);
  expect(budget.wait(1_000, () => false)).toBeUndefined();
  const waits = Array.from({ length: 257 }, () => whole.wait(1, () => false));
  expect(waits.map((end) => end === undefined).indexOf(true)).toBe(256);
  waits[0]?.();
  expect(budget.wait(1, () => false)).toBeDefined();
});

test('small bodies have a share that others cannot take', () => {
  const budget = new BodyBudget(1_000_000, SERVER_BUSY);
  expect(budget.open().reserve(850_000)).toBeUndefined();
  expect(budget.open().reserve(66_000)).toEqual(SERVER_BUSY);
  expect(budget.open().add(66_000)).toBe(false);
  expect(budget.open().reserve(60_000)).toBeUndefined();
});
