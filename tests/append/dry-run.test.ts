import { expect, test } from '@jest/globals';
import { parseAppendRequest } from '../../src/append/append-request.ts';
import { DryRun } from '../../src/append/dry-run.ts';
import { AppendTooLargeError } from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, briefing, mou, uuid } from './sent-events.ts';

function requestOf(input: unknown) {
  const parsed = parseAppendRequest(input, 'desk', () => uuid(99));
  if (parsed.outcome === 'invalid') throw new Error(JSON.stringify(parsed.errors));
  return parsed.request;
}

const clock = () => new Date('2025-12-05T10:00:00.000Z');
const store = new InMemoryEventStore(clock);
const always = () => true;

test('a dry run sees long records across the pages of a read', async () => {
  const dryRun = new DryRun(store, clock);
  await dryRun.preview(requestOf({ ...mou, id: uuid(0) }), always);
  const amendments = Array.from({ length: 499 }, (_, index) => ({ ...amendment, id: uuid(index + 1) }));
  await dryRun.preview(requestOf(amendments), always);
  const last = await dryRun.preview(requestOf({ ...amendment, id: uuid(500) }), (actual) => actual === 499);
  expect(last).toMatchObject({ outcome: 'accepted', events: [{ revision: 500 }], warnings: [] });
});

test('a dry run refuses events beyond what it may keep, and goes on with smaller ones', async () => {
  const dryRun = new DryRun(store, clock, 1_000);
  await dryRun.preview(requestOf({ ...briefing, id: uuid(1) }), always);
  const data = { ...briefing.data, venue: 'x'.repeat(900) };
  await expect(dryRun.preview(requestOf({ ...briefing, id: uuid(2), data }), always)).rejects.toThrow(
    AppendTooLargeError,
  );
  const repeated = await dryRun.preview(requestOf({ ...briefing, id: uuid(1) }), always);
  expect(repeated).toMatchObject({ outcome: 'accepted', isRepeat: true });
});
