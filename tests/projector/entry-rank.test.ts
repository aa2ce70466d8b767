import { describe, expect, test } from '@jest/globals';
import type { RecordVersion } from '../../src/domain/record/record-version.ts';
import { rankOf } from '../../src/projector/entry-rank.ts';

const rank = (type: string, data: object = {}) => rankOf({ type, data } as RecordVersion);

function startingAt(local: string, zone = 'UTC'): number {
  return rank('BriefingHeld', { startsAt: { local, zone } });
}

describe('the rank of an entry', () => {
  test('is that of its type in the life of a record', () => {
    const lives = [
      ['MouSigned', 'MouEnteredIntoForce', 'MouTerminated'],
      ['ShipmentAnnounced', 'ShipmentDispatched', 'ShipmentArrived'],
    ];
    for (const types of lives) {
      const ranks = types.map((type) => rank(type));
      expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks);
      expect(new Set(ranks).size).toBe(types.length);
    }
  });

  test('comes from the time at which it started, whatever its zone', () => {
    const earliest = startingAt('2025-10-13T09:00', 'Asia/Shanghai'); // 01:00 UTC
    expect(startingAt('2025-10-13T02:00')).toBeGreaterThan(earliest);
    expect(startingAt('2025-10-12T21:00', 'America/New_York')).toBe(earliest);
    expect(startingAt('2025-10-13T01:00:01')).toBeGreaterThan(earliest);
    expect(startingAt('2025-07-13T00:00', 'Europe/Berlin')).toBe(startingAt('2025-07-12T22:00'));
    expect(startingAt('2025-01-13T00:00', 'Europe/Berlin')).toBe(startingAt('2025-01-12T23:00'));
  });

  test('is less with a time than without one', () => {
    for (const local of ['1000-01-01T00:00', '2025-10-13T15:00', '9999-12-31T23:59:59']) {
      expect(startingAt(local, 'Pacific/Niue')).toBeLessThan(rank('BriefingHeld'));
    }
  });

  test('is a safe integer of at most six bytes in SQLite', () => {
    for (const local of ['1000-01-01T00:00', '9999-12-31T23:59:59']) {
      expect(Number.isSafeInteger(startingAt(local))).toBe(true);
      expect(Math.abs(startingAt(local))).toBeLessThan(2 ** 47);
    }
  });

  test('ignores a time that is not one', () => {
    expect(startingAt('soon')).toBe(rank('BriefingHeld'));
    expect(startingAt('2025-10-13T15:00', 'Nowhere/Else')).toBe(rank('BriefingHeld'));
    expect(rank('BriefingHeld', { startsAt: 'soon' })).toBe(rank('BriefingHeld'));
  });
});
