import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WakePacer } from '../../src/workers/wake-pacer.ts';

describe('WakePacer', () => {
  let wakes: number;
  let pacer: WakePacer;

  beforeEach(() => {
    jest.useFakeTimers();
    wakes = 0;
    pacer = new WakePacer(() => {
      wakes += 1;
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function append(times: number): void {
    for (let i = 0; i < times; i += 1) pacer.appended();
  }

  test('wakes at once for a single append', () => {
    append(1);
    expect(wakes).toBe(1);
    jest.advanceTimersByTime(1_000);
    expect(wakes).toBe(1);
    append(1);
    expect(wakes).toBe(2);
  });

  test('wakes once for all appends of an interval, and never misses the last one', () => {
    append(50);
    expect(wakes).toBe(1);
    jest.advanceTimersByTime(99);
    expect(wakes).toBe(1);
    jest.advanceTimersByTime(1);
    expect(wakes).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(wakes).toBe(2);
  });

  test('wakes soon when somebody waits for an append of the interval', () => {
    append(2);
    pacer.awaited();
    jest.advanceTimersByTime(5);
    expect(wakes).toBe(2);
    append(1);
    jest.advanceTimersByTime(10);
    pacer.awaited();
    expect(wakes).toBe(3);
  });

  test('does not wake for a wait without an append', () => {
    pacer.awaited();
    append(1);
    pacer.awaited();
    jest.advanceTimersByTime(1_000);
    expect(wakes).toBe(1);
  });

  test('does not wake after it was closed', () => {
    append(2);
    pacer.close();
    jest.advanceTimersByTime(1_000);
    expect(wakes).toBe(1);
  });
});
