import { expect, test } from '@jest/globals';
import type { Position, RecordedEvent } from '../../../src/event-store/event-store.ts';
import { RecentEvents } from '../../../src/eventstoredb/read/recent-events.ts';

const at = (number: number) => `${number}-${number}` as Position;
const event = (number: number, content = '{}') =>
  ({ position: at(number), metadata: '{}', content }) as RecordedEvent;
const positions = (events: readonly RecordedEvent[] | undefined) => events?.map(({ position }) => position);

function recentEvents(start: Position | undefined, ...numbers: readonly number[]): RecentEvents {
  const recent = new RecentEvents(start);
  for (const number of numbers) recent.push(event(number));
  return recent;
}

test('events are found after the position of the one before them', () => {
  const recent = recentEvents(at(9), 20, 30, 40);
  expect(positions(recent.after(at(9), 2))).toEqual([at(20), at(30)]);
  expect(positions(recent.after(at(30), 2))).toEqual([at(40)]);
  expect(positions(recentEvents(undefined, 20).after(undefined, 2))).toEqual([at(20)]);
});

test('there are none after the last one, or after a position that is not reached yet', () => {
  const recent = recentEvents(at(9), 20);
  expect(recent.after(at(20), 2)).toEqual([]);
  expect(recent.after(at(30), 2)).toEqual([]);
  expect(recentEvents(at(9)).after(at(9), 2)).toEqual([]);
});

test('after any other position some may be missing', () => {
  const recent = recentEvents(at(9), 20, 30);
  for (const position of [undefined, at(8), at(25)]) expect(recent.after(position, 2)).toBeUndefined();
});

test('an event that is delivered again is ignored', () => {
  expect(positions(recentEvents(at(9), 20, 30, 20, 30, 9, 40).after(at(9), 9))).toEqual([
    at(20),
    at(30),
    at(40),
  ]);
});

test('the oldest events make room for new ones', () => {
  const numbers = Array.from({ length: 2_500 }, (_, index) => index + 1);
  const recent = recentEvents(undefined, ...numbers);
  expect(recent.after(at(499), 1)).toBeUndefined();
  expect(positions(recent.after(at(500), 1))).toEqual([at(501)]);

  const large = 'x'.repeat(1 << 20);
  for (let number = 3_000; number < 3_020; number += 1) recent.push(event(number, large));
  expect(recent.after(at(3_011), 1)).toBeUndefined();
  expect(positions(recent.after(at(3_012), 9))).toHaveLength(7);
});
