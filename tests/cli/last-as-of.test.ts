import { expect, test } from '@jest/globals';
import { lastAsOf } from '../../src/cli/support/last-as-of.ts';
import type { NewEvent } from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';

const NOW = new Date('2026-01-02T00:00:00Z');

function event(id: string): NewEvent {
  return { id, type: 'BriefingHeld', metadata: '{}', content: '{}', salt: '' };
}

/** Two processes have appended to this log, and the clock of one of them was behind. */
async function logOfTwoProcesses(): Promise<InMemoryEventStore> {
  const store = new InMemoryEventStore(() => NOW);
  for (const id of ['a', 'b', 'c', 'd']) await store.append(id, 'no-stream', [event(id)]);
  const times = ['10:00:00', '10:00:02', '10:00:01', '10:00:03'];
  const events = await store.readAll({ direction: 'forwards', maxCount: 9 });
  for (const [index, time] of times.entries()) {
    Object.assign(events[index] as object, { recordedAt: `2026-01-01T${time}.000Z` });
  }
  return store;
}

test.each([
  ['2026-01-01T10:00:00Z', '1'],
  ['2026-01-01T10:00:01Z', '1'],
  ['2026-01-01T10:00:02Z', '3'],
  ['2026-01-01T12:00:00Z', '4'],
])('as of %s, returns the event before the first one recorded later', async (instant, position) => {
  expect(await lastAsOf(await logOfTwoProcesses(), instant, NOW)).toBe(position);
});
