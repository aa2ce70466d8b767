import { beforeEach, describe, expect, test } from '@jest/globals';
import { ClockWatch } from '../../src/observability/clock-watch.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;

let wallMs = NOON;
let monotonicMs = 0;
let signals: object[] = [];
let watch: ClockWatch;

beforeEach(() => {
  [wallMs, monotonicMs, signals] = [NOON, 0, []];
  watch = new ClockWatch({
    clock: () => new Date(wallMs),
    monotonicMs: () => monotonicMs,
    signal: (signal) => signals.push(signal),
  });
});

/** Both clocks go on. */
function pass(ms: number): void {
  wallMs += ms;
  monotonicMs += ms;
}

const recordedAt = (ms: number) => ({ recordedAt: new Date(ms).toISOString() });

describe('a clock', () => {
  test('is in order while it goes on, however long nothing is recorded', () => {
    watch.observe(recordedAt(NOON));
    pass(1_000 * MINUTE_MS);
    watch.observe(recordedAt(wallMs));
    expect(watch.check()).toEqual({ state: 'in-order', ms: 0 });
    expect(signals).toEqual([]);
  });

  test('that runs behind the log is signalled once, until it has caught up', () => {
    watch.observe(recordedAt(NOON + 5 * MINUTE_MS));
    pass(MINUTE_MS);
    expect(watch.check()).toEqual({ state: 'behind-log', ms: 4 * MINUTE_MS });
    expect(signals).toEqual([{ kind: 'clock-warning', state: 'behind-log', ms: 5 * MINUTE_MS }]);
    pass(5 * MINUTE_MS);
    expect(watch.check()).toEqual({ state: 'in-order', ms: 0 });
  });

  test('that is set back behind the log is signalled at the next append', () => {
    watch.observe(recordedAt(NOON));
    wallMs -= 60 * MINUTE_MS;
    watch.observe(recordedAt(NOON));
    expect(signals).toMatchObject([{ state: 'behind-log', ms: 60 * MINUTE_MS }]);
  });

  test('that jumps ahead by more than a minute is signalled, until it is set back', () => {
    wallMs += MINUTE_MS;
    expect(watch.check().state).toBe('in-order');
    wallMs += 10 * MINUTE_MS;
    watch.observe(recordedAt(NOON));
    expect(signals).toEqual([{ kind: 'clock-warning', state: 'jumped-ahead', ms: 10 * MINUTE_MS }]);
    pass(MINUTE_MS);
    expect(watch.check().state).toBe('jumped-ahead');
    wallMs -= 10 * MINUTE_MS;
    expect(watch.check()).toEqual({ state: 'in-order', ms: 0 });
  });
});
