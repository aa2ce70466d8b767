import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeChanges, pushChange, type TimelineChange } from '../../src/sqlite/views/timeline-changes.ts';
import { firstContentIdOf, OPEN_END_DAY, OPEN_START_DAY } from '../../src/sqlite/views/timeline-schema.ts';

const day = fc.oneof(
  fc.integer({ min: -800_000, max: 800_000 }),
  fc.constant(OPEN_START_DAY),
  fc.constant(OPEN_END_DAY),
);

const changes = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 1_000 }),
      entries: fc.nat(1_000_000),
      earliest: day,
      lastStart: day,
      latest: day,
      added: fc.array(fc.integer({ min: 1, max: 500_000_000 }), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) => {
    let ordinal = 0;
    return rows.map(({ step, added, ...extent }): TimelineChange => {
      ordinal += step;
      return { ordinal, ...extent, added: added.map(firstContentIdOf) };
    });
  });

describe('The changes of a timeline', () => {
  test('are the same after they were encoded and decoded', () => {
    fc.assert(
      fc.property(changes, (expected) => {
        const bytes: number[] = [];
        for (const [index, change] of expected.entries()) pushChange(bytes, change, expected[index - 1]);
        expect(decodeChanges(Uint8Array.from(bytes))).toEqual(expected);
      }),
    );
  });

  test('are refused if they are cut off, also within the contents', () => {
    const bytes: number[] = [];
    const extent = { entries: 4, earliest: 20_000, lastStart: 20_000, latest: 20_000 };
    pushChange(bytes, { ordinal: 10, ...extent, added: [firstContentIdOf(9), firstContentIdOf(10)] });
    for (let length = 1; length < bytes.length; length += 1) {
      expect(() => decodeChanges(Uint8Array.from(bytes.slice(0, length)))).toThrow(RangeError);
    }
  });

  test('take few bytes where an event adds itself as the last entry', () => {
    const before = { ordinal: 10, entries: 4, earliest: 100, lastStart: 200, latest: 200, added: [] };
    const change = { ...before, ordinal: 13, entries: 5, added: [firstContentIdOf(13)] };
    const bytes: number[] = [];
    pushChange(bytes, change, before);
    expect(bytes).toEqual([6, 2, 0, 0, 0, 2, 0]);
  });
});
