import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Throttle } from '../../src/projector/throttle.ts';

const INTERVAL_MS = 100;
const SHORT_INTERVAL_MS = 5;

describe('Throttle', () => {
  let calls: number;
  let throttle: Throttle;

  beforeEach(() => {
    jest.useFakeTimers();
    calls = 0;
    throttle = new Throttle(() => {
      calls += 1;
    }, INTERVAL_MS);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function request(times: number): void {
    for (let i = 0; i < times; i += 1) throttle.request();
  }

  test('calls at once for a single request', () => {
    request(1);
    expect(calls).toBe(1);
    jest.advanceTimersByTime(1_000);
    expect(calls).toBe(1);
    request(1);
    expect(calls).toBe(2);
  });

  test('calls once for all requests of an interval, and never misses the last one', () => {
    request(50);
    expect(calls).toBe(1);
    jest.advanceTimersByTime(99);
    expect(calls).toBe(1);
    jest.advanceTimersByTime(1);
    expect(calls).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(calls).toBe(2);
  });

  test('calls soon when a request of the interval is hurried', () => {
    request(2);
    throttle.hurry(SHORT_INTERVAL_MS);
    jest.advanceTimersByTime(5);
    expect(calls).toBe(2);
    request(1);
    jest.advanceTimersByTime(10);
    throttle.hurry(SHORT_INTERVAL_MS);
    expect(calls).toBe(3);
  });

  test('does not call when there is no request to hurry', () => {
    throttle.hurry(SHORT_INTERVAL_MS);
    request(1);
    throttle.hurry(SHORT_INTERVAL_MS);
    jest.advanceTimersByTime(1_000);
    expect(calls).toBe(1);
  });

  test('does not call after the request was cancelled', () => {
    request(2);
    throttle.cancel();
    jest.advanceTimersByTime(1_000);
    expect(calls).toBe(1);
  });
});
